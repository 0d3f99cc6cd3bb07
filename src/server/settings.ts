import { z } from 'zod';
import { PAYMENT_PROVIDERS, type PaymentProviderName } from '../domain/billing/terms';
import type { MaxGrantDays } from '../domain/roster/grants';
import { BadAddress, checkDatabaseUrl } from '../store/open-database';
import { trustProxies } from './limits/client-address';
import { LIMITS, type Limits, readLimits } from './limits/limits';
import type { TokenSettings } from './identity/token-verifier';
import { unknownSettings } from './unknown-settings';

/** What the operator has set, checked. Times in milliseconds. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  readonly migrateOnStart: boolean;
  /** Through which several instances notify each other. Null for one instance. */
  readonly redis: RedisSettings | null;
  /** Where host events are delivered; null where nowhere. */
  readonly webhooks: WebhookSettings | null;
  /** Null in the demo, which makes a secret of its own. */
  readonly tokens: TokenSettings | null;
  readonly paymentProvider: PaymentProviderName;
  /** Where the payment provider is `stripe`; else null. */
  readonly stripe: StripeSettings | null;
  /** Where browsers reach the service, without a slash at the end; null: at the address that it listens on. */
  readonly publicUrl: string | null;
  /** Origins that a payer may be sent on to; null: the service's own (B3). */
  readonly returnUrlOrigins: readonly string[] | null;
  /**
   * Most that auto-recharge charges in a month without a limit of the organization's own, in minor units; null: ten
   * packs (B7).
   */
  readonly autoRechargeMaxMonthly: number | null;
  /** Path of the catalog. Null for the default one. */
  readonly catalogFile: string | null;
  /** Origins whose pages may read answers. */
  readonly corsOrigins: readonly string[];
  /** Where the page at `/` gets tokens: a path of this origin or an address. Null if they come only from its link. */
  readonly tokenUrl: string | null;
  /** Addresses and networks of reverse proxies, whose word about the caller's address is believed. */
  readonly trustProxy: readonly string[];
  readonly limits: Limits;
  readonly rosterLimit: number;
  /** Most days until a grant ends; null: without a limit (T2). */
  readonly maxGrantDays: MaxGrantDays;
  /** In so many days an undecided request for access lapses (T3). */
  readonly requestDays: number;
  readonly backlogLimit: number;
  readonly production: boolean;
  readonly logLevel: string;
  /** The token for `/metrics`. Null if the path does not exist. */
  readonly metricsToken: string | null;
  /** Where spans are sent. Null if nothing is traced. */
  readonly tracesUrl: string | null;
}

export interface RedisSettings {
  readonly url: string;
  /** What the names of this installation's channels begin with. */
  readonly prefix: string;
}

export interface StripeSettings {
  readonly secretKey: string;
  readonly webhookSecret: string;
}

export interface WebhookSettings {
  readonly url: string;
  /** The keys, decoded; two while one replaces the other. */
  readonly secrets: readonly Buffer[];
}

