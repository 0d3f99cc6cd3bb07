import { execute, type ExecutionResult } from 'graphql';
import type { Execute } from '../../../src/graphql/execution/planned-execution';
import { signToken, type TokenContent } from '../../../src/server/identity/sign-token';
import { type RunningService, startService } from '../../../src/server/service';
import { readSettings } from '../../../src/server/settings';
import type { SandboxPayer } from '../../../src/payments/sandbox/sandbox-payer';
import { engine, freshDatabase } from './database-url';
import { migratedDatabase } from './migrated-database';
import { payerOf } from './services';

export const SECRET = 'a secret of at least thirty-two bytes, for tests';

/** Answers are looked at by path, in shapes that each query decides. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Data = Record<string, any>;

export type Answer = ExecutionResult<Data> & { readonly status: number };

/**
 * A clock for tests that count statements: on a slow machine an answer takes so long that its access is confirmed by one more
 * statement (A8).
 */
export const STILL_CLOCK = () => 0;

export interface TestService extends RunningService {
  readonly databaseUrl: string;
  /** Every statement that was sent, in order. */
  readonly statements: string[];
  /** The payer's side of the sandbox, where the service takes money. */
  readonly payer: SandboxPayer;
  /** A token of this service for the subject. */
  token(subject: string, content?: Partial<TokenContent>): Promise<string>;
  /** Sends one operation over HTTP; `token` null is anonymous. */
  send(token: string | null, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Sends one operation as the subject, or as a host with `directory:write`. */
  as(subject: string): (query: string, variables?: Record<string, unknown>) => Promise<Answer>;
  asHost(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Stops the process's part and starts it again on the same database and port; `during` happens in between. */
  restart(during?: () => Promise<unknown>): Promise<TestService>;
}

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: () => number;
  readonly monotonicClock?: () => number;
  /** By how many milliseconds the database's clock is ahead. */
  readonly databaseAhead?: () => number;
  /** Executes queries and mutations in place of the planned execution. */
  readonly execute?: Execute;
  /** Where the pages are, in place of those that have been built. */
  readonly webFolder?: string;
  /** Whether the feed of host events grows, and unfinished work is looked for again; otherwise nothing sends statements by itself. */
  readonly actsByItself?: boolean;
  /** Whether the database has its tables before the service starts, as it has for most starts; yes unless said. */
  readonly isMigrated?: boolean;
}

/** The whole service, listening on a free port of this machine, on an empty database of the engine of this run. */
export async function startTestService(options: Options = {}): Promise<TestService> {
  const database = await ((options.isMigrated ?? true) ? migratedDatabase() : freshDatabase());
  try {
    return await serve(database.url, options, database.drop);
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/** Another instance on the database of `service`. */
export function startAnother(service: Pick<TestService, 'databaseUrl'>, options: Options = {}): Promise<TestService> {
  return serve(service.databaseUrl, options, async () => undefined);
}

/** Where a Redis server is at hand, services on MySQL notify each other through it, as several instances do (O2). */
function redisFor(databaseUrl: string): Record<string, string> {
  const url = process.env.TEST_REDIS_URL;
  if (engine === 'sqlite' || !url) return {};
  return { REDIS_URL: url, REDIS_PREFIX: new URL(databaseUrl).pathname.slice(1) };
}

async function serve(
  databaseUrl: string,
  options: Options,
  drop: () => Promise<void>,
  port = '0',
): Promise<TestService> {
  const statements: string[] = [];
  const environment = {
    DATABASE_URL: databaseUrl,
    AUTH_JWT_SECRET: SECRET,
    HOST: '127.0.0.1',
    PORT: port,
    LOG_LEVEL: 'silent',
    PAYMENT_PROVIDER: 'sandbox',
    ...redisFor(databaseUrl),
    ...options.environment,
  };
  const running = await startService(readSettings(environment), {
    onStatement: (sql) => statements.push(sql),
    // Answers must be the same either way, so that the whole suite can run on graphql-js only.
    ...(process.env.TEST_EXECUTION === 'graphql-js' && { execute }),
    ...(options.clock && { clock: options.clock }),
    ...(options.monotonicClock && { monotonicClock: options.monotonicClock }),
    ...(options.databaseAhead && { databaseAhead: options.databaseAhead }),
    ...(options.execute && { execute: options.execute }),
    ...(options.webFolder !== undefined && { webFolder: options.webFolder }),
    actsByItself: options.actsByItself ?? false,
  });

  const token = (subject: string, content: Partial<TokenContent> = {}) =>
    signToken(SECRET, { subject, expiresInSeconds: 3600, ...content });

  const send: TestService['send'] = async (bearer, query, variables) => {
    const response = await fetch(`${running.address}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as ExecutionResult<Data>) };
  };

  return {
    ...running,
    databaseUrl,
    statements,
    payer: payerOf(running.services),
    token,
    send,
    as: (subject) => async (query, variables) => send(await token(subject), query, variables),
    asHost: async (query, variables) => send(await token('host', { scopes: ['directory:write'] }), query, variables),
    restart: async (during) => {
      await running.close();
      await during?.();
      return serve(databaseUrl, options, drop, new URL(running.address).port);
    },
    close: async () => {
      await running.close();
      await drop();
    },
  };
}
