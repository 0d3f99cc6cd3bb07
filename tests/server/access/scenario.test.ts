import { type AccessPath, backEndOf, postAccess } from '../../kits/clients/access-api';
import { organization } from '../../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../../kits/service/service';

// The certification scenario of AuthZEN 1.0 (openid/authzen, certification/authorization-api-1_0-scenario.md), with its fixture renamed:
// alice owns the organization record-1 and bob is a member of it; `read` is view_billing and `write` is manage_billing. The titles have
// the scenario's own numbers. Its levels on properties (decision rules 5 to 8) do not hold here, because what a caller says of a user or an
// organization opens nothing.

const PUBLIC = 'https://billing.example';

const alice = { type: 'user', id: 'alice' };
const bob = { type: 'user', id: 'bob' };
const read = { name: 'view_billing' };
const write = { name: 'manage_billing' };
const record1 = { type: 'organization', id: 'record-1' };
const record2 = { type: 'organization', id: 'record-2' };
const anyUser = { type: 'user' };
const anyRecord = { type: 'organization' };
const time = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' };

let service: TestService;
let send: Awaited<ReturnType<typeof backEndOf>>;

beforeAll(async () => {
  service = await startTestService({ environment: { PUBLIC_URL: PUBLIC } });
  send = await backEndOf(service);
  for (const id of ['record-1', 'record-2']) {
    const record = organization(service.services, id);
    await record.exists();
    await record.hasOwner('alice');
    if (id === 'record-1') await record.hasMember('bob');
  }
});
afterAll(() => service.close());

/** The body of an answer that is as it must be. */
const ask = async (path: AccessPath, body: unknown): Promise<Data> => {
  const answer = await send(path, body);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
  return answer.body;
};
const decide = async (body: object) => (await ask('evaluation', body)).decision as unknown;
const decideAll = async (body: object) =>
  ((await ask('evaluations', body)).evaluations as Data[]).map(({ decision }) => decision as unknown);
const search = async (path: AccessPath, body: object) => (await ask(path, body)).results as Data[];