/** A setting that the service can't start with; the message names the variable and says what it takes. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

const wholeNumber = (least: number, most: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(most));

const isPrivateUrl = (value: string) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  // What is fetched over plain http could be anybody's, but for one on this very machine.
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
};

const isHttpUrl = (value: string) => /^https?:\/\/\S+$/i.test(value) && URL.canParse(value);

/** An address that paths can be added to: nothing follows its own, and it names nobody. */
const isPlainUrl = (value: string) => isHttpUrl(value) && !/[?#]|^[^/]*\/\/[^/]*@/.test(value);

/** An address that is nothing but scheme, host and port. */
const isOrigin = (value: string) => isHttpUrl(value) && new URL(value).href === `${new URL(value).origin}/`;

const listOfOrigins = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .pipe(
    z.array(
      z
        .string()
        .refine(isOrigin)
        .transform((origin) => new URL(origin).origin),
    ),
  );

const isProxyList = (addresses: string[]) => {
  try {
    return Boolean(trustProxies(addresses));
  } catch {
    return false;
  }
};

/** Throws `BadAddress` if more can be said about what is wrong. */
const isDatabaseUrl = (value: string) => {
  if (!/^(sqlite:.+|mysql:\/\/)/.test(value)) return false;
  checkDatabaseUrl(value);
  return true;
};

const isRedisUrl = (value: string) => /^rediss?:\/\/[^/]/.test(value) && URL.canParse(value);

const isTokenUrl = (value: string) => {
  // A second slash would make it the address of another host.
  if (value.startsWith('/')) return !/^\/[/\\]/.test(value);
  return isPrivateUrl(value);
};

/** Node's client accepts no user and password in an address. */
const isReceiver = (value: string) => isHttpUrl(value) && !/#|^[^/]*\/\/[^/]*@/.test(value);

const isWebhookSecret = (value: string) => {
  const [, key = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value) ?? [];
  const bytes = Buffer.from(key, 'base64');
  // Base64 that decodes to other bytes at the receiver would fail each signature.
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === key;
};

/** Each variable with its check and its error message. */
const VARIABLES = {
  PORT: [wholeNumber(0, 65_535), 'a port, 0 to 65535 (0: any free one)'],
  HOST: [z.string(), 'an address to listen on'],
  DATABASE_URL: [z.string().refine(isDatabaseUrl), 'sqlite:PATH or mysql://user:password@host:port/database'],
  DATABASE_POOL_SIZE: [wholeNumber(1, 1_000), 'a number of connections, 1 to 1000'],
  REDIS_URL: [z.string().refine(isRedisUrl), 'redis://user:password@host:port, or rediss:// for TLS'],
  REDIS_PREFIX: [z.string().regex(/^[!-~]{1,100}$/), 'a word of at most 100 characters'],
  MIGRATE_ON_START: [z.enum(['0', '1']), '0 or 1'],
  AUTH_JWT_SECRET: [
    z.string().refine((secret) => Buffer.byteLength(secret) >= 32),
    'a secret of at least 32 bytes, for tokens signed with HS256',
  ],
  AUTH_JWKS_URL: [z.string().refine(isPrivateUrl), 'the https address of a JSON Web Key Set'],
  AUTH_ISSUER: [z.string(), 'the issuer (iss) of the tokens'],
  AUTH_AUDIENCE: [z.string(), 'the audience (aud) of the tokens'],
  PAYMENT_PROVIDER: [z.enum(PAYMENT_PROVIDERS), 'none, sandbox or stripe'],
  STRIPE_SECRET_KEY: [z.string().regex(/^(sk|rk)_\w+$/), 'a secret key (sk_…) or a restricted key (rk_…) of Stripe'],
  STRIPE_WEBHOOK_SECRET: [
    z.string().regex(/^whsec_\S+$/),
    'the signing secret of a webhook endpoint at Stripe (whsec_…)',
  ],
  WEBHOOK_URL: [
    z.string().refine(isReceiver),
    'the address that receives host events: https, or http outside of production and on this machine',
  ],
  WEBHOOK_SECRETS: [
    z
      .string()
      .transform((list) => list.split(',').map((secret) => secret.trim()))
      .pipe(z.array(z.string().refine(isWebhookSecret)).max(2)),
    'one secret (whsec_ and 24 to 64 bytes in base64), or two with a comma between them while one is being replaced',
  ],
  PUBLIC_URL: [
    z
      .string()
      .refine((url) => isPlainUrl(url) && new URL(url).pathname === '/')
      .transform((url) => url.replace(/\/+$/, '')),
    'the http or https address at which browsers reach the service, without a path: it has a host of its own',
  ],
  RETURN_URL_ORIGINS: [listOfOrigins, 'origins such as https://app.example.com, with commas between them'],
  AUTO_RECHARGE_MAX_MONTHLY: [
    wholeNumber(0, Number.MAX_SAFE_INTEGER),
    "an amount in the currency's minor unit (cents)",
  ],
  CATALOG_FILE: [z.string(), 'the path of a JSON file with plans and credit packs'],
  CORS_ORIGINS: [listOfOrigins, 'origins such as https://app.example.com, with commas between them'],
  TRUST_PROXY: [
    z
      .string()
      .transform((list) => list.split(',').map((address) => address.trim()))
      .refine(isProxyList),
    'addresses or networks of your reverse proxies, such as 10.0.0.0/8, or loopback, with commas between them',
  ],
  TOKEN_URL: [
    z.string().refine(isTokenUrl),
    'where the page gets tokens: a path that begins with /, or an https address',
  ],
  ROSTER_LIMIT: [wholeNumber(1, 10_000), 'most billing admins of an organization, 1 to 10000'],
  MAX_GRANT_DAYS: [wholeNumber(1, 36_500), 'most days until a grant of billing access ends, 1 to 36500'],
  REQUEST_DAYS: [wholeNumber(1, 365), 'days after which an undecided request for access lapses, 1 to 365'],
  SUBSCRIBER_BACKLOG: [wholeNumber(1, 100_000), 'most changes to come while a subscriber takes none, 1 to 100000'],
  METRICS_TOKEN: [
    z.string().regex(/^[!-~]{32,}$/),
    'a secret of at least 32 characters without spaces, for readers of /metrics',
  ],
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    z
      .string()
      .refine(isPlainUrl)
      .transform((url) => `${url.replace(/\/+$/, '')}/v1/traces`),
    'the http or https address of an OTLP collector, such as http://127.0.0.1:4318',
  ],
  NODE_ENV: [z.string(), 'production, or anything else'],
  LOG_LEVEL: [
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'fatal, error, warn, info, debug, trace or silent',
  ],
} as const;

