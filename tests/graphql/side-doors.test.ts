import { createHash } from 'node:crypto';
import { getDirective } from '@graphql-tools/utils';
import { isLeafType, getNamedType, isObjectType } from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { seedCast } from '../kits/operations/access-cast';
import { logOf } from '../kits/organizations/log';
import { FIELD_ARGUMENTS } from '../kits/operations/operations';
import { postJson, sendRaw } from '../kits/clients/raw-http';
import { organization } from '../kits/organizations/seed';
import { type Answer, startTestService, type TestService } from '../kits/service/service';
import { connect, Events } from '../kits/clients/socket';

const ADD = 'addBillingAdmin(input: { organizationId: "acme", userId: "tess" }) { changed }';
const ROSTER_EVENT = 'billingAdminRosterChanged(organizationId: "acme")';
const BILLING_EVENT = 'billingChanged(organizationId: "acme")';

/** The ways to the two objects of an organization that hold closed fields. */
const WAYS: Record<string, readonly string[]> = {
  Billing: [
    'query { organization(id: "acme") { billing { FIELD } } }',
    'query { viewer { organizations { billing { FIELD } } } }',
    `subscription { ${BILLING_EVENT} { organization { billing { FIELD } } } }`,
  ],
  BillingAdminRoster: [
    'query { organization(id: "acme") { billingAdmins { FIELD } } }',
    'query { viewer { organizations { billingAdmins { FIELD } } } }',
    `subscription { ${ROSTER_EVENT} { roster { FIELD } } }`,
    `subscription { ${BILLING_EVENT} { organization { billingAdmins { FIELD } } } }`,
  ],
};

const schema = buildSchema();

