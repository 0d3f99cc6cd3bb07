import { BadSetting, readSettings } from '../../src/server/settings';

const SECRET = 'x'.repeat(32);
const KEY_SET = { AUTH_JWKS_URL: 'https://issuer.example/jwks', AUTH_ISSUER: 'issuer', AUTH_AUDIENCE: 'billing' };

describe('O4 a bad setting names the variable and what it takes', () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ PORT: 'http' }, /^PORT takes a port/],
    [{ PORT: '65536' }, /^PORT takes a port/],
    [{ PORT: '-1' }, /^PORT takes a port/],
    [{ DATABASE_URL: 'postgres://localhost/x' }, /^DATABASE_URL takes sqlite:PATH or mysql:/],
    [{ DATABASE_URL: 'mysql://localhost' }, /^DATABASE_URL takes sqlite:PATH or mysql:/],
    [{ DATABASE_URL: 'sqlite:' }, /^DATABASE_URL takes sqlite:PATH or mysql:/],
    [{ DATABASE_POOL_SIZE: '0' }, /^DATABASE_POOL_SIZE takes a number/],
    [{ MIGRATE_ON_START: 'no' }, /^MIGRATE_ON_START takes 0 or 1/],
    [{ AUTH_JWT_SECRET: 'x'.repeat(31) }, /^AUTH_JWT_SECRET takes a secret of at least 32 bytes/],
    [{ ...KEY_SET, AUTH_JWKS_URL: 'http://issuer.example/jwks' }, /^AUTH_JWKS_URL takes the https address/],
    [{ ...KEY_SET, AUTH_JWKS_URL: 'issuer' }, /^AUTH_JWKS_URL takes the https address/],
    [{ ...KEY_SET, AUTH_ISSUER: '' }, /^AUTH_JWKS_URL needs AUTH_ISSUER and AUTH_AUDIENCE/],
    [{ ...KEY_SET, AUTH_AUDIENCE: '' }, /^AUTH_JWKS_URL needs AUTH_ISSUER and AUTH_AUDIENCE/],
    [{ ...KEY_SET, AUTH_JWT_SECRET: SECRET }, /^AUTH_JWT_SECRET and AUTH_JWKS_URL exclude each other/],
    [{ AUTH_ISSUER: 'issuer' }, /^AUTH_ISSUER and AUTH_AUDIENCE need AUTH_JWT_SECRET or AUTH_JWKS_URL/],
    [{ PAYMENT_PROVIDER: 'cash' }, /^PAYMENT_PROVIDER takes none or sandbox/],
    [{ ROSTER_LIMIT: '0' }, /^ROSTER_LIMIT takes/],
    [{ SUBSCRIBER_BACKLOG: 'many' }, /^SUBSCRIBER_BACKLOG takes/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL takes/],
  ])('%j', (environment, sentence) => {
    expect(() => readSettings(environment)).toThrow(BadSetting);
    expect(() => readSettings(environment)).toThrow(sentence);
  });
});

test('O1 production without AUTH_* is refused, with a sentence that says why', () => {
  expect(() => readSettings({ NODE_ENV: 'production' })).toThrow(
    /^NODE_ENV is production and nothing says whose tokens to trust: set AUTH_JWT_SECRET, or AUTH_JWKS_URL/,
  );
  expect(readSettings({ NODE_ENV: 'production', AUTH_JWT_SECRET: SECRET }).production).toBe(true);
});

test.each(['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com'])(
  'O1 the demo does not listen on %s, where others could reach it',
  (HOST) => {
    expect(() => readSettings({ HOST })).toThrow(/^HOST takes a loopback address in the demo/);
    expect(readSettings({ HOST, AUTH_JWT_SECRET: SECRET }).host).toBe(HOST);
  },
);

test('O1 without AUTH_* it is the demo, on this machine alone, with the sandbox to pay in', () => {
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

test('an empty variable counts as not set', () => {
  expect(readSettings({ PORT: '', AUTH_JWT_SECRET: '', DATABASE_URL: '' })).toEqual(readSettings({}));
});
