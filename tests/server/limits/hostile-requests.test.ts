import { textOnBoth, type Told, type ToldError } from '../../kits/clients/both-transports';
import { RawSocket } from '../../kits/clients/raw-socket';
import { seedAcme } from '../../kits/organizations/seed';
import { startTestService, type TestService } from '../../kits/service/service';

const LONGEST_MESSAGE = 500;
const DEEP = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

const BATCH =
  'mutation ($entries: [RecordUsageInput!]!) { recordUsageBatch(input: { entries: $entries }) { results { userErrors { code } } } }';
const GIVEN = 'query ($on: Boolean!) { viewer { id @include(if: $on) } }';

describe.each(['production', 'development'])('X3 one small request stops nobody (%s)', (NODE_ENV) => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: { NODE_ENV } });
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  /** What both transports answer, while somebody else asks whether the process is well. */
  const askAs = async (text: string): Promise<Told & { errors: readonly ToldError[] }> => {
    const [{ told, errors }, health] = await Promise.all([
      textOnBoth(service, 'mia', text),
      fetch(`${service.address}/healthz`),
    ]);
    expect(health.status).toBe(200);
    for (const { message } of errors) expect(message.length).toBeLessThanOrEqual(LONGEST_MESSAGE);
    return { ...told, errors };
  };
  const ask = (query: string, more: object = {}) => askAs(JSON.stringify({ query, ...more }));

  test('X3 a name of an operation that is 120,000 spaces long is quoted in part', async () => {
    const told = await ask('query A { plans { key } }', { operationName: ' '.repeat(120_000) });
    expect(told).toMatchObject({ status: 400, code: 'OPERATION_RESOLUTION_FAILURE' });
    expect(told.message).toHaveLength(LONGEST_MESSAGE);
  });

  test('X3 a value of 40,000 spaces is quoted in part', async () => {
    const told = await ask(GIVEN, { variables: { on: ' '.repeat(40_000) } });
    expect(told).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(told.message).toMatch(/^Variable "\$on" got invalid value " {400}/);
  });

  test.each([
    ['ten thousand numbers', 0],
    ['ten thousand empty entries', {}],
  ])('X3 %s for a list of entries: a caller without the scope is told that alone', async (_, entry) => {
    const told = await ask(BATCH, { variables: { entries: Array(10_000).fill(entry) } });
    expect(told).toMatchObject({ status: 200, data: { recordUsageBatch: null } });
    expect(told.errors).toEqual([expect.objectContaining({ path: ['recordUsageBatch'] })]);
    expect(told.code).toBe('FORBIDDEN');
  });

  test.each([
    ['ten thousand numbers', 0],
    ['ten thousand empty entries', {}],
  ])('X3 %s for a list of entries: a caller with the scope is told of ten faults', async (_, entry) => {
    const response = await fetch(`${service.address}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await service.token('host', { scopes: ['usage:write'] })}`,
      },
      body: JSON.stringify({ query: BATCH, variables: { entries: Array(10_000).fill(entry) } }),
    });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(10).fill('BAD_USER_INPUT'));
  });

  test.each([
    [
      'a document with a thousand faults',
      `{ viewer { ${Array.from({ length: 1_000 }, (_, i) => `none${i}`).join(' ')} } }`,
    ],
    [
      'a document with a thousand faults of one kind',
      `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: organization { id }`).join(' ')} }`,
    ],
  ])('X3 %s is told ten of them', async (_, document) => {
    const told = await ask(document);
    expect(told.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(told.errors).toHaveLength(10);
  });

  test('X3 undeclared variables do not belong to the operation', async () => {
    const told = await ask(GIVEN, { variables: { on: true, more: 'x'.repeat(500_000) } });
    expect(told).toMatchObject({ status: 200, data: { viewer: { id: 'mia' } } });
  });

  test.each([
    ['a variable', `"variables":{"on":${DEEP}}`],
    ['a variable that is not declared', `"variables":{"on":true,"more":${DEEP}}`],
    ['an extension', `"variables":{"on":true},"extensions":{"more":${DEEP}}`],
  ])('X3 %s of 200,000 levels is refused for that', async (_, more) => {
    const told = await askAs(`{"query":${JSON.stringify(GIVEN)},${more}}`);
    expect(told).toMatchObject({ status: 400, code: 'DEPTH_LIMIT_EXCEEDED' });
  });

  test('X3 in an address as well', async () => {
    const deep = `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
    const address = new URL('/graphql', service.address);
    address.search = new URLSearchParams({ query: '{ plans { key } }', variables: `{"on":${deep}}` }).toString();
    const response = await fetch(address, { headers: { 'apollo-require-preflight': '1' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'DEPTH_LIMIT_EXCEEDED' } }] });
  });

  test.each(['connection_init', 'ping', 'pong'])(
    'X3 a %s of too many levels closes its socket only, before sign-in and after',
    async (type) => {
      const token = await service.token('mia');
      const other = await RawSocket.signIn(service, token);
      const [stranger, known] = [await RawSocket.open(service), await RawSocket.signIn(service, token)];
      stranger.say(`{"type":"${type}","payload":{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`);
      known.say(`{"type":"${type}","payload":{"deep":${DEEP}}}`);
      for (const socket of [stranger, known])
        expect(await socket.closed).toEqual({ code: 4400, reason: 'The message has too many levels' });
      other.operate('{ viewer { id } }');
      expect(await other.next()).toMatchObject({ type: 'next', payload: { data: { viewer: { id: 'mia' } } } });
      other.terminate();
    },
  );

  test.each(['@skip', '@ skip', '@\n\tinclude', '@,skip', '@#\nskip'])(
    'X3 a root field of a subscription under %j is refused, however it is written',
    async (directive) => {
      const told = await ask(
        `subscription ($on: Boolean!) { billingChanged(organizationId: "acme") ${directive}(if: $on) { sequence } }`,
        { variables: { on: false } },
      );
      expect(told).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
    },
  );

  test.each([
    ['POST', '/graphql'],
    ['GET', '/graphql?query=%7Bplans%7Bkey%7D%7D'],
    ['POST', '/webhooks/stripe'],
    ['GET', '/healthz'],
    ['DELETE', '/nothing'],
  ])('X3 a content type of 256 characters is refused before anything reads it (%s %s)', async (method, path) => {
    const asked = async (length: number) => {
      const headers = { 'content-type': `application/json;${'a'.repeat(length)}`.slice(0, length) };
      const body = method === 'POST' ? JSON.stringify({ query: '{ plans { key } }' }) : undefined;
      const response = await fetch(`${service.address}${path}`, { method, headers, ...(body && { body }) });
      return { status: response.status, text: await response.text() };
    };
    expect((await asked(255)).status).not.toBe(415);
    const { status, text } = await asked(256);
    expect({ status, told: JSON.parse(text) as unknown }).toEqual({
      status: 415,
      told: {
        errors: [
          {
            message: 'A content type has at most 255 characters.',
            extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' },
          },
        ],
      },
    });
  });

  test('X3 errors in a document of 500,000 lines do not count its lines', async () => {
    const lines = '\n'.repeat(500_000);
    const fields = Array.from({ length: 40 }, (_, i) => `a${i}: organization(id: " ") { id }`).join(' ');
    const told = await ask(`${lines}{ ${fields} }`);
    expect(told).toMatchObject({ status: 200, code: 'BAD_USER_INPUT' });
    expect(told.errors.map(({ locations }) => locations)).toEqual(Array(40).fill(undefined));
    const short = await ask(`{ ${fields} }`);
    expect(short.errors.map(({ locations }) => locations?.length)).toEqual(Array(40).fill(1));
  });
});