type Variable = keyof typeof VARIABLES;

const VARIABLE_NAMES = Object.keys(VARIABLES) as Variable[];
const LIMIT_NAMES = Object.values(LIMITS).map(([name]) => name);

export type Environment = Readonly<Record<string, string | undefined>>;

/** Gathers what is wrong with several settings, so that the operator hears all of it at once. */
class Problems {
  constructor(private readonly sentences: string[] = []) {}

  /** What `read` returns. Undefined if it throws a `BadSetting`, which is kept. */
  tell<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof BadSetting)) throw error;
      this.sentences.push(error.message);
      return undefined;
    }
  }

  throwAll(): void {
    if (this.sentences.length > 0) throw new BadSetting(this.sentences.join('\n'));
  }
}

/** What a command works on that needs none of the other settings. Throws `BadSetting`. */
export function readDatabaseUrl(environment: Environment): string {
  return readVariable(environment, 'DATABASE_URL') ?? 'sqlite:data/billing-admins.sqlite';
}

function readVariable<Name extends Variable>(
  environment: Environment,
  name: Name,
): z.output<(typeof VARIABLES)[Name][0]> | undefined {
  const [check, takes]: readonly [z.ZodType, string] = VARIABLES[name];
  return readAsSaid(environment, name, check, takes) as z.output<(typeof VARIABLES)[Name][0]> | undefined;
}

function readAsSaid<T>(environment: Environment, name: string, check: z.ZodType<T>, takes: string): T | undefined {
  const value = environment[name];
  if (value === undefined || value === '') return undefined;
  const result = withReasons(name, () => check.safeParse(value));
  if (!result.success) throw new BadSetting(`${name} takes ${takes}.`);
  return result.data;
}

function withReasons<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof BadAddress ? new BadSetting(`${name} ${error.message}.`) : error;
  }
}

/**
 * Reads the settings from environment variables; an empty one counts as not set. Throws one `BadSetting` that says all that is
 * wrong: first of each variable, then of those that have to fit together.
 */
export function readSettings(environment: Environment): Settings {
  const read = <Name extends Variable>(name: Name) => readVariable(environment, name);
  const limits = () =>
    readLimits((name, takes, least, most) => readAsSaid(environment, name, wholeNumber(least, most), takes));

  const eachVariable = new Problems(unknownSettings(environment, [...VARIABLE_NAMES, ...LIMIT_NAMES]));
  for (const name of VARIABLE_NAMES) eachVariable.tell(() => read(name));
  eachVariable.tell(limits);
  eachVariable.throwAll();

  const together = new Problems();
  const production = read('NODE_ENV') === 'production';
  const databaseUrl = readDatabaseUrl(environment);
  const tokens = together.tell(() =>
    readTokenSettings(production, {
      secret: read('AUTH_JWT_SECRET'),
      keySet: read('AUTH_JWKS_URL'),
      issuer: read('AUTH_ISSUER'),
      audience: read('AUTH_AUDIENCE'),
    }),
  );
  const isDemo = tokens === null;
  const host = read('HOST') ?? (isDemo ? '127.0.0.1' : '0.0.0.0');
  const paymentProvider = read('PAYMENT_PROVIDER') ?? (isDemo ? 'sandbox' : 'none');
  const redis = together.tell(() => readRedisSettings(databaseUrl, read('REDIS_URL'), read('REDIS_PREFIX')));
  const stripe = together.tell(() =>
    readStripeSettings(paymentProvider, read('STRIPE_SECRET_KEY'), read('STRIPE_WEBHOOK_SECRET')),
  );
  const webhooks = together.tell(() => readWebhookSettings(production, read('WEBHOOK_URL'), read('WEBHOOK_SECRETS')));
  together.tell(() => {
    if (isDemo && !isLoopback(host))
      throw new BadSetting(
        'HOST takes a loopback address in the demo, where anybody can sign in: 127.0.0.1, ::1 or localhost.',
      );
  });
  together.throwAll();
  return {
    port: read('PORT') ?? 4000,
    host,
    databaseUrl,
    databasePoolSize: read('DATABASE_POOL_SIZE') ?? 10,
    migrateOnStart: read('MIGRATE_ON_START') !== '0',
    redis: redis ?? null,
    tokens: tokens ?? null,
    paymentProvider,
    stripe: stripe ?? null,
    webhooks: webhooks ?? null,
    publicUrl: read('PUBLIC_URL') ?? null,
    returnUrlOrigins: read('RETURN_URL_ORIGINS') ?? null,
    autoRechargeMaxMonthly: read('AUTO_RECHARGE_MAX_MONTHLY') ?? null,
    catalogFile: read('CATALOG_FILE') ?? null,
    corsOrigins: read('CORS_ORIGINS') ?? [],
    tokenUrl: read('TOKEN_URL') ?? null,
    trustProxy: read('TRUST_PROXY') ?? [],
    limits: limits(),
    rosterLimit: read('ROSTER_LIMIT') ?? 500,
    maxGrantDays: read('MAX_GRANT_DAYS') ?? null,
    requestDays: read('REQUEST_DAYS') ?? 14,
    backlogLimit: read('SUBSCRIBER_BACKLOG') ?? 1_000,
    production,
    logLevel: read('LOG_LEVEL') ?? (isDemo ? 'warn' : 'info'),
    metricsToken: read('METRICS_TOKEN') ?? null,
    tracesUrl: read('OTEL_EXPORTER_OTLP_ENDPOINT') ?? null,
  };
}

