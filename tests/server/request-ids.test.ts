import { connect as connectTo } from 'node:net';
import { signToken } from '../../src/server/identity/sign-token';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, SECRET } from '../kits/service/service';
import { startLoggingService } from '../kits/service/service-log';
import { connect } from '../kits/clients/socket';

const MADE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BROKEN = 'query { billingAccessRequests(organizationId: "acme") { id } }';

let service: Awaited<ReturnType<typeof startLoggingService>>;
let owner: string;

beforeAll(async () => {
  service = await startLoggingService();
  await seedAcme(service.services);
  await service.services.database.transaction((writer) => writer.run('DROP TABLE access_requests'));
  owner = await signToken(SECRET, { subject: 'olivia', expiresInSeconds: 3_600 });
});
afterAll(() => service.close());

const ask = async (query: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${owner}`, ...headers },
    body: JSON.stringify({ query }),
  });
  return { id: response.headers.get('x-request-id') ?? '', text: await response.text() };
};

const linesOf = async (id: string): Promise<Data[]> => {
  for (;;) {
    const lines = service.lines.map((line) => JSON.parse(line) as Data).filter(({ requestId }) => requestId === id);
    // It is written once the answer has left.
    if (lines.some(({ msg }) => msg === 'request completed')) return lines;
    await new Promise(setImmediate);
  }
};

/** What is answered to a request as it stands here, byte for byte. */
const raw = (lines: readonly string[]) =>
  new Promise<string>((resolve, reject) => {
    const { port } = new URL(service.address);
    const socket = connectTo(Number(port), '127.0.0.1', () => socket.write([...lines, '', ''].join('\r\n')));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('end', () => resolve(answer)).on('error', reject);
  });

const idIn = (answer: string) => /^x-request-id: (.*)$/im.exec(answer)?.[1]?.trim();

test('X1 by the id that the header tells, the log has every line about the request, and what failed', async () => {
  const { id, text } = await ask(BROKEN);
  expect(id).toMatch(MADE);
  const lines = await linesOf(id);
  expect(lines.map(({ msg }) => String(msg))).toEqual(['An operation failed.', 'request completed']);
  expect(lines[0]?.err.message).toMatch(/access_requests/);
  expect(JSON.parse(text)).toMatchObject({
    errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR', reference: id } }],
  });
});

test('X1 a refused token is told of under the id too', async () => {
  const { id } = await ask('{ __typename }', { authorization: 'Bearer x' });
  expect((await linesOf(id)).map(({ msg }) => String(msg))).toEqual(['A token was refused.', 'request completed']);
});

test.each(['a', 'proxy-1.2_3', 'A'.repeat(64)])('X1 an id that comes in is taken over: %s', async (given) => {
  const { id, text } = await ask(BROKEN, { 'x-request-id': given });
  expect(id).toBe(given);
  expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { reference: given } }] });
  expect(await linesOf(given)).toHaveLength(2);
});

test.each([
  ['too long', 'A'.repeat(65)],
  ['a markup', '<script>alert(1)</script>'],
  ['a quote', 'a","level":60,"msg":"b'],
  ['an escape', 'a\u001b[2Jb'],
  ['a letter of another script', 'ä'],
  ['an address', 'mia@example.com'],
  ['a space', 'a b'],
  ['nothing', ''],
])('X2 an id that is not harmless is not used, and is not in the log: %s', async (_, given) => {
  const answer = await raw(['GET /healthz HTTP/1.1', 'host: service', 'connection: close', `x-request-id: ${given}`]);
  const id = idIn(answer) ?? '';
  expect(id).toMatch(/^HTTP\/1.1 400/.test(answer) ? /^$/ : MADE);
  if (given !== '') expect(answer + service.lines.join('')).not.toContain(given);
});

test('X2 of several ids none is taken over', async () => {
  const answer = await raw([
    'GET /healthz HTTP/1.1',
    'host: s',
    'connection: close',
    'x-request-id: a',
    'X-Request-Id: b',
  ]);
  expect(idIn(answer)).toMatch(MADE);
});

test.each([
  ['/nowhere', '404'],
  ['/%zz', '400'],
  ['/readyz', '200'],
  ['/graphql', '400'],
])('O3 every answer has an id: %s', async (path, status) => {
  const answer = await raw([
    `GET ${path} HTTP/1.1`,
    'host: service',
    'connection: close',
    'x-request-id: from-a-proxy',
  ]);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(idIn(answer)).toBe('from-a-proxy');
});

test('O3 so has a refused upgrade', async () => {
  const upgrade = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
  const answer = await raw([
    'GET /nowhere HTTP/1.1',
    'host: s',
    ...upgrade,
    'sec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==',
  ]);
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect(idIn(answer)).toMatch(MADE);
});

test("A4 a stranger's answer and a missing organization's are alike, byte for byte", async () => {
  const stranger = await signToken(SECRET, { subject: 'stranger', expiresInSeconds: 3_600 });
  const asked = (id: string) =>
    Promise.all(
      [
        `{ organization(id: "${id}") { name } }`,
        `mutation { addBillingAdmin(input: { organizationId: "${id}", userId: "mia" }) { changed } }`,
      ].map(async (query) => ask(query, { authorization: `Bearer ${stranger}` })),
    );
  const [there, missing] = [await asked('acme'), await asked('nada')];
  expect(there.map(({ text }) => text)).toEqual(missing.map(({ text }) => text));
  const ids = [...there, ...missing].map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  for (const { text } of there) for (const id of ids) expect(text).not.toContain(id);
});

test('X1 over a socket each operation has an id of its own, which is the reference of all that fails in it', async () => {
  const client = connect(service, owner);
  const failed = () =>
    new Promise<string[]>((resolve) => {
      const query = BROKEN.replace('query { ', 'query { one: ').replace(/ }$/, ' two: viewer { id } }');
      client.subscribe<Data>(
        { query },
        {
          next: ({ errors = [] }) => resolve(errors.map(({ extensions }) => String(extensions?.reference))),
          error: (errors) =>
            resolve((errors as { extensions: Data }[]).map(({ extensions }) => String(extensions.reference))),
          complete: () => undefined,
        },
      );
    });
  const references = [...(await failed()), ...(await failed())];
  expect(references).toHaveLength(2);
  expect(new Set(references).size).toBe(2);
  const logged = service.lines.map((line) => (JSON.parse(line) as Data).requestId as string);
  for (const reference of references) {
    expect(reference).toMatch(MADE);
    expect(logged).toContain(reference);
  }
  await client.dispose();
});
