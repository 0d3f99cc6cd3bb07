import { z } from 'zod';
import type { TokenSettings } from './identity/token-verifier';

/** What the operator has set, checked. Times in milliseconds. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  readonly migrateOnStart: boolean;
  /** Null in the demo, which makes a secret of its own. */
  readonly tokens: TokenSettings | null;
  readonly paymentProvider: 'none' | 'sandbox';
  /** Path of the catalog; null for the default one. */
  readonly catalogFile: string | null;
  readonly rosterLimit: number;
  readonly backlogLimit: number;
  readonly production: boolean;
  readonly logLevel: string;
}

/** A setting that the service can't start with; the message names the variable and says what it takes. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

const wholeNumber = (least: number, most: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(most));

const isKeySetUrl = (value: string) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  // A key set fetched over plain http could be anybody's, but for one on this very machine.
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
};

const isDatabaseUrl = (value: string) =>
  /^sqlite:.+/.test(value) ||
  (value.startsWith('mysql://') && URL.canParse(value) && new URL(value).pathname.length > 1);

/** Each variable with its check and what to tell whoever gets it wrong. */
const VARIABLES = {
  PORT: [wholeNumber(0, 65_535), 'a port, 0 to 65535 (0: any free one)'],
  HOST: [z.string(), 'an address to listen on'],
  DATABASE_URL: [z.string().refine(isDatabaseUrl), 'sqlite:PATH or mysql://user:password@host:port/database'],
  DATABASE_POOL_SIZE: [wholeNumber(1, 1_000), 'a number of connections, 1 to 1000'],
  MIGRATE_ON_START: [z.enum(['0', '1']), '0 or 1'],
  AUTH_JWT_SECRET: [
    z.string().refine((secret) => Buffer.byteLength(secret) >= 32),
    'a secret of at least 32 bytes, for tokens signed with HS256',
  ],
  AUTH_JWKS_URL: [z.string().refine(isKeySetUrl), 'the https address of a JSON Web Key Set'],
  AUTH_ISSUER: [z.string(), 'the issuer (iss) of the tokens'],
  AUTH_AUDIENCE: [z.string(), 'the audience (aud) of the tokens'],
  PAYMENT_PROVIDER: [z.enum(['none', 'sandbox']), 'none or sandbox'],
  CATALOG_FILE: [z.string(), 'the path of a JSON file with plans and credit packs'],
  ROSTER_LIMIT: [wholeNumber(1, 10_000), 'most billing admins of an organization, 1 to 10000'],
  SUBSCRIBER_BACKLOG: [wholeNumber(1, 100_000), 'most changes to come while a subscriber takes none, 1 to 100000'],
  NODE_ENV: [z.string(), 'production, or anything else'],
  LOG_LEVEL: [
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'fatal, error, warn, info, debug, trace or silent',
  ],
} as const;

type Variable = keyof typeof VARIABLES;

/** Reads the settings from environment variables; an empty one counts as not set. Throws `BadSetting`. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const read = <Name extends Variable>(name: Name): z.output<(typeof VARIABLES)[Name][0]> | undefined => {
    const value = environment[name];
    if (value === undefined || value === '') return undefined;
    const [check, takes] = VARIABLES[name];
    const result = check.safeParse(value);
    if (!result.success) throw new BadSetting(`${name} takes ${takes}.`);
    return result.data as z.output<(typeof VARIABLES)[Name][0]>;
  };

  const production = read('NODE_ENV') === 'production';
  const tokens = readTokenSettings({
    secret: read('AUTH_JWT_SECRET'),
    keySet: read('AUTH_JWKS_URL'),
    issuer: read('AUTH_ISSUER'),
    audience: read('AUTH_AUDIENCE'),
  });
  if (production && !tokens)
    throw new BadSetting(
      'NODE_ENV is production and nothing says whose tokens to trust: set AUTH_JWT_SECRET, or AUTH_JWKS_URL with AUTH_ISSUER and AUTH_AUDIENCE. Without them only the demo runs, where anybody can sign in.',
    );
  const isDemo = tokens === null;
  const host = read('HOST') ?? (isDemo ? '127.0.0.1' : '0.0.0.0');
  if (isDemo && !isLoopback(host))
    throw new BadSetting(
      'HOST takes a loopback address in the demo, where anybody can sign in: 127.0.0.1, ::1 or localhost.',
    );

  return {
    port: read('PORT') ?? 4000,
    host,
    databaseUrl: read('DATABASE_URL') ?? 'sqlite:data/billing-admins.sqlite',
    databasePoolSize: read('DATABASE_POOL_SIZE') ?? 10,
    migrateOnStart: read('MIGRATE_ON_START') !== '0',
    tokens,
    paymentProvider: read('PAYMENT_PROVIDER') ?? (isDemo ? 'sandbox' : 'none'),
    catalogFile: read('CATALOG_FILE') ?? null,
    rosterLimit: read('ROSTER_LIMIT') ?? 500,
    backlogLimit: read('SUBSCRIBER_BACKLOG') ?? 1_000,
    production,
    logLevel: read('LOG_LEVEL') ?? (isDemo ? 'warn' : 'info'),
  };
}

interface AuthVariables {
  readonly secret: string | undefined;
  readonly keySet: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

function readTokenSettings({ secret, keySet, issuer, audience }: AuthVariables): TokenSettings | null {
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
  return null;
}

/** Whether only this machine can reach the address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