interface AuthVariables {
  readonly secret: string | undefined;
  readonly keySet: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

/** Null for the demo. */
function readTokenSettings(
  production: boolean,
  { secret, keySet, issuer, audience }: AuthVariables,
): TokenSettings | null {
  if (secret !== undefined && keySet !== undefined)
    throw new BadSetting(
      'AUTH_JWT_SECRET and AUTH_JWKS_URL exclude each other: set the one that your tokens are signed with.',
    );
  if (secret !== undefined) return { kind: 'secret', secret, ...(issuer && { issuer }), ...(audience && { audience }) };
  if (keySet !== undefined) {
    if (!issuer || !audience)
      throw new BadSetting(
        'AUTH_JWKS_URL needs AUTH_ISSUER and AUTH_AUDIENCE: an issuer signs for many services with the same keys.',
      );
    return { kind: 'jwks', url: new URL(keySet), issuer, audience };
  }
  if (issuer !== undefined || audience !== undefined)
    throw new BadSetting('AUTH_ISSUER and AUTH_AUDIENCE need AUTH_JWT_SECRET or AUTH_JWKS_URL beside them.');
  if (production)
    throw new BadSetting(
      'NODE_ENV is production and no key for tokens is set: set AUTH_JWT_SECRET, or AUTH_JWKS_URL with AUTH_ISSUER and AUTH_AUDIENCE. Without them only the demo runs, where anybody can sign in.',
    );
  return null;
}

function readRedisSettings(
  databaseUrl: string,
  url: string | undefined,
  prefix: string | undefined,
): RedisSettings | null {
  if (url === undefined && prefix !== undefined) throw new BadSetting('REDIS_PREFIX needs REDIS_URL beside it.');
  if (url === undefined) return null;
  if (databaseUrl.startsWith('sqlite:'))
    throw new BadSetting(
      'REDIS_URL is for several instances, which need a DATABASE_URL of mysql://: an SQLite file belongs to one process.',
    );
  return { url, prefix: prefix ?? 'billing-admins' };
}

function readStripeSettings(
  paymentProvider: Settings['paymentProvider'],
  secretKey: string | undefined,
  webhookSecret: string | undefined,
): StripeSettings | null {
  if (paymentProvider !== 'stripe') return null;
  if (secretKey === undefined || webhookSecret === undefined)
    throw new BadSetting('PAYMENT_PROVIDER is stripe, which needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.');
  return { secretKey, webhookSecret };
}

function readWebhookSettings(
  production: boolean,
  url: string | undefined,
  secrets: readonly string[] | undefined,
): WebhookSettings | null {
  if (url === undefined && secrets === undefined) return null;
  if (url === undefined || secrets === undefined)
    throw new BadSetting('WEBHOOK_URL and WEBHOOK_SECRETS need each other: each webhook is signed.');
  if (production && !isPrivateUrl(url))
    throw new BadSetting('WEBHOOK_URL takes an https address in production, or one on this machine.');
  return { url, secrets: secrets.map((secret) => Buffer.from(secret.replace('whsec_', ''), 'base64')) };
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
