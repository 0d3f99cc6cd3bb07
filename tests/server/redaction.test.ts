import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { createApp } from '../../src/server/http/app';
import { readSettings } from '../../src/server/settings';
import { startLoggingService } from '../kits/service/service-log';

/** Each kind of text that must not be in a log, as it could be quoted. */
const SECRETS: Record<string, string> = {
  'a token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtaWEifQ.c2lnbmF0dXJl',
  'a token whose header has white space': 'eyAiYWxnIjogIkhTMjU2IiB9.eyAic3ViIjogIm1pYSIgfQ.c2lnbmF0dXJl',
  'an opaque bearer token': 'Bearer 3f9a-opaque_0~+/==',
  'an e-mail address': 'mia.moreau@example.com',
  'an e-mail address in an address': 'mia.moreau%40example.com',
  "the database's password": 'p@ss w/rd:1',
  "the database's password as it is written": 'p%40ss%20w%2Frd%3A1',
  "Redis' password": 'redis-pa55',
  AUTH_JWT_SECRET: 'a secret of at least thirty-two bytes, with spaces',
  STRIPE_SECRET_KEY: 'sk_live_51Abcdef',
  'another key of Stripe': 'rk_test_51Other',
  STRIPE_WEBHOOK_SECRET: 'whsec_webhooks/and+more',
  METRICS_TOKEN: 'metrics-token-of-forty-characters-0000000',
};

const SETTINGS = {
  DATABASE_URL: 'mysql://billing:p%40ss%20w%2Frd%3A1@db.example/billing',
  REDIS_URL: 'redis://:redis-pa55@redis.example:6379',
  AUTH_JWT_SECRET: SECRETS.AUTH_JWT_SECRET!,
  PAYMENT_PROVIDER: 'stripe',
  STRIPE_SECRET_KEY: SECRETS.STRIPE_SECRET_KEY!,
  STRIPE_WEBHOOK_SECRET: SECRETS.STRIPE_WEBHOOK_SECRET!,
  METRICS_TOKEN: SECRETS.METRICS_TOKEN!,
  LOG_LEVEL: 'trace',
};

/** Parts of a secret are secret too, but for what is the same for many. */
const partsOf = (secret: string) => [
  secret,
  ...secret.split('.').filter((part) => part.length > 20),
  secret.slice(0, -3),
];

const withProperties = (message: string, more: object) => Object.assign(new Error(message), more);
const named = (name: string) => withProperties('It failed.', { name });

/** Each place of an error that a log could take the text from. */
const PLACES: Record<string, (secret: string) => unknown> = {
  'the message': (secret) => new Error(`Access denied for ${secret} (using password: YES)`),
  'a message that is nothing else': (secret) => new Error(secret),
  'a message of many lines': (secret) => new Error(`first\n${secret}\nlast`),
  'the stack': (secret) => withProperties('It failed.', { stack: `Error: It failed.\n    at ${secret} (file.js:1:2)` }),
  'the name': (secret) => named(`Error of ${secret}`),
  'the code': (secret) => withProperties('It failed.', { code: secret }),
  "the driver's code": (secret) => withProperties('It failed.', { driverError: { code: secret } }),
  'the cause': (secret) => new Error('It failed.', { cause: new Error(secret) }),
  'a cause that is no error': (secret) => new Error('It failed.', { cause: `because of ${secret}` }),
  'a cause that is an object': (secret) => new Error('It failed.', { cause: { password: secret } }),
  'the cause of a cause': (secret) => new Error('a', { cause: new Error('b', { cause: new Error(`c ${secret}`) }) }),
  'a property': (secret) =>
    withProperties('It failed.', { parameters: [secret], sql: secret, config: { password: secret } }),
  "an AggregateError's errors": (secret) => new AggregateError([new Error('a'), new Error(secret)], 'All failed.'),
  "the cause of one of an AggregateError's errors": (secret) =>
    new AggregateError([new Error('a', { cause: new Error(secret) })]),
  'a text that is thrown': (secret) => `It failed: ${secret}`,
  'an object that is thrown': (secret) => ({ token: secret, toString: () => secret }),
  'what toJSON answers': (secret) => withProperties('It failed.', { toJSON: () => secret }),
};

describe.each(Object.entries(PLACES))('X2 %s of an error is logged without', (_, errorWith) => {
  test.each(Object.entries(SECRETS))('%s', async (_name, secret) => {
    const lines: string[] = [];
    const app = createApp(readSettings(SETTINGS), (line) => lines.push(line));
    app.get('/fails', () => Promise.reject(errorWith(secret) as Error));
    await app.ready();
    const error = errorWith(secret);
    // With a message of the line's own, without one, and in Fastify's way.
    app.log.error({ err: error }, 'It failed.');
    app.log.error({ err: error });
    if (error instanceof Error) {
      app.log.error(error);
      app.log.warn({ err: error }, error.message);
    }
    app.log.child({ requestId: 'x' }).error({ err: error });
    await app.inject('/fails');
    await app.close();
    const log = lines.join('');
    expect(lines.length).toBeGreaterThan(3);
    for (const part of partsOf(secret)) expect(unescaped(log)).not.toContain(part);
  });
});

/** A log line is JSON: what is quoted there is escaped. */
const unescaped = (log: string) => log.replaceAll('\\"', '"').replaceAll('\\\\', '\\');

