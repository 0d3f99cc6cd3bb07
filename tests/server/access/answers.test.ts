import {
  type AccessPath,
  action,
  backEndOf,
  postAccess,
  question,
  resource,
  user,
} from '../../kits/clients/access-api';
import { organization, seedAcme } from '../../kits/organizations/seed';
import { type Data, startTestService, STILL_CLOCK, type TestService } from '../../kits/service/service';

type BackEnd = Awaited<ReturnType<typeof backEndOf>>;

const ASK_AN_OWNER = { owners: ['olivia', 'oscar'] };
const NO_ACCESS = 'You need billing access for this. Ask an owner of the organization, or request access.';
const NO_OWNER = 'Only owners add or remove billing admins. Ask an owner of the organization.';
const UNSUBSCRIBED = 'There is no active subscription yet. Choose a plan first.';
const STRANGER = { decision: false, context: { reason: 'NOT_A_MEMBER', message: 'You do not have access to this.' } };

const denied = (reason: string, message: string, more: object = {}) => ({
  decision: false,
  context: { reason, message, ...more },
});

describe('a back end asks by AuthZEN', () => {
  let service: TestService;
  let send: BackEnd;

  beforeAll(async () => {
    service = await startTestService({ monotonicClock: STILL_CLOCK });
    send = await backEndOf(service);
    await seedAcme(service.services);
    const globex = organization(service.services, 'globex');
    await globex.exists();
    await globex.hasOwner('gus');
    const large = organization(service.services, 'large');
    await large.exists();
    for (let i = 0; i < 25; i++) await large.hasOwner(`owner-${String.fromCharCode(97 + i)}`);
    await large.hasMember('mia');
  });
  afterAll(() => service.close());

  const ask = async (path: AccessPath, body: unknown): Promise<Data> => {
    const answer = await send(path, body);
    expect(answer.status).toBe(200);
    return answer.body;
  };

  const statementsOf = async (path: AccessPath, body: unknown) => {
    const before = service.statements.length;
    const answer = await ask(path, body);
    return { answer, statements: service.statements.length - before };
  };

  test.each<[string, string, string, object]>([
    ['olivia', 'manage_billing_admins', 'acme', { decision: true }],
    ['olivia', 'subscription', 'acme', { decision: true }],
    ['olivia', 'top_up', 'acme', denied('NO_ACTIVE_SUBSCRIPTION', UNSUBSCRIBED)],
    ['bea', 'manage_billing', 'acme', { decision: true }],
    ['bea', 'manage_billing_admins', 'acme', denied('OWNER_REQUIRED', NO_OWNER, ASK_AN_OWNER)],
    ['bea', 'billing_admins', 'acme', denied('OWNER_REQUIRED', NO_OWNER, ASK_AN_OWNER)],
    ['mia', 'view_billing', 'acme', { decision: true }],
    ['mia', 'manage_billing', 'acme', denied('BILLING_ACCESS_REQUIRED', NO_ACCESS, ASK_AN_OWNER)],
    ['mia', 'top_up', 'acme', denied('BILLING_ACCESS_REQUIRED', NO_ACCESS, ASK_AN_OWNER)],
    ['gus', 'view_billing', 'acme', STRANGER],
    ['nobody', 'view_billing', 'acme', STRANGER],
    ['olivia', 'view_billing', 'nada', STRANGER],
    ['Olivia', 'view_billing', 'acme', STRANGER],
    ['olivia ', 'view_billing', 'acme', STRANGER],
    ['', 'view_billing', 'acme', STRANGER],
    ['olivia', 'view_billing', 'acm\ud800', STRANGER],
    ["olivia' OR 1=1 --", 'view_billing', 'acme', STRANGER],
    ['olivia', 'VIEW_BILLING', 'acme', denied('UNKNOWN_ACTION', 'The action does not exist.')],
    ['olivia', 'toString', 'acme', denied('UNKNOWN_ACTION', 'The action does not exist.')],
    ['nobody', '__proto__', 'nada', denied('UNKNOWN_ACTION', 'The action does not exist.')],
  ])('H2 H3 may %s do %s in %s', async (userId, name, organizationId, answer) => {
    expect(await ask('evaluation', question(userId, name, organizationId))).toEqual(answer);
    const { evaluations } = await ask('evaluations', { evaluations: [question(userId, name, organizationId)] });
    expect(evaluations).toEqual([answer]);
  });

  test.each([
    ['subject', { ...question('olivia', 'view_billing', 'acme'), subject: { type: 'service', id: 'olivia' } }],
    ['resource', { ...question('olivia', 'view_billing', 'acme'), resource: { type: 'account', id: 'acme' } }],
  ])('H3 nothing is permitted for another type of %s', async (_, body) => {
    expect(await ask('evaluation', body)).toEqual(
      denied('UNKNOWN_TYPE', "The subject's type is user, and the resource's organization."),
    );
  });

  test('H2 nothing that a caller says of a user or an organization opens anything', async () => {
    const properties = {
      ...{ role: 'OWNER', owner: true, admin: true, access: 'MANAGE', id: 'olivia', scope: 'access:read' },
      ...{ status: 'ACTIVE', contractType: 'SELF_SERVE', decision: true },
    };
    const asked = question('mia', 'manage_billing', 'acme');
    const body = {
      subject: { ...asked.subject, ...properties, id: 'mia', properties },
      action: { ...asked.action, ...properties, properties },
      resource: { ...asked.resource, ...properties, id: 'acme', properties },
      context: properties,
      ...{ decision: true, viewer: 'olivia', sub: 'olivia', options: properties },
    };
    expect(await ask('evaluation', body)).toEqual(await ask('evaluation', asked));
    expect((await ask('evaluations', { ...body, evaluations: [{ ...properties }] })).evaluations).toEqual([
      await ask('evaluation', asked),
    ]);
  });

  test('H2 a denial names the first twenty owners by name, to members alone', async () => {
    const { context } = await ask('evaluation', question('mia', 'manage_billing', 'large'));
    expect(context.owners).toEqual(Array.from({ length: 20 }, (_, i) => `owner-${String.fromCharCode(97 + i)}`));
    expect(await ask('evaluation', question('bea', 'manage_billing', 'large'))).toEqual(STRANGER);
  });

  describe('H2 the semantic', () => {
    const of = (...users: string[]) => users.map((id) => ({ subject: user(id) }));
    const batch = (evaluations: readonly object[], semantic?: string) => ({
      ...{ action: action('manage_billing'), resource: resource('acme'), evaluations },
      ...(semantic !== undefined && { options: { evaluations_semantic: semantic, another: 1 } }),
    });
    const decisions = async (body: object) =>
      ((await ask('evaluations', body)).evaluations as Data[]).map(({ decision }) => decision as boolean);

    const mixed = of('olivia', 'bea', 'mia', 'oscar', 'nobody');
    test.each([
      [undefined, mixed, [true, true, false, true, false]],
      ['execute_all', mixed, [true, true, false, true, false]],
      ['deny_on_first_deny', mixed, [true, true, false]],
      ['deny_on_first_deny', of('olivia', 'bea'), [true, true]],
      ['deny_on_first_deny', [...of('olivia'), 7, ...of('bea')], [true, false]],
      ['permit_on_first_permit', mixed, [true]],
      ['permit_on_first_permit', of('mia', 'nobody', 'bea', 'olivia'), [false, false, true]],
      ['permit_on_first_permit', of('mia', 'nobody'), [false, false]],
    ] as [string | undefined, object[], boolean[]][])('%s', async (semantic, evaluations, expected) => {
      expect(await decisions(batch(evaluations, semantic))).toEqual(expected);
    });

    test.each([['any'], [7], [null]])('%s is no semantic', async (semantic) => {
      const answer = await send('evaluations', batch(mixed, semantic as string));
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
      });
    });
  });

  test('H2 an evaluation that cannot be read is denied in its place, and says why', async () => {
    const whole = question('olivia', 'view_billing', 'acme');
    const { evaluations } = await ask('evaluations', {
      evaluations: [whole, 'x', null, [], {}, { ...whole, subject: null }, { ...whole, action: { name: [] } }, whole],
    });
    expect(evaluations).toEqual([
      { decision: true },
      denied('BAD_REQUEST', 'evaluations.1 must be an object.'),
      denied('BAD_REQUEST', 'evaluations.2 must be an object.'),
      denied('BAD_REQUEST', 'evaluations.3 must be an object.'),
      denied('BAD_REQUEST', 'evaluations.4.subject must be an object.'),
      denied('BAD_REQUEST', 'evaluations.5.subject must be an object.'),
      denied('BAD_REQUEST', 'evaluations.6.action.name must be a text.'),
      { decision: true },
    ]);
  });

  describe('H2 any number of evaluations costs the same statements', () => {
    const people = ['olivia', 'oscar', 'bea', 'ada', 'mia', 'nobody'];
    const batch = (count: number, names: readonly string[]) => ({
      evaluations: Array.from({ length: count }, (_, i) =>
        question(people[i % people.length]!, names[i % names.length]!, i % 3 === 2 ? 'nada' : 'acme'),
      ),
    });

    test.each([1, 10, 1_000])('%i that are permitted, or denied where nobody can be asked', async (count) => {
      const { answer, statements } = await statementsOf('evaluations', batch(count, ['view_billing']));
      expect(answer.evaluations).toHaveLength(count);
      expect(statements).toBe(1);
    });

    test.each([10, 1_000])('%i of which some are denied, which names the owners', async (count) => {
      const { answer, statements } = await statementsOf('evaluations', batch(count, ['manage_billing', 'top_up']));
      expect(answer.evaluations).toHaveLength(count);
      expect(statements).toBe(2);
    });

    test('and a single one', async () => {
      expect((await statementsOf('evaluation', question('bea', 'manage_billing', 'acme'))).statements).toBe(1);
      expect((await statementsOf('evaluation', question('mia', 'manage_billing', 'acme'))).statements).toBe(2);
      expect((await statementsOf('evaluation', question('nobody', 'manage_billing', 'acme'))).statements).toBe(1);
    });

    test('and what can be denied without looking costs none', async () => {
      const evaluations = [question('olivia', 'fly', 'acme'), question('a b', 'view_billing', 'acme'), {}];
      expect((await statementsOf('evaluations', { evaluations })).statements).toBe(0);
    });

    test('X3 more than 1,000 are refused', async () => {
      const before = service.statements.length;
      expect(await send('evaluations', batch(1_001, ['view_billing']))).toMatchObject({
        status: 400,
        body: {
          errors: [{ message: 'evaluations has at most 1000 entries.', extensions: { code: 'BAD_USER_INPUT' } }],
        },
      });
      expect(service.statements.length).toBe(before);
    });
  });

  describe('H1 who may not ask', () => {
    const PATHS = ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action'] as const;
    const body = { ...question('olivia', 'view_billing', 'acme'), evaluations: [{}] };

    test.each(PATHS)('without a token, or with one that is not valid: 401 by %s', async (path) => {
      expect(await postAccess(service, path, body)).toMatchObject({
        status: 401,
        body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      });
      for (const authorization of ['Bearer x', 'Basic b2s6b2s=', '']) {
        const answer = await postAccess(service, path, body, { authorization });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
      }
      expect((await postAccess(service, path, body)).headers.get('www-authenticate')).toBe('Bearer');
    });

    test.each(PATHS)('with a token without the scope, whosever it is: 403 by %s', async (path) => {
      for (const [subject, ...scopes] of [
        ['olivia'],
        ['back-end', 'directory:write', 'usage:write', 'billing:write'],
        ['back-end', 'access', 'access:read:all', 'access:write', 'ACCESS:READ'],
      ] as [string, ...string[]][]) {
        const authorization = `Bearer ${await service.token(subject, { scopes })}`;
        const before = service.statements.length;
        const answer = await postAccess(service, path, body, { authorization });
        expect(answer).toMatchObject({
          status: 403,
          body: {
            errors: [{ message: 'This needs a token with the scope access:read.', extensions: { code: 'FORBIDDEN' } }],
          },
        });
        expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="access:read"');
        expect(service.statements.length).toBe(before);
      }
    });

    test('they learn nothing about their body', async () => {
      for (const malformed of ['{', '', '"x"', 'x'.repeat(2_000_000)])
        expect((await postAccess(service, 'evaluation', malformed)).status).toBe(401);
    });

    test('a user who has the scope, as a back end does, may ask about all', async () => {
      const authorization = `Bearer ${await service.token('mia', { scopes: ['access:read'] })}`;
      expect(
        await postAccess(service, 'evaluation', question('gus', 'view_billing', 'globex'), { authorization }),
      ).toMatchObject({ status: 200, body: { decision: true } });
    });
  });

  test('X3 a body over BODY_LIMIT is 413, and JSON of many levels is 400', async () => {
    expect((await send('evaluation', `"${'x'.repeat(2_000_000)}"`)).status).toBe(413);
    const deep = `${'['.repeat(60)}${']'.repeat(60)}`;
    const asked = JSON.stringify(question('olivia', 'view_billing', 'acme'));
    expect(await send('evaluation', asked.replace(/}$/, `,"context":{"a":${deep}}}`))).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'DEPTH_LIMIT_EXCEEDED' } }] },
    });
  });

  test('X3 a batch of 1,000 of the longest ids fits', async () => {
    const long = (index: number) => `${index}`.padEnd(255, '-');
    const evaluations = Array.from({ length: 1_000 }, (_, i) => question(long(i), 'manage_billing_admins', long(i)));
    expect((await ask('evaluations', { evaluations })).evaluations).toHaveLength(1_000);
  });

  test('there is nothing else below the path, and no other method', async () => {
    for (const [method, path] of [
      ['GET', '/access/v1/evaluation'],
      ['PUT', '/access/v1/evaluations'],
      ['POST', '/access/v1/search'],
      ['POST', '/access/v1/evaluation/'],
      ['POST', '/.well-known/authzen-configuration'],
    ] as const)
      expect((await fetch(`${service.address}${path}`, { method })).status).toBe(404);
  });
});

