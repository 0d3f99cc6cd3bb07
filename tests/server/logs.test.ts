import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { resolve } from 'node:path';
import { engine, freshDatabase } from '../kits/service/database-url';
import { ServerProcess } from '../kits/processes/server-process';
import { RawSocket } from '../kits/clients/raw-socket';
import { startLoggingService } from '../kits/service/service-log';
import { SECRET } from '../kits/service/service';
import { signToken } from '../../src/server/identity/sign-token';
import { ROSTER_CHANGED } from '../kits/clients/socket';

type LoggingService = Awaited<ReturnType<typeof startLoggingService>>;

const ROOT = resolve(__dirname, '../..');
const COMPILER = resolve(__dirname, '../kits/jest/compile-on-require.cjs');

const EMAIL = 'mia.moreau@example.com';
const NAME = 'Mia Moreau';
const QUERY_WORD = 'word-of-a-query-string';

const SYNC = `mutation ($email: String!, $name: String!) {
  syncOrganization(input: { id: "acme", name: "Acme" }) { changed }
  syncMember(input: { organizationId: "acme", role: OWNER, user: { id: "mia", name: $name, email: $email } }) { changed }
}`;
const INVITE = `mutation ($email: String!) {
  syncInvitation(input: { organizationId: "acme", id: "i-1", email: $email, role: MEMBER }) { changed }
}`;

describe('what is in the log', () => {
  let service: LoggingService;
  let tokens: { mia: string; host: string; expired: string; foreign: string };
  /** Everything that a day of the service brings, the bad included. */
  let log: string;

  const post = async (token: string, query: string, variables: object = {}, path = '/graphql') => {
    const response = await fetch(`${service.address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, cookie: 'session=of-a-browser' },
      body: JSON.stringify({ query, variables }),
    });
    return response.text();
  };

  beforeAll(async () => {
    service = await startLoggingService({ LOG_LEVEL: 'trace' });
    const of = (subject: string, more = {}, secret = SECRET) =>
      signToken(secret, { subject, expiresInSeconds: 3_600, ...more });
    tokens = {
      mia: await of('mia'),
      host: await of('host', { scopes: ['directory:write'] }),
      expired: await of('mia', { expiresInSeconds: 0 }),
      foreign: await of('mia', {}, SECRET.toUpperCase()),
    };

    await post(tokens.host, SYNC, { email: EMAIL, name: NAME });
    await post(tokens.mia, '{ viewer { user { name email } } organization(id: "acme") { name } }');
    for (const refused of [tokens.expired, tokens.foreign]) await post(refused, '{ viewer { id } }');
    await post(tokens.mia, `{ viewer { ${QUERY_WORD.replaceAll('-', '_')} } }`);
    const query = encodeURIComponent('{ __typename }');
    for (const path of ['/graphql', '/readyz', '/nowhere'])
      await (await fetch(`${service.address}${path}?query=${query}&token=${tokens.mia}&x=${QUERY_WORD}`)).text();

    const socket = await RawSocket.signIn(service, tokens.mia);
    socket.operate(ROSTER_CHANGED, { organizationId: 'acme' });
    await socket.next();
    const refused = await RawSocket.open(service);
    refused.say({ type: 'connection_init', payload: { authorization: `Bearer ${tokens.expired}` } });
    await refused.closed;

    // A statement that fails carries its values along, and an address stands among them.
    await service.services.database.transaction((writer) => writer.run('DROP TABLE invitations'));
    expect(await post(tokens.host, INVITE, { email: EMAIL })).toContain('INTERNAL_SERVER_ERROR');
    await service.close();
    log = service.lines.join('');
  });

  test('X1 it says what was asked, and under which reference something failed', () => {
    const lines = service.lines.map((line) => JSON.parse(line) as Record<string, { path?: string; message?: string }>);
    const paths = lines.flatMap(({ req }) => (req?.path === undefined ? [] : [req.path]));
    expect(new Set(paths)).toEqual(new Set(['/graphql', '/readyz', '/nowhere']));
    const [failed, ...others] = lines.filter(({ err }) => err);
    expect(others).toEqual([]);
    expect(failed?.requestId).toEqual(expect.any(String));
    expect(lines.filter(({ req }) => req).every(({ requestId }) => requestId)).toBe(true);
    expect(lines.filter(({ reason }) => reason).map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['expired', 'signature']),
    );
  });

  test('it begins with what runs and how it is set, says where it listens, and has no secret in it', () => {
    const [first] = service.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({
      msg: 'Billing Admins starts.',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      engine,
      settings: { paymentProvider: 'sandbox', tokens: 'secret', stripe: false, limits: { bodyBytes: 1_048_576 } },
    });
    expect(log).toContain(`Billing Admins listens at ${service.address}`);
    for (const secret of [new URL(service.databaseUrl).password, SECRET]) if (secret) expect(log).not.toContain(secret);
  });

  test('probes are for those who look for them', () => {
    const levelOf = (path: string) =>
      service.lines
        .map((line) => JSON.parse(line) as { level: number; req?: { path: string } })
        .find(({ req }) => req?.path === path)?.level;
    expect([levelOf('/graphql'), levelOf('/readyz')]).toEqual([30, 20]);
  });

  test.each(['mia', 'host', 'expired', 'foreign'] as const)('X2 it holds no token, nor a part of one: %s', (name) => {
    const [header, claims, signature] = tokens[name].split('.');
    for (const part of [claims, signature]) expect(log).not.toContain(part);
    expect(log).not.toContain(`${header}.`);
  });

  test.each([
    ['e-mail address', EMAIL],
    ['name of a person', NAME],
    ['query string', QUERY_WORD],
    ['query', 'viewer'],
    ['header', 'Bearer'],
    ['cookie', 'of-a-browser'],
    ['secret', SECRET],
  ])('X2 it holds no %s', (_, text) => {
    expect(log.toLowerCase()).not.toContain(text.toLowerCase());
  });
});

describe('X2 what a client puts into an address is not in the log', () => {
  let service: LoggingService;
  let token: string;

  beforeAll(async () => {
    service = await startLoggingService({ LOG_LEVEL: 'trace', TRUST_PROXY: 'loopback' });
    token = await signToken(SECRET, { subject: 'mia', expiresInSeconds: 3_600 });
  });
  afterAll(() => service.close());

  /** The line of a request, found by its id; `path` goes out as it is here. */
  const lineOf = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const id = randomUUID();
    const { hostname, port } = new URL(service.address);
    const request = httpRequest({ hostname, port, path, method, headers: { ...headers, 'x-request-id': id } });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    for (;;) {
      const line = service.lines.find((text) => text.includes(id) && text.includes('request completed'));
      if (line !== undefined) return { line, ...(JSON.parse(line) as { req: { path: string; ip: string | null } }) };
      await new Promise(setImmediate);
    }
  };

  test.each([
    ['an unknown path', (secret: string) => `/${secret}`, '/…'],
    ['below an unknown path', (secret: string) => `/billing/${secret}/graphql`, '/billing/…'],
    ['below a known path', (secret: string) => `/graphql/${secret}`, '/graphql/…'],
    ['a path that another method has', (secret: string) => `/webhooks/stripe/${secret}`, '/webhooks/…'],
    ['the name of an asset', (secret: string) => `/assets/${secret}`, '/assets/…'],
    ['a page of the sandbox', (secret: string) => `/sandbox/${secret}`, '/sandbox/…'],
    ['a query string', (secret: string) => `/graphql?token=${secret}`, '/graphql'],
    ['the query string of an unknown path', (secret: string) => `/nowhere?token=${secret}`, '/nowhere'],
    ['parameters of a segment', (secret: string) => `/nowhere;token=${secret}`, '/…'],
    ['a whole address in place of a path', (secret: string) => `http://host/${secret}`, '/…'],
    ['a path of two slashes', (secret: string) => `//${secret}`, '/…'],
  ])('%s', async (_, pathWith, logged) => {
    for (const secret of [
      token,
      EMAIL,
      encodeURIComponent(EMAIL),
      EMAIL.toUpperCase(),
      'sk_live_51Abc',
      'x'.repeat(4_000),
    ]) {
      const { line, req } = await lineOf(pathWith(secret));
      expect(req.path).toBe(logged);
      expect(line).not.toContain(secret);
      expect(line.length).toBeLessThan(400);
    }
  });

  test('an address that cannot be decoded', async () => {
    const response = await fetch(`${service.address}/%zz${token}`);
    expect(response.status).toBe(400);
    await lineOf('/healthz');
    expect(service.lines.join('')).not.toContain(token);
  });

  test.each(['GET', 'POST'])('a path of nothing but letters is cut too: %s', async (method) => {
    expect((await lineOf(`/${'a'.repeat(16)}`, {}, method)).req.path).toBe(`/${'a'.repeat(16)}`);
    expect((await lineOf(`/${'a'.repeat(17)}`, {}, method)).req.path).toBe('/…');
  });

  test('an address that a proxy passes on is an address', async () => {
    expect((await lineOf('/healthz', { 'x-forwarded-for': '203.0.113.9' })).req.ip).toBe('203.0.113.9');
    for (const text of [EMAIL, token]) {
      const { line, req } = await lineOf('/healthz', { 'x-forwarded-for': text });
      expect(req.ip).toBeNull();
      expect(line).not.toContain(text);
    }
  });
});

