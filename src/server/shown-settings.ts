import type { Settings } from './settings';

/** The settings as the log may show them: of what is secret, or has a secret in it, only whether it is there. */
export function shownSettings({
  databaseUrl,
  redis,
  tokens,
  stripe,
  webhooks,
  metricsToken,
  ...plain
}: Settings): object {
  return {
    ...plain,
    database: databaseUrl.slice(0, databaseUrl.indexOf(':')),
    redis: redis !== null,
    tokens: tokens?.kind ?? 'demo',
    issuer: tokens?.issuer ?? null,
    audience: tokens?.audience ?? null,
    stripe: stripe !== null,
    webhooks: webhooks !== null,
    metrics: metricsToken !== null,
  };
}
