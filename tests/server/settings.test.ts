import { BadSetting, readSettings } from '../../src/server/settings';

const SECRET = 'x'.repeat(32);
const KEY_SET = { AUTH_JWKS_URL: 'https://issuer.example/jwks', AUTH_ISSUER: 'issuer', AUTH_AUDIENCE: 'billing' };

const STRIPE = { PAYMENT_PROVIDER: 'stripe', STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };

const hookSecret = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
const HOOKS = { WEBHOOK_URL: 'https://app.example/hooks?key=1', WEBHOOK_SECRETS: hookSecret(24) };

describe('O4 a bad setting names the variable and what it takes', () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ PORT: 'http' }, /^PORT takes a port/],
    [{ CORS_ORIGINS: '*' }, /^CORS_ORIGINS takes origins/],
    [{ CORS_ORIGINS: 'https://app.example/path' }, /^CORS_ORIGINS takes origins/],
    [{ TOKEN_URL: '//app.example/token' }, /^TOKEN_URL takes where the page gets tokens/],
    [{ TOKEN_URL: 'http://app.example/token' }, /^TOKEN_URL takes where the page gets tokens/],
    [{ TOKEN_URL: 'javascript:alert(1)' }, /^TOKEN_URL takes where the page gets tokens/],
    [{ PORT: '65536' }, /^PORT takes a port/],
    [{ PORT: '-1' }, /^PORT takes a port/],
    [{ DATABASE_URL: 'postgres://localhost/x' }, /^DATABASE_URL takes sqlite:PATH or mysql:/],
    [{ DATABASE_URL: 'mysql://localhost' }, /^DATABASE_URL takes the name of one database after the host\.$/],
    [{ DATABASE_URL: 'mysql://u:p#w@localhost/x' }, /^DATABASE_URL takes mysql:\/\/user:password@host:port\/database/],
    [{ DATABASE_URL: 'mysql://localhost/x?charset=latin1' }, /^DATABASE_URL has a parameter .* "charset"/],
    [{ DATABASE_URL: 'mysql://localhost/x?ssl-mode=PREFERRED' }, /^DATABASE_URL has a value for ssl-mode/],
    [{ AUTH_ISUER: 'issuer' }, /^AUTH_ISUER is not a setting: AUTH_ISSUER is\.$/],
    [{ AUTH_PUBLIC_KEY: 'key' }, /^AUTH_PUBLIC_KEY is not a setting/],
    [{ DATABASE_URI: 'sqlite:x' }, /^DATABASE_URI is not a setting: DATABASE_URL is\.$/],
    [{ Database_url: 'sqlite:x' }, /^Database_url is not a setting: DATABASE_URL is\.$/],
    [{ USER_RATE_LIMITS: '7' }, /^USER_RATE_LIMITS is not a setting: USER_RATE_LIMIT is\.$/],
    [{ DATABASE_URL: 'sqlite::memory:' }, /^DATABASE_URL names a database in memory, .* it takes a file\.$/],
    [{ DATABASE_URL: 'sqlite:file:x?mode=memory' }, /^DATABASE_URL names a database in memory/],
    [{ DATABASE_URL: 'sqlite:file:data/x.sqlite' }, /^DATABASE_URL takes the path of a file after "sqlite:"\.$/],
    [{ DATABASE_URL: 'sqlite:libsql://db.example' }, /^DATABASE_URL takes the path of a file after "sqlite:"\.$/],
    [
      { DATABASE_URL: 'sqlite:x.sqlite?mode=ro' },
      /^DATABASE_URL takes a path after "sqlite:", which has no parameters/,
    ],
    [{ DATABASE_URL: 'sqlite:' }, /^DATABASE_URL takes sqlite:PATH or mysql:/],
    [{ REDIS_URL: 'http://127.0.0.1:6379' }, /^REDIS_URL takes redis:/],
    [{ REDIS_URL: 'redis://' }, /^REDIS_URL takes redis:/],
    [{ REDIS_URL: 'localhost' }, /^REDIS_URL takes redis:/],
    [{ REDIS_URL: 'redis://localhost' }, /^REDIS_URL is for several instances, which need a DATABASE_URL of mysql:/],
    [{ REDIS_URL: 'redis://localhost', REDIS_PREFIX: 'a b' }, /^REDIS_PREFIX takes a word/],
    [{ REDIS_PREFIX: 'ours' }, /^REDIS_PREFIX needs REDIS_URL/],
    [{ DATABASE_POOL_SIZE: '0' }, /^DATABASE_POOL_SIZE takes a number/],
    [{ MIGRATE_ON_START: 'no' }, /^MIGRATE_ON_START takes 0 or 1/],
    [{ AUTH_JWT_SECRET: 'x'.repeat(31) }, /^AUTH_JWT_SECRET takes a secret of at least 32 bytes/],
    [{ ...KEY_SET, AUTH_JWKS_URL: 'http://issuer.example/jwks' }, /^AUTH_JWKS_URL takes the https address/],
    [{ ...KEY_SET, AUTH_JWKS_URL: 'issuer' }, /^AUTH_JWKS_URL takes the https address/],
    [{ ...KEY_SET, AUTH_ISSUER: '' }, /^AUTH_JWKS_URL needs AUTH_ISSUER and AUTH_AUDIENCE/],
    [{ ...KEY_SET, AUTH_AUDIENCE: '' }, /^AUTH_JWKS_URL needs AUTH_ISSUER and AUTH_AUDIENCE/],
    [{ ...KEY_SET, AUTH_JWT_SECRET: SECRET }, /^AUTH_JWT_SECRET and AUTH_JWKS_URL exclude each other/],
    [{ AUTH_ISSUER: 'issuer' }, /^AUTH_ISSUER and AUTH_AUDIENCE need AUTH_JWT_SECRET or AUTH_JWKS_URL/],
    [{ PAYMENT_PROVIDER: 'cash' }, /^PAYMENT_PROVIDER takes none, sandbox or stripe/],
    [{ STRIPE_SECRET_KEY: 'pk_test_public' }, /^STRIPE_SECRET_KEY takes a secret key \(sk_…\) or a restricted key/],
    [{ STRIPE_WEBHOOK_SECRET: 'sk_test_1' }, /^STRIPE_WEBHOOK_SECRET takes the signing secret of a webhook endpoint/],
    [
      { PAYMENT_PROVIDER: 'stripe' },
      /^PAYMENT_PROVIDER is stripe, which needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET/,
    ],
    [{ ...STRIPE, STRIPE_SECRET_KEY: '' }, /^PAYMENT_PROVIDER is stripe, which needs/],
    [{ ...STRIPE, STRIPE_WEBHOOK_SECRET: '' }, /^PAYMENT_PROVIDER is stripe, which needs/],
    [{ ...HOOKS, WEBHOOK_SECRETS: '' }, /^WEBHOOK_URL and WEBHOOK_SECRETS need each other/],
    [{ ...HOOKS, WEBHOOK_URL: '' }, /^WEBHOOK_URL and WEBHOOK_SECRETS need each other/],
    [{ ...HOOKS, WEBHOOK_URL: 'ftp://app.example/hooks' }, /^WEBHOOK_URL takes the address that receives host events/],
    [{ ...HOOKS, WEBHOOK_URL: 'https://user:word@app.example/hooks' }, /^WEBHOOK_URL takes/],
    [{ ...HOOKS, WEBHOOK_SECRETS: 'x'.repeat(40) }, /^WEBHOOK_SECRETS takes one secret/],
    [{ ...HOOKS, WEBHOOK_SECRETS: hookSecret(23) }, /^WEBHOOK_SECRETS takes/],
    [{ ...HOOKS, WEBHOOK_SECRETS: hookSecret(65) }, /^WEBHOOK_SECRETS takes/],
    [{ ...HOOKS, WEBHOOK_SECRETS: `${hookSecret(24)}x` }, /^WEBHOOK_SECRETS takes/],
    [{ ...HOOKS, WEBHOOK_SECRETS: Array(3).fill(hookSecret(24)).join(',') }, /^WEBHOOK_SECRETS takes/],
    [
      { ...HOOKS, WEBHOOK_URL: 'http://app.example/hooks', NODE_ENV: 'production', AUTH_JWT_SECRET: SECRET },
      /^WEBHOOK_URL takes an https address in production/,
    ],
    [{ PUBLIC_URL: 'billing.example.com' }, /^PUBLIC_URL takes the http or https address/],
    [{ PUBLIC_URL: '//billing.example.com' }, /^PUBLIC_URL takes/],
    [{ PUBLIC_URL: 'ftp://billing.example.com' }, /^PUBLIC_URL takes/],
    [{ PUBLIC_URL: 'https://billing example.com' }, /^PUBLIC_URL takes/],
    // The page asks for its files and for /graphql at the host itself.
    [{ PUBLIC_URL: 'https://example.com/billing' }, /^PUBLIC_URL takes .* without a path/],
    [{ PUBLIC_URL: 'https://example.com//' }, /^PUBLIC_URL takes/],
    [{ PUBLIC_URL: 'https://billing.example.com/?x=1' }, /^PUBLIC_URL takes/],
    [{ PUBLIC_URL: 'https://billing.example.com/#x' }, /^PUBLIC_URL takes/],
    [{ PUBLIC_URL: 'https://user:word@billing.example.com' }, /^PUBLIC_URL takes/],
    [{ RETURN_URL_ORIGINS: 'app.example.com' }, /^RETURN_URL_ORIGINS takes origins such as/],
    [{ RETURN_URL_ORIGINS: '*' }, /^RETURN_URL_ORIGINS takes/],
    [{ RETURN_URL_ORIGINS: 'null' }, /^RETURN_URL_ORIGINS takes/],
    [{ RETURN_URL_ORIGINS: 'https://app.example.com/billing' }, /^RETURN_URL_ORIGINS takes/],
    [{ RETURN_URL_ORIGINS: 'https://app.example.com?x' }, /^RETURN_URL_ORIGINS takes/],
    [{ RETURN_URL_ORIGINS: 'https://app.example.com#x' }, /^RETURN_URL_ORIGINS takes/],
    [{ RETURN_URL_ORIGINS: 'https://user@app.example.com' }, /^RETURN_URL_ORIGINS takes/],
    [{ RETURN_URL_ORIGINS: 'javascript:alert(1)' }, /^RETURN_URL_ORIGINS takes/],
    [{ RETURN_URL_ORIGINS: 'https://app.example.com,' }, /^RETURN_URL_ORIGINS takes/],
    [{ RETURN_URL_ORIGINS: 'https://app.example.com other.example' }, /^RETURN_URL_ORIGINS takes/],
    [{ AUTO_RECHARGE_MAX_MONTHLY: '-1' }, /^AUTO_RECHARGE_MAX_MONTHLY takes an amount/],
    [{ AUTO_RECHARGE_MAX_MONTHLY: '99.50' }, /^AUTO_RECHARGE_MAX_MONTHLY takes/],
    [{ AUTO_RECHARGE_MAX_MONTHLY: '$99' }, /^AUTO_RECHARGE_MAX_MONTHLY takes/],
    [{ AUTO_RECHARGE_MAX_MONTHLY: '9007199254740992' }, /^AUTO_RECHARGE_MAX_MONTHLY takes/],
    [{ ROSTER_LIMIT: '0' }, /^ROSTER_LIMIT takes/],
    [{ MAX_GRANT_DAYS: '0' }, /^MAX_GRANT_DAYS takes/],
    [{ SUBSCRIBER_BACKLOG: 'many' }, /^SUBSCRIBER_BACKLOG takes/],
    [{ TRUST_PROXY: 'everybody' }, /^TRUST_PROXY takes addresses or networks/],
    [{ TRUST_PROXY: '10.0.0.0/99' }, /^TRUST_PROXY takes/],
    [{ DOCUMENT_DEPTH_LIMIT: '0' }, /^DOCUMENT_DEPTH_LIMIT takes a number of levels of a document, 5 to 100/],
    [{ USER_RATE_LIMIT: 'none' }, /^USER_RATE_LIMIT takes operations of a user in a minute, 1 to/],
    [{ DATABASE_QUEUE_TIMEOUT: '-1' }, /^DATABASE_QUEUE_TIMEOUT takes milliseconds/],
    [{ METRICS_TOKEN: 'x'.repeat(31) }, /^METRICS_TOKEN takes a secret of at least 32 characters/],
    [{ METRICS_TOKEN: `${SECRET} x` }, /^METRICS_TOKEN takes/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4318' }, /^OTEL_EXPORTER_OTLP_ENDPOINT takes the http or https address/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://127.0.0.1:4317' }, /^OTEL_EXPORTER_OTLP_ENDPOINT takes/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:word@collector' }, /^OTEL_EXPORTER_OTLP_ENDPOINT takes/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL takes/],
  ])('%j', (environment, sentence) => {
    expect(() => readSettings(environment)).toThrow(BadSetting);
    expect(() => readSettings(environment)).toThrow(sentence);
  });
});

