import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../src/server/http/app';
import { readSettings } from '../../src/server/settings';
import { webBuildFolder } from '../../src/server/web/web-build-folder';
import { startTestService, type TestService } from '../support/service';

const METRICS_TOKEN = 'm'.repeat(40);
const ALLOWED = 'https://app.example.com';

const isBuilt = existsSync(join(webBuildFolder(), 'billing', 'index.html'));

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
const CARD = { ...ANSWER, 'cache-control': 'no-cache', 'cross-origin-resource-policy': 'cross-origin' };
/** With CORS_ORIGINS set, an answer says that it depends on who asks. */
const WITH_CORS = { 'access-control-expose-headers': 'x-request-id', vary: 'Origin' };

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

/** What holds in every mode. */
const EVERYWHERE: Record<string, Row> = {
  'a query by POST': { path: '/graphql', body: '{"query":"{ __typename }"}', headers: json, status: 200 },
  'a query by GET': { path: query, headers: preflighted, status: 200 },
  'a document that is none': { path: '/graphql', body: '{"query":"{"}', headers: json, status: 200 },
  'a document that is none, to a newer client': {
    path: '/graphql',
    body: '{"query":"{"}',
    headers: { ...json, accept: 'application/graphql-response+json' },
    status: 400,
  },
  'a body that is no JSON': { path: '/graphql', body: '{', headers: json, status: 400 },
  'a body of another type': { path: '/graphql', body: 'x', headers: { 'content-type': 'image/png' }, status: 415 },
  'a body that is too large': { path: '/graphql', body: `"${'x'.repeat(2_000_000)}"`, headers: json, status: 413 },
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
  'a path that nothing is at': { path: '/nowhere', status: 404 },
  'a path that cannot be decoded': { path: '/%zz', status: 400 },
  'an asset that does not exist': { path: '/assets/nothing.js', status: 404 },
  'the folder of assets': { path: '/assets/', status: 404 },
  'the Billing page': { path: '/', status: isBuilt ? 200 : 503, expected: isBuilt ? BILLING_PAGE : ANSWER },
  'the card': { path: '/billing-admins-card.js', status: isBuilt ? 200 : 404, expected: isBuilt ? CARD : ANSWER },
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

describe.each([
  ['in production', { NODE_ENV: 'production' }, {}],
  [
    'in development',
    {},
    {
      GraphiQL: {
        path: '/graphql',
        headers: { accept: 'text/html' },
        status: isBuilt ? 200 : 503,
        expected: isBuilt ? GRAPHIQL : ANSWER,
      },
    },
  ],
])('X2 what a browser is told %s', (_, mode, more: Record<string, Row>) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ environment: { ...environment, ...mode } });
  });
  afterAll(() => service.close());

  test.each(Object.entries({ ...EVERYWHERE, ...more }))('with %s', async (_name, row) => {
    expect(await judged(service, row)).toEqual({ status: row.status, headers: row.expected ?? ANSWER });
  });
});

test('X2 what a browser is told with CORS_ORIGINS differs in nothing else', async () => {
  const service = await startTestService({ environment: { ...environment, CORS_ORIGINS: ALLOWED } });
  const { 'a path that cannot be decoded': atNoRoute, ...rows } = EVERYWHERE;
  for (const row of Object.values(rows).filter(({ method }) => method !== 'OPTIONS'))
    expect(await judged(service, row)).toEqual({
      status: row.status,
      headers: { ...(row.expected ?? ANSWER), ...WITH_CORS },
    });
  expect(await judged(service, atNoRoute!)).toEqual({ status: 400, headers: ANSWER });
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

test('X2 a webhook that is not signed is told like the others', async () => {
  const stripe = { PAYMENT_PROVIDER: 'stripe', STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_x' };
  const service = await startTestService({ environment: { ...environment, ...stripe } });
  expect(await judged(service, { path: '/webhooks/stripe', body: '{}', status: 400 })).toEqual({
    status: 400,
    headers: ANSWER,
  });
  await service.close();
});
