import { connect } from 'node:net';
import { createApp } from '../../src/server/http/app';
import { readSettings } from '../../src/server/settings';
import { startTestService, type TestService } from '../kits/service/service';
import { seedAcme } from '../kits/organizations/seed';
import { WEBHOOK_SECRET } from '../kits/stripe/stripe-under-test';
import { signatureOf } from '../kits/stripe/webhook-sender';
import { builtPages, noPages } from '../kits/service/web-folder';

const METRICS_TOKEN = 'm'.repeat(40);
const ALLOWED = 'https://app.example.com';

/** What an answer that is no page says to a browser: it is what its type says, is kept nowhere and shown in no frame. */
const ANSWER = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const BILLING_PAGE = {
  ...ANSWER,
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};
const GRAPHIQL = {
  ...ANSWER,
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};
const SANDBOX = {
  ...ANSWER,
  'content-security-policy': expect.stringMatching(
    /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
  ) as string,
  'x-robots-tag': 'noindex',
};
/** Its name says what is in it. */
const ASSET = { ...ANSWER, 'cache-control': 'public, max-age=31536000, immutable' };
const CARD = { ...ANSWER, 'cache-control': 'no-cache', 'cross-origin-resource-policy': 'cross-origin' };
/** With CORS_ORIGINS set, an answer says that it depends on who asks. */
const WITH_CORS = { 'access-control-expose-headers': 'x-request-id, date', vary: 'Origin' };

/** Headers that decide what a browser does with an answer, or tell more of the service than it has to. */
const JUDGED =
  /^(access-control-|cross-origin-|x-(?!request-id)|cache-control|content-security-policy|permissions-policy|pragma|referrer-policy|server|set-cookie|strict-transport-security|vary|via|clear-site-data|refresh)/;

type Headers = Record<string, string>;
interface Row {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Headers;
  readonly body?: string;
  readonly status: number;
  readonly expected?: Headers;
}

const json = { 'content-type': 'application/json' };
const query = '/graphql?query={__typename}';
const preflighted = { 'apollo-require-preflight': '1' };