test('O4 several wrong settings are told together, a line each', () => {
  const together = () =>
    readSettings({ PORT: 'http', AUTH_ISUER: 'issuer', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://db/x?ssl=maybe' });
  expect(together).toThrow(BadSetting);
  expect(together).toThrow(
    /^AUTH_ISUER is not [^\n]*\nPORT takes [^\n]*\nDATABASE_URL has a value for ssl-mode [^\n]*\nLOG_LEVEL takes [^\n]*$/,
  );
});

test('O4 settings that do not fit together are told together as well', () => {
  expect(() => readSettings({ NODE_ENV: 'production', REDIS_PREFIX: 'ours', PAYMENT_PROVIDER: 'stripe' })).toThrow(
    /^NODE_ENV is production [^\n]*\nREDIS_PREFIX needs REDIS_URL [^\n]*\nPAYMENT_PROVIDER is stripe, which needs [^\n]*$/,
  );
});

test.each<Record<string, string>>([
  // What Kubernetes sets for services that are called auth and redis.
  { AUTH_SERVICE_HOST: '10.0.0.1', AUTH_SERVICE_PORT_HTTP: '80', AUTH_PORT_80_TCP_ADDR: '10.0.0.1', AUTH_PORT: 'tcp' },
  { REDIS_PORT: 'tcp://10.0.0.1:6379', REDIS_SERVICE_HOST: '10.0.0.1' },
  // Another programme's, beside the right one.
  { DATABASE_URI: 'postgres://db/other', DATABASE_URL: 'sqlite:x' },
  { HOSTS: 'a', POST: 'b', AUTH_ISUER: '' },
])('O6 %j is nobody’s slip', (environment) => {
  expect(readSettings(environment).port).toBe(4000);
});

test('O1 production without AUTH_* is refused, with a sentence that says why', () => {
  expect(() => readSettings({ NODE_ENV: 'production' })).toThrow(
    /^NODE_ENV is production and no key for tokens is set: set AUTH_JWT_SECRET, or AUTH_JWKS_URL/,
  );
  expect(readSettings({ NODE_ENV: 'production', AUTH_JWT_SECRET: SECRET }).production).toBe(true);
});

test.each([
  ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
  ['https://collector.example/otlp/', 'https://collector.example/otlp/v1/traces'],
  ['', null],
])('O4 with OTEL_EXPORTER_OTLP_ENDPOINT %j, spans go to %j', (OTEL_EXPORTER_OTLP_ENDPOINT, tracesUrl) => {
  expect(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT }).tracesUrl).toBe(tracesUrl);
});