test.each(['Mia Moreau', "Maeve O'Neil", 'Zoë'])('X2 a value that MySQL refuses is not logged: %s', (name) => {
  const lines: string[] = [];
  const app = createApp(readSettings(SETTINGS), (line) => lines.push(line));
  for (const message of [
    `Duplicate entry '${name}' for key 'users.PRIMARY'`,
    `Incorrect string value: '${name}' for column 'name' at row 1`,
    `Truncated incorrect DOUBLE value: '${name}'`,
  ])
    app.log.error({ err: new Error(message) }, 'It failed.');
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toContain(name);
  expect(lines[0]).toContain("for key 'users.PRIMARY'");
});

test('X2 an error that is its own cause is logged once for each level, and ends', () => {
  const lines: string[] = [];
  const app = createApp(readSettings(SETTINGS), (line) => lines.push(line));
  const error = new Error('round and round');
  error.cause = error;
  const both = new AggregateError(
    Array.from({ length: 1_000 }, () => error),
    'many',
  );
  app.log.error({ err: error }, 'It failed.');
  app.log.error({ err: both }, 'It failed.');
  expect(lines).toHaveLength(2);
  expect(lines[0]?.match(/"message":"round and round"/g)).toHaveLength(6);
  expect(lines.join('').length).toBeLessThan(200_000);
});

describe('X2 a request is logged without', () => {
  let service: Awaited<ReturnType<typeof startLoggingService>>;
  beforeAll(async () => {
    service = await startLoggingService({
      LOG_LEVEL: 'trace',
      TRUST_PROXY: 'loopback',
      METRICS_TOKEN: SECRETS.METRICS_TOKEN!,
    });
  });
  afterAll(() => service.close());

  /** All but x-request-id, whose text is logged where it is an id (see `request-ids.test.ts`). */
  const HEADERS = [
    'accept',
    'accept-language',
    'authorization',
    'content-encoding',
    'content-type',
    'cookie',
    'forwarded',
    'host',
    'if-none-match',
    'origin',
    'proxy-authorization',
    'referer',
    'stripe-signature',
    'traceparent',
    'tracestate',
    'user-agent',
    'x-forwarded-for',
    'x-forwarded-host',
  ];
  const json = (content: object) => JSON.stringify(content);
  const QUERY = 'query ($id: ID!) { organization(id: $id) { name } }';
  /** Each part of a request that a client can write a text into. */
  const PARTS: Record<
    string,
    (secret: string) => { path?: string; headers?: Record<string, string>; body?: string; method?: string }
  > = {
    'the path': (secret) => ({ path: `/${encodeURI(secret)}` }),
    'a path below ours': (secret) => ({ path: `/graphql/${encodeURI(secret)}/x` }),
    'a path that is not decoded': (secret) => ({ path: `/%zz${encodeURI(secret)}` }),
    'the query string': (secret) => ({
      path: `/graphql?query=${encodeURIComponent(secret)}&token=${encodeURI(secret)}`,
    }),
    'a page of the sandbox': (secret) => ({ path: `/sandbox/checkout?session=${encodeURIComponent(secret)}` }),
    ...Object.fromEntries(
      HEADERS.map((name) => [
        `the header ${name}`,
        (secret: string) => ({ path: '/graphql', headers: { [name]: secret } }),
      ]),
    ),
    'the name of a header': (secret) => ({ path: '/healthz', headers: { [secret.replaceAll(/[^\w-]/g, '')]: 'x' } }),
    'the query': (secret) => ({ body: json({ query: `{ ${secret} }` }) }),
    'a value in the query': (secret) => ({
      body: json({ query: `{ organization(id: ${json(secret as never)}) { name } }` }),
    }),
    'a variable': (secret) => ({ body: json({ query: QUERY, variables: { id: secret } }) }),
    'the name of a variable': (secret) => ({ body: json({ query: QUERY, variables: { [secret]: secret } }) }),
    'the operation name': (secret) => ({ body: json({ query: QUERY, operationName: secret }) }),
    'the extensions': (secret) => ({ body: json({ query: '{ __typename }', extensions: { traceparent: secret } }) }),
    'a body that is no JSON': (secret) => ({ body: `{"query": ${secret}` }),
    'a form': (secret) => ({
      path: '/sandbox/checkout',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `do=${encodeURIComponent(secret)}`,
    }),
    'a webhook': (secret) => ({ path: '/webhooks/stripe', body: secret }),
  };

  test.each(Object.entries(PARTS))('%s', async (_, partWith) => {
    for (const secret of Object.values(SECRETS)) {
      const { path = '/graphql', headers = {}, body, method } = partWith(secret);
      const { hostname, port } = new URL(service.address);
      const request = httpRequest({
        ...{ hostname, port, path, method: method ?? (body === undefined ? 'GET' : 'POST') },
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      });
      request.end(body);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
    }
    // What comes last is logged last.
    const seen = service.lines.length;
    await (await fetch(`${service.address}/healthz`)).text();
    while (service.lines.length === seen) await new Promise(setImmediate);
    const log = unescaped(service.lines.join(''));
    for (const secret of Object.values(SECRETS)) for (const part of partsOf(secret)) expect(log).not.toContain(part);
  });
});
