import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Client } from 'graphql-ws';
import { signToken } from '../../src/server/identity/sign-token';
import { seedCast } from '../kits/operations/access-cast';
import { postJson, sendRaw } from '../kits/clients/raw-http';
import { type Data, SECRET } from '../kits/service/service';
import { startLoggingService } from '../kits/service/service-log';
import { connect } from '../kits/clients/socket';

const REFERENCE = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** What no answer may carry (X2): statements, tables, stacks, files, the database's address, secrets. */
const INNER =
  /select|insert|access_requests|no such table|sqlite|mysql|node_modules|\.ts\b|\.js\b|\bat \w+ |127\.0\.0\.1|secret of/i;

let service: Awaited<ReturnType<typeof startLoggingService>>;
let owner: string;
let client: Client;

beforeAll(async () => {
  service = await startLoggingService();
  await seedCast(service.services);
  // From here on whatever reads the requests for billing access fails below, as a broken database would.
  await service.services.database.transaction((writer) => writer.run('DROP TABLE access_requests'));
  owner = await signToken(SECRET, { subject: 'olivia', expiresInSeconds: 3600 });
  client = connect(service, owner);
});

afterAll(async () => {
  await client.dispose();
  await service.close();
});

interface Sent {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

async function overHttp(sent: Sent): Promise<ExecutionResult> {
  return (await postJson(service, owner, sent)).json;
}

/** The first answer; a request that is refused as a whole gets its errors only. */
async function overSocket({ query, variables = {}, operationName }: Sent): Promise<ExecutionResult> {
  return new Promise((resolve) => {
    const stop = client.subscribe(
      { query, variables, operationName },
      {
        next: (answer) => resolve(answer as ExecutionResult),
        error: (errors) => resolve({ errors } as ExecutionResult),
        complete: () => stop(),
      },
    );
  });
}

const transports = [
  ['HTTP', overHttp],
  ['WebSocket', overSocket],
] as const;

describe.each(transports)('over %s', (_, send) => {
  test('X1 what goes wrong inside is one INTERNAL_SERVER_ERROR with a reference that is in the log', async () => {
    const query = '{ organization(id: "acme") { name billing { status viewerAccessRequest { id } } } }';
    const { data, errors } = await send({ query });
    expect(data).toEqual({ organization: { name: 'Acme', billing: { status: 'ACTIVE', viewerAccessRequest: null } } });
    expect(errors).toHaveLength(1);
    const [error] = errors as unknown as GraphQLFormattedError[];
    const reference = String(error?.extensions?.reference);
    expect(reference).toMatch(REFERENCE);
    expect(error).toEqual({
      message: `Something went wrong on our side. Tell us the reference ${reference} if it keeps happening.`,
      path: ['organization', 'billing', 'viewerAccessRequest'],
      locations: [{ line: 1, column: 52 }],
      extensions: { code: 'INTERNAL_SERVER_ERROR', reference },
    });

    const logged = service.lines.map((line) => JSON.parse(line) as Data);
    const entry = logged.find((line) => line.requestId === reference && line.err);
    expect(entry).toMatchObject({ level: 50, msg: 'An operation failed.' });
    expect(entry?.err.message).toMatch(/access_requests/);
  });

  test.each([
    'query { billingAccessRequests(organizationId: "acme") { id } }',
    'mutation { requestBillingAccess(input: { organizationId: "acme" }) { request { id } } }',
    'mutation { approveBillingAccessRequest(input: { organizationId: "acme", requestId: "r" }) { changed } }',
    'mutation { addBillingAdmin(input: { organizationId: "acme", userId: "tess" }) { changed } }',
  ])('X2 no answer carries a statement, a stack or a secret: %s', async (query) => {
    const answer = await send({ query });
    const text = JSON.stringify(answer).replaceAll('billingAccessRequests', '');
    expect(text).not.toMatch(INNER);
    if (answer.errors) expect(text).toMatch(REFERENCE);
  });

  test('X1 all that fails in one operation has one reference, and the next has another', async () => {
    const query =
      'query { one: billingAccessRequests(organizationId: "acme") { id } two: billingAccessRequests(organizationId: "acme") { id } }';
    const referencesOf = ({ errors = [] }: ExecutionResult) => errors.map(({ extensions }) => extensions.reference);
    const [first, second] = [referencesOf(await send({ query })), referencesOf(await send({ query }))];
    expect(first).toEqual([expect.stringMatching(REFERENCE), first[0]]);
    expect(second).toEqual([expect.stringMatching(REFERENCE), second[0]]);
    expect(first[0]).not.toBe(second[0]);
  });
});

describe('X1 a request that is malformed has a code, and the same answer over both transports:', () => {
  const viewer = '{ viewer { id } }';

  test.each<[string, Sent, string]>([
    ['a document that cannot be parsed', { query: '{ viewer { id }' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ viewer { id secret } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['several faults', { query: '{ viewer { a b } nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown argument', { query: '{ viewer(id: 1) { id } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a literal of the wrong type', { query: '{ organization(id: true) { id } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable that is missing', { query: 'query ($id: ID!) { organization(id: $id) { id } }' }, 'BAD_USER_INPUT'],
    [
      'a variable of the wrong type',
      { query: 'query ($id: ID!) { organization(id: $id) { id } }', variables: { id: { a: 1 } } },
      'BAD_USER_INPUT',
    ],
    [
      'a variable of a scalar of ours',
      {
        query:
          'mutation ($v: SafeInt) { addBillingAdmin(input: { organizationId: "acme", userId: "a", expectedVersion: $v }) { changed } }',
        variables: { v: 1.5 },
      },
      'BAD_USER_INPUT',
    ],
    [
      'a literal of a scalar of ours',
      {
        query:
          'mutation { addBillingAdmin(input: { organizationId: "acme", userId: "a", expectedVersion: 1.5 }) { changed } }',
      },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an invalid id', { query: '{ organization(id: "a b") { id } }' }, 'BAD_USER_INPUT'],
    [
      'a page that is too large',
      { query: '{ organization(id: "acme") { billing { activity(first: 101) { nodes { id } } } } }' },
      'BAD_USER_INPUT',
    ],
    ['access that is not there', { query: '{ billingAccessRequests(organizationId: "globex") { id } }' }, 'FORBIDDEN'],
  ])('%s', async (_, sent, code) => {
    const [http, socket] = await Promise.all([overHttp(sent), overSocket(sent)]);
    expect(http.errors?.map(({ extensions }) => extensions.code)).toEqual(http.errors?.map(() => code));
    expect(http.errors?.length).toBeGreaterThan(0);
    expect(socket).toEqual(http);
    for (const error of http.errors ?? []) {
      expect(Object.keys(error).filter((key) => !['message', 'locations', 'path', 'extensions'].includes(key))).toEqual(
        [],
      );
      expect(Object.keys(error.extensions)).toEqual(['code']);
    }
  });

  test.each<[string, Sent]>([
    ['an operation that is not there', { query: `query A ${viewer}`, operationName: 'B' }],
    ['no name, among several operations', { query: `query A ${viewer} query B ${viewer}` }],
    ['an empty document', { query: '' }],
    ['a document of fragments', { query: 'fragment A on Viewer { id }' }],
  ])('%s', async (_, sent) => {
    for (const { data, errors } of [await overHttp(sent), await overSocket(sent)]) {
      expect(data ?? null).toBeNull();
      expect(errors?.length).toBeGreaterThan(0);
      for (const { extensions } of errors ?? [])
        expect(extensions.code).toEqual(expect.stringMatching(/^(?!INTERNAL)[A-Z_]+$/));
    }
  });

  test('a token without the scope is told which one it needs', async () => {
    const sent = { query: 'mutation { removeMember(input: { organizationId: "acme", userId: "mia" }) { changed } }' };
    for (const { errors } of [await overHttp(sent), await overSocket(sent)])
      expect(errors).toMatchObject([
        { message: 'This needs a token with the scope directory:write.', extensions: { code: 'FORBIDDEN' } },
      ]);
  });

  test('a refused subscription is answered at its field, and a malformed one as any request', async () => {
    const refused = await overSocket({
      query: 'subscription { billingChanged(organizationId: "globex") { sequence } }',
    });
    expect(refused).toEqual({
      data: null,
      errors: [
        {
          message: 'You do not have access to this.',
          locations: [{ line: 1, column: 16 }],
          path: ['billingChanged'],
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
    const future = 'subscription { billingAdminRosterChanged(organizationId: "acme", afterVersion: 1000) { version } }';
    const { data, errors } = await overSocket({ query: future });
    expect([data, errors?.[0]?.path, errors?.[0]?.extensions]).toEqual([
      null,
      ['billingAdminRosterChanged'],
      { code: 'BAD_USER_INPUT' },
    ]);
  });
});

describe('X1 over HTTP an invalid body', () => {
  const json = { 'content-type': 'application/json' };

  test.each<[string, { headers?: Record<string, string>; body?: string }, number]>([
    ['malformed JSON', { headers: json, body: '{"query": "{ viewer { id } }"' }, 400],
    ['no JSON at all', { headers: json, body: 'query' }, 400],
    ['an empty body', { headers: json, body: '' }, 400],
    ['JSON that is no object', { headers: json, body: '"query"' }, 400],
    ['null', { headers: json, body: 'null' }, 400],
    ['no query', { headers: json, body: '{}' }, 400],
    ['a query that is no text', { headers: json, body: '{"query":5}' }, 400],
    ['variables that are no object', { headers: json, body: '{"query":"{ viewer { id } }","variables":"x"}' }, 400],
    ['more than 1 MiB', { headers: json, body: JSON.stringify({ query: ' '.repeat(1025 * 1024) }) }, 413],
    ['text', { headers: { 'content-type': 'text/plain' }, body: '{"query":"{ viewer { id } }"}' }, 400],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query=a' }, 415],
    ['no content type', { headers: { 'content-type': '' }, body: '{"query":"{ viewer { id } }"}' }, 415],
    ['a key that would poison', { headers: json, body: '{"query":"{ viewer { id } }","__proto__":{"a":1}}' }, 400],
  ])('is a clear error with a code, and no detail of the inside: %s', async (_, request, expectedStatus) => {
    const { status, text, json: answer } = await sendRaw(service, owner, { method: 'POST', ...request });
    expect([status, text]).toEqual([expectedStatus, text]);
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]?.extensions?.code).toEqual(expect.stringMatching(/^(?!INTERNAL)[A-Z_]+$/));
    expect(text).not.toMatch(INNER);
  });

  test('X2 neither an unknown path nor an unknown method reveals more', async () => {
    for (const request of [{ path: '/nothing' }, { method: 'DELETE' }, { method: 'PUT' }]) {
      const { status, text, json: answer } = await sendRaw(service, owner, request);
      expect([404, 405]).toContain(status);
      expect(answer.errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
      expect(text).not.toMatch(INNER);
    }
  });
});

test('X2 the log of all this holds no token and no e-mail address', () => {
  const log = service.lines.join('');
  expect(log.length).toBeGreaterThan(0);
  expect(log).not.toMatch(/eyJ|@example\.com|secret of/);
});