test.each(['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com'])(
  'O1 the demo does not listen on %s, where others could reach it',
  (HOST) => {
    expect(() => readSettings({ HOST })).toThrow(/^HOST takes a loopback address in the demo/);
    expect(readSettings({ HOST, AUTH_JWT_SECRET: SECRET }).host).toBe(HOST);
  },
);

test('O1 without AUTH_* it is the demo, on this machine only, with the sandbox as its provider', () => {
  expect(readSettings({})).toMatchObject({
    tokens: null,
    host: '127.0.0.1',
    port: 4000,
    paymentProvider: 'sandbox',
    databaseUrl: 'sqlite:data/billing-admins.sqlite',
    migrateOnStart: true,
  });
});

test('with AUTH_* it listens everywhere, and nothing is paid until somebody says how', () => {
  expect(readSettings(KEY_SET)).toMatchObject({
    tokens: { kind: 'jwks', issuer: 'issuer', audience: 'billing' },
    host: '0.0.0.0',
    paymentProvider: 'none',
  });
});

test('B2 with Stripe it has the keys, and nobody else is told them', () => {
  expect(readSettings({ ...KEY_SET, ...STRIPE })).toMatchObject({
    paymentProvider: 'stripe',
    stripe: { secretKey: 'sk_test_1', webhookSecret: 'whsec_1' },
  });
  expect(readSettings({ ...KEY_SET, ...STRIPE, PAYMENT_PROVIDER: 'none' }).stripe).toBeNull();
});