describe('H2 Basic Core', () => {
  test.each([
    ['2.2.1: a permit', { subject: alice, action: read, resource: record1 }, true],
    ['rule 2: a permit', { subject: alice, action: write, resource: record1 }, true],
    ['rule 3: a permit', { subject: bob, action: read, resource: record1 }, true],
    ['2.2.2: a denial', { subject: bob, action: write, resource: record1 }, false],
    ['2.2.3: context', { subject: alice, action: read, resource: record1, context: time }, true],
    [
      '2.2.8: properties',
      {
        subject: { ...alice, properties: { department: 'Sales', role: 'manager' } },
        action: { ...read, properties: { method: 'GET' } },
        resource: { ...record1, properties: { status: 'active', owner: 'bob' } },
      },
      true,
    ],
    [
      '2.2.9: fields that nobody knows',
      { subject: alice, action: read, resource: record1, foo: 'bar', futureField: { nested: true } },
      true,
    ],
  ])('%s', async (_, body, decision) => {
    expect(await decide(body)).toBe(decision);
  });

  test('2.3: the context of an answer is an object', async () => {
    const { context } = await ask('evaluation', { subject: bob, action: write, resource: record1 });
    expect(context).toEqual(expect.objectContaining({}));
  });

  test.each<[string, unknown]>([
    ['2.4.1: no subject', { action: read, resource: record1 }],
    ['2.4.1: no action', { subject: alice, resource: record1 }],
    ['2.4.1: no resource', { subject: alice, action: read }],
    ['2.4.2: no type of the subject', { subject: { id: 'alice' }, action: read, resource: record1 }],
    ['2.4.2: no id of the subject', { subject: anyUser, action: read, resource: record1 }],
    ['2.4.2: no name of the action', { subject: alice, action: {}, resource: record1 }],
    ['2.4.2: no type of the resource', { subject: alice, action: read, resource: { id: 'record-1' } }],
    ['2.4.2: no id of the resource', { subject: alice, action: read, resource: anyRecord }],
    ['2.4.4: invalid JSON', '{"subject": '],
    ['2.4.5: an empty body', ''],
    ['2.4.6: a subject that is a text', { subject: 'alice', action: read, resource: record1 }],
    ['2.4.6: a name that is a number', { subject: alice, action: { name: 123 }, resource: record1 }],
    ['a body that is a list', [{ subject: alice, action: read, resource: record1 }]],
  ])('%s', async (_, body) => {
    for (const path of ['evaluation', 'evaluations'] as const) expect((await send(path, body)).status).toBe(400);
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    '2.4.3: the content type %s',
    async (type) => {
      const body = JSON.stringify({ subject: alice, action: read, resource: record1 });
      expect((await send('evaluation', body, { 'content-type': type })).status).toBe(400);
    },
  );

  test.each([
    ['of an id', 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716'],
    ['of blanks and marks', 'with blanks, "quotes" and: more'],
    ['of 300 characters', 'x'.repeat(300)],
  ])('2.5.1: an X-Request-ID %s comes back', async (_, id) => {
    const asked = { subject: alice, action: read, resource: record1 };
    for (const [body, status] of [
      [asked, 200],
      ['{', 400],
    ] as const) {
      const answer = await send('evaluation', body, { 'x-request-id': id });
      expect([answer.status, answer.headers.get('x-request-id')]).toEqual([status, id]);
    }
    const refused = await postAccess(service, 'evaluation', asked, { 'x-request-id': id });
    expect([refused.status, refused.headers.get('x-request-id')]).toEqual([401, id]);
  });

  test('2.5.2: it need not be there', async () => {
    const answer = await send('evaluation', { subject: alice, action: read, resource: record1 });
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  test('2.6: the same question has the same answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => decide({ subject: bob, action: write, resource: record1 })),
    );
    expect(answers).toEqual(Array(10).fill(false));
  });
});

describe('H2 Batch Core', () => {
  test.each<[string, object, readonly unknown[]]>([
    [
      '3.2.1: evaluations',
      { subject: alice, action: read, evaluations: [{ resource: record1 }, { resource: record2 }] },
      [true, true],
    ],
    [
      '3.2.2: their decisions, in their order',
      { subject: bob, resource: record1, evaluations: [{ action: read }, { action: write }] },
      [true, false],
    ],
    [
      '3.2.5: each whole',
      {
        evaluations: [
          { subject: alice, action: read, resource: record1 },
          { subject: bob, action: write, resource: record1 },
        ],
      },
      [true, false],
    ],
    [
      '3.2.6: context',
      {
        ...{ subject: alice, action: read, context: time },
        evaluations: [{ resource: record1 }, { resource: record2, context: { ...time, source: 'batch-override' } }],
      },
      [true, true],
    ],
    [
      '3.4.1: one that lacks something',
      {
        ...{ subject: alice, action: read, options: { evaluations_semantic: 'execute_all' } },
        evaluations: [{ resource: record1 }, {}],
      },
      [true, false],
    ],
  ])('%s', async (_, body, decisions) => {
    const answer = await ask('evaluations', body);
    expect(answer).not.toHaveProperty('decision');
    expect((answer.evaluations as Data[]).map(({ decision }) => decision as unknown)).toEqual(decisions);
  });

  test('3.2.7: a default is taken whole, and the values of an evaluation replace it whole', async () => {
    const body = { subject: bob, action: write, resource: record1 };
    expect(await decideAll({ ...body, evaluations: [{}, { action: read }, { subject: alice }] })).toEqual([
      false,
      true,
      true,
    ]);
    const { evaluations } = await ask('evaluations', { ...body, evaluations: [{ subject: { id: 'alice' } }] });
    expect(evaluations).toMatchObject([{ decision: false, context: { reason: 'BAD_REQUEST' } }]);
  });

  test.each([
    ['3.4.2: no evaluations', {}],
    ['3.4.3: an empty list of evaluations', { evaluations: [] }],
  ])('%s', async (_, more) => {
    const body = { subject: alice, action: read, resource: record1, ...more };
    expect(await ask('evaluations', body)).toEqual({ decision: true });
  });
});

describe('H2 Search Core', () => {
  const ofUsers = { subject: anyUser, action: read, resource: record1 };
  const ofRecords = { subject: alice, action: read, resource: anyRecord };
  const ofActions = { subject: alice, resource: record1 };

  test('4.2.1 to 4.2.3: subjects, with context, and whatever id the subject has', async () => {
    const found = [alice, bob];
    expect(await search('search/subject', ofUsers)).toEqual(found);
    expect(await search('search/subject', { ...ofUsers, context: time })).toEqual(found);
    expect(await search('search/subject', { ...ofUsers, subject: alice })).toEqual(found);
    expect(await search('search/subject', { ...ofUsers, subject: { type: 'user', id: 7 } })).toEqual(found);
  });

  test('4.3.1 to 4.3.3: resources, with context, and whatever id the resource has', async () => {
    const found = [record1, record2];
    expect(await search('search/resource', ofRecords)).toEqual(found);
    expect(await search('search/resource', { ...ofRecords, context: time })).toEqual(found);
    expect(await search('search/resource', { ...ofRecords, resource: record1 })).toEqual(found);
  });

  test('4.4.1 and 4.4.2: actions, with context', async () => {
    const found = await search('search/action', ofActions);
    expect(found).toEqual(expect.arrayContaining([read, write]));
    expect(await search('search/action', { ...ofActions, context: time })).toEqual(found);
    expect(await search('search/action', { ...ofActions, action: 7 })).toEqual(found);
  });

  test('4.5: pages', async () => {
    const first = await ask('search/subject', { ...ofUsers, page: { limit: 1 } });
    expect(first).toEqual({ page: { next_token: expect.stringMatching(/./) as string, count: 1 }, results: [alice] });
    const second = await ask('search/subject', { ...ofUsers, page: { token: first.page.next_token as string } });
    expect(second).toEqual({ page: { next_token: '', count: 1 }, results: [bob] });
  });

  test.each<[string, AccessPath, object]>([
    ['4.6.1: an unknown user', 'search/action', { ...ofActions, subject: { type: 'user', id: 'nobody' } }],
    ['4.6.1: the same', 'search/resource', { ...ofRecords, subject: { type: 'user', id: 'nobody' } }],
    ['4.6.1: no such resource', 'search/subject', { ...ofUsers, resource: { ...record1, id: 'nada' } }],
    ['4.6.1: no such action', 'search/subject', { ...ofUsers, action: { name: 'fly' } }],
    ['4.6.1: the same', 'search/resource', { ...ofRecords, action: { name: 'fly' } }],
    ['4.6.2: no such type of subject', 'search/subject', { ...ofUsers, subject: { type: 'spaceship' } }],
    ['4.6.2: no such type of resource', 'search/subject', { ...ofUsers, resource: { ...record1, type: 'record' } }],
    ['4.6.2: no such type of subject', 'search/resource', { ...ofRecords, subject: { ...alice, type: 'spaceship' } }],
    ['4.6.2: no such type of resource', 'search/resource', { ...ofRecords, resource: { type: 'record' } }],
    ['4.6.2: no such type of subject', 'search/action', { ...ofActions, subject: { ...alice, type: 'spaceship' } }],
    ['4.6.2: no such type of resource', 'search/action', { ...ofActions, resource: { ...record1, type: 'record' } }],
  ])('%s, by %s', async (_, path, body) => {
    expect(await ask(path, body)).toEqual({ page: { next_token: '', count: 0 }, results: [] });
  });

  test.each<[string, AccessPath, object]>([
    ['4.7.1: no action', 'search/subject', { subject: anyUser, resource: record1 }],
    ['4.7.1: no subject', 'search/resource', { action: read, resource: anyRecord }],
    ['4.7.1: no resource', 'search/action', { subject: alice }],
    ['4.7.2: no id of the resource', 'search/subject', { ...ofUsers, resource: anyRecord }],
    ['4.7.2: no id of the subject', 'search/resource', { ...ofRecords, subject: anyUser }],
    ['4.7.2: no id of the subject', 'search/action', { ...ofActions, subject: anyUser }],
    ['4.7.2: no id of the resource', 'search/action', { ...ofActions, resource: anyRecord }],
    ['a limit below 0', 'search/action', { ...ofActions, page: { limit: -1 } }],
    ['half a limit', 'search/action', { ...ofActions, page: { limit: 0.5 } }],
    ['a token that is a number', 'search/action', { ...ofActions, page: { token: 7 } }],
    ['an invalid token', 'search/action', { ...ofActions, page: { token: 'x' } }],
  ])('%s, by %s', async (_, path, body) => {
    expect((await send(path, body)).status).toBe(400);
  });
});

test('H2 Discovery: 6 the metadata, for anybody', async () => {
  const response = await fetch(`${service.address}/.well-known/authzen-configuration`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
  expect(await response.json()).toEqual({
    policy_decision_point: PUBLIC,
    access_evaluation_endpoint: `${PUBLIC}/access/v1/evaluation`,
    access_evaluations_endpoint: `${PUBLIC}/access/v1/evaluations`,
    search_subject_endpoint: `${PUBLIC}/access/v1/search/subject`,
    search_resource_endpoint: `${PUBLIC}/access/v1/search/resource`,
    search_action_endpoint: `${PUBLIC}/access/v1/search/action`,
  });
});