describe('H2 pages', () => {
  const MEMBERS = 37;
  let service: TestService;
  let send: BackEnd;

  beforeAll(async () => {
    service = await startTestService({ monotonicClock: STILL_CLOCK });
    send = await backEndOf(service);
    const acme = organization(service.services, 'acme');
    await acme.exists();
    // Names in another order than ids, some of them the same.
    for (let i = 0; i < MEMBERS; i++) {
      const name = `Name ${String.fromCharCode(97 + ((i * 7) % 5))}`;
      await acme.hasProfile({ id: `user-${i}`, name, email: `u${i}@example.com` }, i % 9 === 0 ? 'OWNER' : 'MEMBER');
    }
    for (const i of [1, 11, 21, 31]) await acme.adds(`user-${i}`, 'user-0');
    for (let i = 0; i < 12; i++) {
      const one = organization(service.services, `one-${i}`);
      await one.exists();
      await one.hasProfile({ id: 'user-0', name: 'Name a', email: 'u0@example.com' }, i % 2 ? 'OWNER' : 'MEMBER');
    }
  });
  afterAll(() => service.close());

  const searches: Record<string, [AccessPath, object]> = {
    'who may view': [
      'search/subject',
      { subject: { type: 'user' }, action: action('view_billing'), resource: resource('acme') },
    ],
    'who may manage': [
      'search/subject',
      { subject: { type: 'user' }, action: action('manage_billing'), resource: resource('acme') },
    ],
    'who owns': [
      'search/subject',
      { subject: { type: 'user' }, action: action('billing_admins'), resource: resource('acme') },
    ],
    'what a user may view': [
      'search/resource',
      { subject: user('user-0'), action: action('view_billing'), resource: { type: 'organization' } },
    ],
    'what a user may manage': [
      'search/resource',
      { subject: user('user-0'), action: action('manage_billing'), resource: { type: 'organization' } },
    ],
    'what an owner may do': ['search/action', { subject: user('user-0'), resource: resource('acme') }],
  };
  const sizes = {
    'who may view': 37,
    'who may manage': 9,
    'who owns': 5,
    'what a user may view': 13,
    'what a user may manage': 7,
  };

  /** All results, page by page, each in one statement. */
  const walk = async ([path, body]: [AccessPath, object], limit: number) => {
    const results: Data[] = [];
    let page: object = { limit };
    for (let pages = 0; pages < 100; pages++) {
      const before = service.statements.length;
      const answer = await send(path, { ...body, page });
      expect(answer.status).toBe(200);
      expect(service.statements.length - before).toBe(1);
      expect(answer.body.page.count).toBe(answer.body.results.length);
      expect(answer.body.results.length).toBeLessThanOrEqual(limit);
      results.push(...(answer.body.results as Data[]));
      if (answer.body.page.next_token === '') return results;
      page =
        pages % 2
          ? { token: answer.body.page.next_token as string }
          : { token: answer.body.page.next_token as string, limit };
    }
    throw new Error('There is no end.');
  };

  test.each(Object.keys(searches))('%s: the pages are the whole, whatever their size', async (name) => {
    const [path, body] = searches[name]!;
    const { results, page } = (await send(path, body)).body as { results: Data[]; page: Data };
    expect(page.next_token).toBe('');
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(results.length);
    expect(results.length).toBe(sizes[name as keyof typeof sizes] ?? results.length);
    for (const limit of [1, 2, 5, results.length, 1_000, 100_000])
      expect(await walk([path, body], limit)).toEqual(results);
  });

  test('owners come first, then billing admins, then the others, each by name and then by id', async () => {
    const { results } = (await send(...searches['who may view']!)).body as { results: Data[] };
    const ids = results.map(({ id }) => Number(String(id).slice(5)));
    const rank = (i: number) => (i % 9 === 0 ? 0 : [1, 11, 21, 31].includes(i) ? 1 : 2);
    const expected = Array.from({ length: MEMBERS }, (_, i) => i).sort(
      (one, other) =>
        rank(one) - rank(other) || ((one * 7) % 5) - ((other * 7) % 5) || (`user-${one}` < `user-${other}` ? -1 : 1),
    );
    expect(ids).toEqual(expected);
  });

  test('a page of nothing says that there is more', async () => {
    const [path, body] = searches['who may view']!;
    const { page, results } = (await send(path, { ...body, page: { limit: 0 } })).body;
    expect([page.count, results]).toEqual([0, []]);
    expect(page.next_token).not.toBe('');
  });

  test('a token is of one search, with one limit', async () => {
    const [path, body] = searches['who may view']!;
    const { page } = (await send(path, { ...body, page: { limit: 2 } })).body;
    const token = page.next_token as string;
    const others: [AccessPath, object][] = [
      [path, { ...body, action: action('manage_billing'), page: { token } }],
      [path, { ...body, resource: resource('one-1'), page: { token } }],
      [path, { ...body, page: { token, limit: 3 } }],
      [path, { ...body, page: { token: `x${token}` } }],
      [path, { ...body, page: { token: token.slice(1) } }],
      ['search/resource', { ...searches['what a user may view']![1], page: { token } }],
      ['search/action', { ...searches['what an owner may do']![1], page: { token } }],
    ];
    for (const [other, asked] of others) expect((await send(other, asked)).status).toBe(400);
    expect((await send(path, { ...body, context: { another: true }, page: { token, limit: 2 } })).status).toBe(200);
  });

  test('a token that somebody has made up opens nothing and breaks nothing', async () => {
    const [path, body] = searches['who may manage']!;
    const { page } = (await send(path, { ...body, page: { limit: 2 } })).body;
    const [search, limit] = JSON.parse(Buffer.from(String(page.next_token), 'base64url').toString()) as unknown[];
    const all = (await send(path, body)).body.results as Data[];
    for (const after of [
      { billingRole: 'TEAMMATE', nameKey: '', userId: 'user-0' },
      { billingRole: 'OWNER', nameKey: "' OR 1=1 --", userId: 'user-0' },
      { billingRole: 'OWNER', nameKey: '', userId: 'user 0' },
      { billingRole: 'KING', nameKey: '', userId: 'user-0' },
      { billingRole: 'OWNER', nameKey: '\ud800', userId: 'user-0' },
      { billingRole: ['OWNER'], nameKey: '', userId: 'user-0' },
      'user-0',
      7,
      [],
      {},
    ]) {
      for (const most of [limit, 1_001, -1, 'x']) {
        const token = Buffer.from(JSON.stringify([search, most, after])).toString('base64url');
        const answer = await send(path, { ...body, page: { token } });
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 200) expect(all).toEqual(expect.arrayContaining(answer.body.results as Data[]));
      }
    }
  });
});

test('H2 where the tokens cannot be verified now, the caller is told to come back', async () => {
  const service = await startTestService({
    environment: {
      ...{ AUTH_JWT_SECRET: '', AUTH_JWKS_URL: 'http://127.0.0.1:9/keys', AUTH_ISSUER: 'https://issuer.example' },
      AUTH_AUDIENCE: 'billing',
    },
  });
  const encoded = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const token = `${encoded({ alg: 'ES256', kid: 'one' })}.${encoded({ sub: 'back-end' })}.${'A'.repeat(86)}`;
  const answer = await postAccess(service, 'evaluation', question('mia', 'view_billing', 'acme'), {
    authorization: `Bearer ${token}`,
  });
  expect(answer).toMatchObject({
    status: 503,
    body: { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', reference: expect.any(String) as string } }] },
  });
  await service.close();
});