const UPGRADE = [
  'Host: a',
  'Connection: Upgrade\r\nUpgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];

const CHECKOUT = `mutation ($id: ID!, $returnUrl: URL!) {
  sent: changeSubscription(input: { organizationId: $id, planKey: "starter", cadence: MONTHLY, returnUrl: $returnUrl }) {
    checkoutUrl userErrors { code } } }`;

/** What holds in every mode. */
const EVERYWHERE: Record<string, Row> = {
  'a query by POST': { path: '/graphql', body: '{"query":"{ __typename }"}', headers: json, status: 200 },
  'a query by GET': { path: query, headers: preflighted, status: 200 },
  'an invalid document': { path: '/graphql', body: '{"query":"{"}', headers: json, status: 200 },
  'an invalid document, to a newer client': {
    path: '/graphql',
    body: '{"query":"{"}',
    headers: { ...json, accept: 'application/graphql-response+json' },
    status: 400,
  },
  'a body that is no JSON': { path: '/graphql', body: '{', headers: json, status: 400 },
  'a body of another type': { path: '/graphql', body: 'x', headers: { 'content-type': 'image/png' }, status: 415 },
  'a body that is too large': { path: '/graphql', body: `"${'x'.repeat(2_000_000)}"`, headers: json, status: 413 },
  'a content type that is too long': {
    path: '/graphql',
    body: 'x',
    headers: { 'content-type': `application/json;${'x'.repeat(300)}` },
    status: 415,
  },
  'a mutation by GET': { path: '/graphql?query=mutation{x:__typename}', headers: preflighted, status: 405 },
  'a query by GET that a page of another origin can send': { path: query, status: 400 },
  'a token that is not valid': { path: query, headers: { ...preflighted, authorization: 'Bearer x' }, status: 401 },
  'another method': { path: '/graphql', method: 'PUT', status: 404 },
  'a preflight where no origin is allowed': {
    path: '/graphql',
    method: 'OPTIONS',
    headers: { origin: ALLOWED, 'access-control-request-method': 'POST' },
    status: 404,
  },
  health: { path: '/healthz', status: 200 },
  'health by HEAD': { path: '/healthz', method: 'HEAD', status: 200 },
  readiness: { path: '/readyz', status: 200 },
  'metrics without their token': { path: '/metrics', status: 401 },
  metrics: { path: '/metrics', headers: { authorization: `Bearer ${METRICS_TOKEN}` }, status: 200 },
  'the metadata of AuthZEN': {
    path: '/.well-known/authzen-configuration',
    status: 200,
    expected: { ...ANSWER, 'cache-control': 'public, max-age=3600' },
  },
  'a question by AuthZEN without a token': { path: '/access/v1/evaluation', body: '{}', headers: json, status: 401 },
  'a path that nothing is at': { path: '/nowhere', status: 404 },
  'a path that cannot be decoded': { path: '/%zz', status: 400 },
  'an asset that does not exist': { path: '/assets/nothing.js', status: 404 },
  'the folder of assets': { path: '/assets/', status: 404 },
  'the Billing page': { path: '/', status: 200, expected: BILLING_PAGE },
  'the Billing page by HEAD': { path: '/', method: 'HEAD', status: 200, expected: BILLING_PAGE },
  'the Billing page by another method': { path: '/', body: '{}', headers: json, status: 404 },
  'an asset': { path: '/assets/page-1a2b.js', status: 200, expected: ASSET },
  'an asset that is compressed': {
    path: '/assets/page-1a2b.js',
    headers: { 'accept-encoding': 'br' },
    status: 200,
    expected: ASSET,
  },
  'a part of an asset': {
    path: '/assets/page-1a2b.js',
    headers: { range: 'bytes=0-3' },
    status: 206,
    expected: ASSET,
  },
  'no part of an asset': { path: '/assets/page-1a2b.js', headers: { range: 'bytes=9000-' }, status: 416 },
  'a path out of the folder of assets': { path: '/assets/..%2fcard%2fbilling-admins-card.js', status: 404 },
  'the card': { path: '/billing-admins-card.js', status: 200, expected: CARD },
  'the card by HEAD': { path: '/billing-admins-card.js', method: 'HEAD', status: 200, expected: CARD },
  'a part of the card': {
    path: '/billing-admins-card.js',
    headers: { range: 'bytes=0-3' },
    status: 206,
    expected: CARD,
  },
  'a page of the sandbox': { path: '/sandbox/checkout', status: 404, expected: SANDBOX },
  'another page of the sandbox': { path: '/sandbox/portal', status: 404, expected: SANDBOX },
  'no page of the sandbox': { path: '/sandbox/nowhere', status: 404, expected: SANDBOX },
  'a form that cannot be read': { path: '/sandbox/checkout', body: 'x', headers: json, status: 415, expected: SANDBOX },
  'a form that is too large': {
    path: '/sandbox/portal',
    body: 'x'.repeat(10_000),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 413,
    expected: SANDBOX,
  },
};

async function judged(service: Pick<TestService, 'address'>, { path, method, headers = {}, body }: Row) {
  const response = await fetch(`${service.address}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });
  await response.arrayBuffer();
  const said = Object.fromEntries([...response.headers].filter(([name]) => JUDGED.test(name)));
  return { status: response.status, headers: said };
}

const environment = { METRICS_TOKEN };
const pages = builtPages();
afterAll(() => pages.remove());

describe.each([
  ['in production', { NODE_ENV: 'production' }, {}],
  [
    'in development',
    {},
    {
      GraphiQL: {
        path: '/graphql',
        headers: { accept: 'text/html' },
        status: 200,
        expected: GRAPHIQL,
      },
    },
  ],
])('X2 what a browser is told %s', (_, mode, more: Record<string, Row>) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ environment: { ...environment, ...mode }, webFolder: pages.path });
  });
  afterAll(() => service.close());

  test.each(Object.entries({ ...EVERYWHERE, ...more }))('with %s', async (_name, row) => {
    expect(await judged(service, row)).toEqual({ status: row.status, headers: row.expected ?? ANSWER });
  });
});

test('X2 what a browser is told with CORS_ORIGINS differs in nothing else', async () => {
  const service = await startTestService({
    environment: { ...environment, CORS_ORIGINS: ALLOWED },
    webFolder: pages.path,
  });
  const { 'a path that cannot be decoded': atNoRoute, 'a content type that is too long': unread, ...rows } = EVERYWHERE;
  for (const row of Object.values(rows).filter(({ method }) => method !== 'OPTIONS'))
    expect(await judged(service, row)).toEqual({
      status: row.status,
      headers: { ...(row.expected ?? ANSWER), ...WITH_CORS },
    });
  // They are refused before anybody asks where the request comes from.
  for (const row of [atNoRoute!, unread!])
    expect(await judged(service, row)).toEqual({ status: row.status, headers: ANSWER });
  await service.close();
});

test.each([
  ['what fails', 500, new Error('It broke.')],
  ['what is not available', 503, Object.assign(new Error('Later.'), { statusCode: 503 })],
])('X2 an answer to %s on our side is told like the others', async (_, status, error) => {
  const app = createApp(readSettings({ LOG_LEVEL: 'silent' }));
  app.get('/fails', () => Promise.reject(error));
  const service = { address: await app.listen({ port: 0, host: '127.0.0.1' }) };
  expect(await judged(service, { path: '/fails', status })).toEqual({ status, headers: ANSWER });
  await app.close();
});

test('X2 a page of the sandbox that fails is told like the others', async () => {
  const service = await startTestService({ environment });
  await service.services.database.transaction((writer) => writer.run('DROP TABLE sandbox_accounts'));
  const path = `/sandbox/checkout?session=cus_${'0'.repeat(40)}.cs_1`;
  expect(await judged(service, { path, status: 500 })).toEqual({ status: 500, headers: SANDBOX });
  await service.close();
});

describe('X2 a webhook', () => {
  const path = '/webhooks/stripe';
  let service: TestService;
  beforeAll(async () => {
    const stripe = {
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: 'sk_test_x',
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    };
    service = await startTestService({ environment: { ...environment, ...stripe } });
  });
  afterAll(() => service.close());

  test.each<[string, Omit<Row, 'path'>]>([
    [
      'that is signed',
      {
        body: '{"object":"event","type":"nothing.of.ours","data":{"object":{}}}',
        status: 200,
      },
    ],
    ['that is not signed', { body: '{}', status: 400 }],
    ['that is too large', { body: 'x'.repeat(2_000_000), status: 413 }],
    ['by another method', { status: 404 }],
  ])('%s is told like the others', async (_, row) => {
    const signed = row.body !== undefined && row.status === 200 && { 'stripe-signature': signatureOf(row.body) };
    expect(await judged(service, { path, ...row, headers: { ...json, ...signed } })).toEqual({
      status: row.status,
      headers: ANSWER,
    });
  });
});

test('X2 what is answered where no page has been built is told like the others', async () => {
  const empty = noPages();
  const service = await startTestService({ environment, webFolder: empty.path });
  for (const [path, status] of [
    ['/', 503],
    ['/graphql', 503],
    ['/billing-admins-card.js', 404],
    ['/assets/page-1a2b.js', 404],
  ] as const)
    expect(await judged(service, { path, headers: { accept: 'text/html' }, status })).toEqual({
      status,
      headers: ANSWER,
    });
  await service.close();
  empty.remove();
});

test('X2 who calls too often, and asks a service that is not ready, is told like the others', async () => {
  const service = await startTestService({ environment: { ...environment, ADDRESS_RATE_LIMIT: '1' } });
  const row = { path: query, headers: preflighted };
  expect(await judged(service, { ...row, status: 200 })).toEqual({ status: 200, headers: ANSWER });
  expect(await judged(service, { ...row, status: 429 })).toEqual({ status: 429, headers: ANSWER });
  await service.close();
  const notReady = await startTestService({
    isMigrated: false,
    environment: { ...environment, MIGRATE_ON_START: '0' },
  });
  expect(await judged(notReady, { path: '/readyz', status: 503 })).toEqual({ status: 503, headers: ANSWER });
  await notReady.close();
});

test('X2 a page of the sandbox, and where it sends the payer on to', async () => {
  const service = await startTestService({ environment });
  const acme = await seedAcme(service.services);
  const { data } = await service.as('olivia')(CHECKOUT, { id: acme.id, returnUrl: `${service.address}/back` });
  const { pathname, search } = new URL(data?.sent.checkoutUrl as string);
  const page = { path: pathname + search };
  const form = { ...page, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const sends = {
    ...SANDBOX,
    'content-security-policy': expect.stringContaining(
      `form-action 'self' ${service.address}; frame-ancestors 'none'`,
    ) as string,
  };
  expect(await judged(service, { ...page, status: 200 })).toEqual({ status: 200, headers: sends });
  expect(await judged(service, { ...form, body: 'outcome=pay', status: 303 })).toEqual({
    status: 303,
    headers: SANDBOX,
  });
  await service.close();
});

test('X2 a preflight from an origin that is allowed is told what it may send, and nothing else', async () => {
  const service = await startTestService({ environment: { CORS_ORIGINS: ALLOWED } });
  const headers = { origin: ALLOWED, 'access-control-request-method': 'POST' };
  expect(await judged(service, { path: '/graphql', method: 'OPTIONS', headers, status: 204 })).toEqual({
    status: 204,
    headers: {
      ...ANSWER,
      ...WITH_CORS,
      'access-control-allow-headers':
        'authorization, content-type, apollo-require-preflight, x-request-id, traceparent, tracestate',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-origin': ALLOWED,
      'access-control-max-age': '7200',
    },
  });
  await service.close();
});

test('X2 the page lets nobody else be asked but the address of tokens', async () => {
  const environment = { TOKEN_URL: 'https://app.example.com/token' };
  const service = await startTestService({ environment, webFolder: pages.path });
  const policy = BILLING_PAGE['content-security-policy'].replace(
    "connect-src 'self'",
    "connect-src 'self' https://app.example.com",
  );
  expect(await judged(service, { path: '/', status: 200 })).toEqual({
    status: 200,
    headers: { ...BILLING_PAGE, 'content-security-policy': policy },
  });
  await service.close();
});

/** What is answered before any of our hooks: it has no body that a browser could show. */
test.each([
  ['a WebSocket elsewhere', ['GET /nowhere HTTP/1.1', ...UPGRADE], 404],
  ['a WebSocket of another version', ['GET /graphql HTTP/1.1', ...UPGRADE.with(2, 'Sec-WebSocket-Version: 1')], 400],
  ['a WebSocket without a key', ['GET /graphql HTTP/1.1', ...UPGRADE.with(3, 'X: y')], 400],
  ['what is no request', ['nothing'], 400],
])('X2 an answer to %s shows nothing', async (_, lines, status) => {
  const service = await startTestService({ environment });
  const socket = connect(Number(new URL(service.address).port), '127.0.0.1');
  socket.end([...lines, '', ''].join('\r\n'));
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).not.toMatch(/text\/html|set-cookie|access-control|^server:/im);
  await service.close();
});