describe('what an operator sees at every level', () => {
  test('the first line says what starts, also where Redis is away, and the last one why it stops', async () => {
    const { url, drop } = await freshDatabase();
    const service = new ServerProcess({
      name: 'service',
      line: [process.execPath, '-r', COMPILER, 'src/main.ts'],
      folder: ROOT,
      environment: {
        DATABASE_URL: url,
        AUTH_JWT_SECRET: SECRET,
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: 'warn',
        // Nobody listens on this port.
        ...(engine === 'mysql' && { REDIS_URL: 'redis://127.0.0.1:1' }),
      },
      ready: /listens at/,
    });
    await service.start();
    expect(await service.end('SIGTERM')).toBe(0);
    const messages = service.linesWith('{').map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages[0]).toBe('Billing Admins starts.');
    expect(messages.some((message) => message.startsWith('Redis is away'))).toBe(engine === 'mysql');
    expect(messages.filter((message) => message.startsWith('Stopping'))).toEqual(['Stopping: SIGTERM came.']);
    await drop();
  });

  const messages = ({ lines }: LoggingService) => lines.map((line) => (JSON.parse(line) as { msg: string }).msg);

  test('how it starts is told where only errors are', async () => {
    const service = await startLoggingService({ LOG_LEVEL: 'error' });
    await service.close();
    expect(messages(service)).toEqual(['Billing Admins starts.', `Billing Admins listens at ${service.address}`]);
  });

  test.each([
    [{ HOST: '0.0.0.0' }, true],
    [{ HOST: '0.0.0.0', PUBLIC_URL: 'https://billing.example.com' }, false],
    [{ HOST: '0.0.0.0', PAYMENT_PROVIDER: 'none' }, true],
    [{ HOST: '127.0.0.1' }, false],
  ])('that links name the address it listens on is told: %j', async (environment, isTold) => {
    const service = await startLoggingService({ LOG_LEVEL: 'error', ...environment });
    await service.close();
    expect(messages(service).some((message) => message.startsWith('PUBLIC_URL is not set'))).toBe(isTold);
  });
});