/** The closed fields of the type, each with what it takes to ask for it. */
const closedFields = (typeName: string): string[] => {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object.`);
  return Object.values(type.getFields())
    .filter((field) => getDirective(schema, field, 'requiresPermission')?.length)
    .map(({ name, type: value }) => {
      const selection = isLeafType(getNamedType(value)) ? '' : ' { __typename }';
      return `${name}${FIELD_ARGUMENTS[`${typeName}.${name}`] ?? ''}${selection}`;
    });
};

let service: TestService;
let member: string;
let owner: string;
let entries: number;

beforeAll(async () => {
  service = await startTestService({ environment: { DOCUMENT_ALIAS_LIMIT: '1000' } });
  await seedCast(service.services);
  [member, owner] = await Promise.all([service.token('mia'), service.token('olivia')]);
  entries = (await logOf(service.services, 'acme')).length;
});

afterEach(async () => {
  expect(await logOf(service.services, 'acme')).toHaveLength(entries);
});

afterAll(() => service.close());

/** Each closed place of the answer is null with FORBIDDEN at its path; there is no other error. */
function expectClosed(answer: Pick<Answer, 'data' | 'errors'>, ...paths: string[]): void {
  const places = (answer.errors ?? []).map(({ path, extensions }) => `${path?.join('.')} ${String(extensions?.code)}`);
  expect(places.sort()).toEqual(paths.map((path) => `${path} FORBIDDEN`).sort());
  for (const path of paths) {
    const value = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], answer.data);
    expect(value ?? null).toBeNull();
  }
}

async function firstEvent(token: string, query: string): Promise<Answer> {
  const client = connect(service, token);
  const event = await new Events(client, query, {}).next();
  await client.dispose();
  return event as Answer;
}

describe('A5 by no way to it does a closed field open to a member without billing access', () => {
  const cases = Object.entries(WAYS).flatMap(([type, ways]) =>
    ways.flatMap((way) => closedFields(type).map((field) => [way.replace('FIELD', field), field] as const)),
  );

  test('there are closed fields to be tried', () => {
    expect(closedFields('Billing').length).toBeGreaterThan(3);
    expect(closedFields('BillingAdminRoster').length).toBeGreaterThan(1);
  });

  test.each(cases)('%s', async (query, field) => {
    const send = query.startsWith('subscription') ? firstEvent(member, query) : service.send(member, query);
    const answer = await send;
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
    expect(answer.errors?.[0]?.path?.at(-1)).toBe(/^\w+/.exec(field)?.[0]);
    expect(JSON.stringify(answer.data)).toMatch(new RegExp(`"${/^\w+/.exec(field)?.[0]}":null`));
  });

  test('and in an event it ends nothing: the next one comes', async () => {
    const client = connect(service, member);
    const events = new Events(
      client,
      `subscription { ${ROSTER_EVENT} { roster { version pendingInvitationCount } } }`,
      {},
    );
    expectClosed(await events.next(), 'billingAdminRosterChanged.roster.pendingInvitationCount');
    const acme = organization(service.services, 'acme');
    await acme.hasMember('late');
    expectClosed(await events.next(), 'billingAdminRosterChanged.roster.pendingInvitationCount');
    await acme.loses('late');
    await client.dispose();
    entries += 2;
  });

  test('and the payload of a mutation that is refused has no roster to look into', async () => {
    const query = `mutation { ${ADD.replace('changed', 'roster { owners { id } eligibleTeammates { nodes { id } } }')} }`;
    expectClosed(await service.send(member, query), 'addBillingAdmin');
  });

  test('and over a socket a query and a mutation answer as over HTTP', async () => {
    for (const query of [
      '{ organization(id: "acme") { name billing { status autoRecharge { enabled } } } }',
      `mutation { ${ADD} }`,
    ])
      expect(await firstEvent(member, query)).toEqual({ ...(await service.send(member, query)), status: undefined });
  });
});

describe('A5 nothing about how a document is written opens a closed field:', () => {
  const FIELDS = 'autoRecharge { enabled } activity { nodes { id } }';

  test.each<[string, string, string[]]>([
    [
      'aliases',
      `{ viewer: organization(id: "acme") { id: billing { status: autoRecharge { enabled } level: activity { nodes { id } } } } }`,
      ['viewer.id.status', 'viewer.id.level'],
    ],
    [
      'inline fragments, with and without a type',
      `{ ... on Query { ... { organization(id: "acme") { ... on Organization { billing { ... { ${FIELDS} } } } } } } }`,
      ['organization.billing.autoRecharge', 'organization.billing.activity'],
    ],
    [
      'named fragments, on the root and inside each other',
      `query { ...Root }
       fragment Root on Query { organization(id: "acme") { ...Inside } }
       fragment Inside on Organization { billing { ...Closed } }
       fragment Closed on Billing { ${FIELDS} }`,
      ['organization.billing.autoRecharge', 'organization.billing.activity'],
    ],
    [
      'the same field twice',
      `{ organization(id: "acme") { billing { autoRecharge { enabled } autoRecharge { thresholdCredits } } } }`,
      ['organization.billing.autoRecharge'],
    ],
    [
      'the same object twice',
      `{ a: organization(id: "acme") { billing { status } } a: organization(id: "acme") { billing { ${FIELDS} } } }`,
      ['a.billing.autoRecharge', 'a.billing.activity'],
    ],
    [
      'a hundred aliases',
      `{ organization(id: "acme") { billing { ${Array.from({ length: 100 }, (_, i) => `a${i}: autoRecharge { enabled }`).join(' ')} } } }`,
      Array.from({ length: 100 }, (_, i) => `organization.billing.a${i}`),
    ],
    [
      '@include(if: true) and @skip(if: false)',
      `{ organization(id: "acme") { billing { autoRecharge @include(if: true) { enabled } activity @skip(if: false) { nodes { id } } } } }`,
      ['organization.billing.autoRecharge', 'organization.billing.activity'],
    ],
    [
      'a field that is skipped is not asked, and takes no other along',
      `{ organization(id: "acme") { billing { autoRecharge @skip(if: true) { enabled } activity { nodes { id } } } } }`,
      ['organization.billing.activity'],
    ],
    [
      'a root field under an alias',
      '{ organization: billingAccessRequests(organizationId: "acme") { id } }',
      ['organization'],
    ],
  ])('%s', async (_, query, paths) => {
    expectClosed(await service.send(member, query), ...paths);
  });

  test('a mutation under an alias, in a fragment, or beside others', async () => {
    const query = `mutation { viewer: ${ADD} ...More ... on Mutation { third: ${ADD} } } fragment More on Mutation { second: ${ADD} }`;
    expectClosed(await service.send(member, query), 'viewer', 'second', 'third');
  });

  test('variables say no more than literals', async () => {
    const query = `query ($id: ID!, $yes: Boolean!) {
      organization(id: $id) @include(if: $yes) { name billing { autoRecharge @include(if: $yes) { enabled } } }
    }`;
    const answer = await service.send(member, query, { id: 'acme', yes: true });
    expectClosed(answer, 'organization.billing.autoRecharge');
    expect(answer.data?.organization.name).toBe('Acme');

    const mutation = 'mutation ($input: AddBillingAdminInput!) { addBillingAdmin(input: $input) { changed } }';
    const input = { organizationId: 'acme', userId: 'tess' };
    expectClosed(await service.send(member, mutation, { input }), 'addBillingAdmin');
    const mixed = 'mutation ($id: ID!) { addBillingAdmin(input: { organizationId: $id, userId: "tess" }) { changed } }';
    expectClosed(await service.send(member, mixed, { id: 'acme', input, organizationId: 'globex' }), 'addBillingAdmin');
  });

  test('a default value of a variable is no permission', async () => {
    const query = 'query ($id: ID! = "acme") { billingAccessRequests(organizationId: $id) { id } }';
    expectClosed(await service.send(member, query), 'billingAccessRequests');
  });
});

describe('A8 in one operation each organization is decided for itself', () => {
  test('an owner of one sees nothing closed of another', async () => {
    const both = organization(service.services, 'both');
    await both.exists();
    await both.hasOwner('mia');
    const answer = await service.send(
      member,
      '{ viewer { organizations { id billing { autoRecharge { enabled } } billingAdmins { pendingInvitationCount } } } }',
    );
    expectClosed(
      answer,
      'viewer.organizations.0.billing.autoRecharge',
      'viewer.organizations.0.billingAdmins.pendingInvitationCount',
    );
    expect(answer.data?.viewer.organizations).toEqual([
      { id: 'acme', billing: { autoRecharge: null }, billingAdmins: { pendingInvitationCount: null } },
      { id: 'both', billing: { autoRecharge: { enabled: false } }, billingAdmins: { pendingInvitationCount: 0 } },
    ]);
  });

  test("an owner's mutation in one opens no other in the same document", async () => {
    const answer = await service.send(
      await service.token('gus'),
      `mutation { own: ${ADD.replace('acme', 'globex').replace('tess', 'gus')} other: ${ADD} }`,
    );
    expectClosed(answer, 'other');
    expect(answer.data?.own).toEqual({ changed: false });
  });
});

describe('A4 an id that is written as a number is the same id', () => {
  beforeAll(async () => {
    const five = organization(service.services, '5');
    await five.exists();
    await five.hasOwner('gus');
    await five.hasMember('5');
  });

  test('to its owner, and to a user who does not belong to it', async () => {
    const query =
      '{ organization(id: 5) { id billingAdmins { pendingInvitationCount } } billingAccessRequests(organizationId: 5) { id } }';
    const asGus = await service.as('gus')(query);
    expect(asGus.data).toEqual({
      organization: { id: '5', billingAdmins: { pendingInvitationCount: 0 } },
      billingAccessRequests: [],
    });
    const asMember = await service.send(member, query);
    expectClosed(asMember, 'billingAccessRequests');
    expect(asMember.data?.organization).toBeNull();
  });

  test('as a variable', async () => {
    const query = 'query ($id: ID!) { billingAccessRequests(organizationId: $id) { id } }';
    expectClosed(await service.send(member, query, { id: 5 }), 'billingAccessRequests');
    expect((await service.as('gus')(query, { id: 5 })).data).toEqual({ billingAccessRequests: [] });
  });

  test.each([[['acme']], [{ id: 'acme' }], [1.5], [true]])('and %j is not valid', async (id) => {
    const answer = await service.send(member, 'query ($id: ID!) { organization(id: $id) { id } }', { id });
    expect(answer.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    expect(answer.data).toBeUndefined();
  });
});

describe('I2 the scope of a token opens what needs it, and nothing else', () => {
  test('one token may do both: what its subject may, and what the host may', async () => {
    const both = await service.token('mia', { scopes: ['directory:write'] });
    const sync = 'syncOrganization(input: { id: "acme", name: "Acme" }) { changed }';
    const answer = await service.send(both, `mutation { ${sync} ${ADD} }`);
    expectClosed(answer, 'addBillingAdmin');
    expect(answer.data?.syncOrganization).toEqual({ changed: false });
    const query = '{ organization(id: "acme") { viewerRole billing { autoRecharge { enabled } } } }';
    expectClosed(await service.send(both, query), 'organization.billing.autoRecharge');
  });
});

describe('A3 a document of several operations', () => {
  const query = `query Look { organization(id: "acme") { name } } mutation Change { ${ADD} }`;

  test('runs the one that is named, and asks for its access', async () => {
    const named = async (operationName: string) => (await postJson(service, member, { query, operationName })).json;
    expect(await named('Look')).toEqual({ data: { organization: { name: 'Acme' } } });
    expectClosed(await named('Change'), 'addBillingAdmin');
  });

  test.each([undefined, null, '', 'Other'])('runs none where %j is named', async (operationName) => {
    const { status, json } = await postJson(service, owner, { query, operationName });
    expect(status).toBe(400);
    expect(json.data).toBeUndefined();
    expect(json.errors?.[0]?.extensions?.code).toEqual('OPERATION_RESOLUTION_FAILURE');
  });
});

describe('A3 over HTTP', () => {
  test('several operations in one request are refused', async () => {
    const { status, text } = await postJson(service, owner, [
      { query: `mutation { ${ADD} }` },
      { query: '{ viewer { id } }' },
    ]);
    expect(status).toBe(400);
    expect(text).not.toContain('"data"');
  });

  test('a mutation by GET is refused, also to an owner and where a query stands beside it', async () => {
    const headers = { 'apollo-require-preflight': 'true' };
    const one = `?query=${encodeURIComponent(`mutation { ${ADD} }`)}`;
    const two = `?operationName=M&query=${encodeURIComponent(`query Q { viewer { id } } mutation M { ${ADD} }`)}`;
    for (const path of [one, two]) {
      const { status, text } = await sendRaw(service, owner, { path, headers });
      expect(status).toBe(405);
      expect(text).not.toContain('"data"');
    }
  });

  test('a query by GET is answered by the same rules', async () => {
    const path = `?query=${encodeURIComponent('{ organization(id: "acme") { billing { status autoRecharge { enabled } } } }')}`;
    const { json } = await sendRaw(service, member, { path, headers: { 'apollo-require-preflight': 'true' } });
    expectClosed(json, 'organization.billing.autoRecharge');
    expect(json.data?.organization.billing.status).toBe('ACTIVE');
  });

  test('a request that a foreign page could make a browser send, without asking first, is refused', async () => {
    const query = '{ viewer { id } }';
    const simple = [
      { path: `?query=${encodeURIComponent(query)}` },
      { path: `?query=${encodeURIComponent(query)}`, headers: { 'content-type': 'text/plain' } },
      ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'].map((type) => ({
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ query: `mutation { ${ADD} }` }),
      })),
    ];
    for (const request of simple) {
      const { status, text } = await sendRaw(service, owner, request);
      expect([400, 415]).toContain(status);
      expect(text).not.toContain('"data"');
    }
  });

  test('a document that an owner has registered by its hash answers a member by their own access', async () => {
    const query = '{ organization(id: "acme") { billing { autoRecharge { enabled } } } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    expect((await postJson(service, owner, { query, extensions })).json.errors).toBeUndefined();
    const { json } = await postJson(service, member, { extensions });
    if (json.data) expectClosed(json, 'organization.billing.autoRecharge');
    else expect(json.errors?.[0]?.extensions?.code).toMatch(/^PERSISTED_QUERY_NOT_(FOUND|SUPPORTED)$/);
  });
});