test('H5 with WEBHOOK_URL it has the receiver and its keys', () => {
  const secrets = `${hookSecret(24)}, ${hookSecret(64)}`;
  const { webhooks } = readSettings({ ...HOOKS, WEBHOOK_SECRETS: secrets });
  expect(webhooks).toEqual({ url: HOOKS.WEBHOOK_URL, secrets: [Buffer.alloc(24, 7), Buffer.alloc(64, 7)] });
  expect(readSettings({}).webhooks).toBeNull();
  const onThisMachine = { ...HOOKS, WEBHOOK_URL: 'http://127.0.0.1:3000/hooks' };
  expect(readSettings({ ...onThisMachine, NODE_ENV: 'production', AUTH_JWT_SECRET: SECRET }).webhooks).toBeTruthy();
  expect(readSettings({ ...HOOKS, WEBHOOK_URL: 'http://app:3000/hooks' }).webhooks).toBeTruthy();
});

test('O4 a sentence about a secret does not repeat it', () => {
  const secret = 'pk_live_do_not_print_me';
  for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'WEBHOOK_SECRETS'])
    expect(() => readSettings({ [name]: secret })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(secret) }),
    );
});

describe('B3 where payers come back to', () => {
  test('origins are taken as browsers write them, however the operator does', () => {
    const RETURN_URL_ORIGINS = 'https://app.example.com, HTTPS://Other.Example:443/ ,http://localhost:3000';
    expect(readSettings({ RETURN_URL_ORIGINS }).returnUrlOrigins).toEqual([
      'https://app.example.com',
      'https://other.example',
      'http://localhost:3000',
    ]);
  });

  test('and PUBLIC_URL without the slash at its end', () => {
    expect(readSettings({ PUBLIC_URL: 'https://billing.example.com/' }).publicUrl).toBe('https://billing.example.com');
  });

  test('neither is set by itself: the service then goes by its own address', () => {
    expect(readSettings({})).toMatchObject({ returnUrlOrigins: null, publicUrl: null });
  });
});

test('B7 AUTO_RECHARGE_MAX_MONTHLY is an amount in cents, 0 for no charge at all, and unset the price of ten packs', () => {
  const read = (AUTO_RECHARGE_MAX_MONTHLY: string) =>
    readSettings({ AUTO_RECHARGE_MAX_MONTHLY }).autoRechargeMaxMonthly;
  expect([read('50000'), read('0'), read('')]).toEqual([50_000, 0, null]);
});

test('an empty variable counts as not set', () => {
  expect(readSettings({ PORT: '', AUTH_JWT_SECRET: '', DATABASE_URL: '' })).toEqual(readSettings({}));
});
