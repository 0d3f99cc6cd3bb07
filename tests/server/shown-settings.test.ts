import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretsOf } from '../../src/server/http/secrets-of';
import { readSettings } from '../../src/server/settings';
import { shownSettings } from '../../src/server/shown-settings';

const STRIPE = {
  PAYMENT_PROVIDER: 'stripe',
  STRIPE_SECRET_KEY: 'sk_test_word_of_stripe',
  STRIPE_WEBHOOK_SECRET: 'whsec_word_of_stripe',
};

const SECRET_SETTINGS = {
  ...STRIPE,
  DATABASE_URL: 'mysql://billing:word-of-database@database.example/billing',
  REDIS_URL: 'redis://:word-of-redis@redis.example',
  AUTH_JWT_SECRET: 'word-of-tokens'.padEnd(32, '!'),
  WEBHOOK_URL: 'https://app.example/hooks?key=word-of-receiver',
  WEBHOOK_SECRETS: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
  METRICS_TOKEN: 'word-of-metrics'.padEnd(32, '!'),
};

test('X2 each setting whose name says that it is a secret is among these', () => {
  const source = readFileSync(join(__dirname, '../../src/server/settings.ts'), 'utf8');
  const names = [...source.matchAll(/^ {2}([A-Z_]+(?:_SECRETS?|_KEY|_TOKEN|_PASSWORD)): \[/gm)].map(([, name]) => name);
  expect(names).toContain('AUTH_JWT_SECRET');
  expect(Object.keys(SECRET_SETTINGS)).toEqual(expect.arrayContaining(names));
});

test('X2 of the settings the log shows no secret, and no address that has one in it', () => {
  const settings = readSettings(SECRET_SETTINGS);
  const shown = JSON.stringify(shownSettings(settings));
  const secrets = secretsOf(settings);
  expect(secrets).toHaveLength(8);
  for (const secret of secrets) expect(shown).not.toContain(secret);
  expect(shown).not.toContain('.example');
  expect(JSON.parse(shown)).toMatchObject({
    database: 'mysql',
    redis: true,
    tokens: 'secret',
    stripe: true,
    webhooks: true,
    metrics: true,
  });
});
