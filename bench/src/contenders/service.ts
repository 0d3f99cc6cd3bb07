import { join } from 'node:path';
import { SECRET } from '../settings';
import { type ServerProcess, startServer } from '../measure/server-process';

const ROOT = join(__dirname, '../../../../..');

/** A few users ask here as often as many do in life, from one address; all limits count, and these are not reached. */
const MANY_AS_ONE = {
  USER_RATE_LIMIT: '1000000000',
  SERVICE_RATE_LIMIT: '1000000000',
  ADDRESS_RATE_LIMIT: '1000000000',
  USER_SOCKET_LIMIT: '100000',
  ADDRESS_SOCKET_LIMIT: '100000',
  SOCKET_OPERATION_LIMIT: '10000',
  SOCKET_MESSAGE_LIMIT: '100000',
};

/** What executes queries and mutations: the service's own plans, or graphql-js in their place. */
export const EXECUTIONS = ['planned', 'graphql-js'] as const;

export type Execution = (typeof EXECUTIONS)[number];

let chosen: Execution = 'planned';

/** Of every service that is started from here on, where nothing else is said. */
export function chooseExecution(execution: Execution): void {
  chosen = execution;
}

/** What the service does so that long work delays others less. It can be measured without each of them. */
export const MECHANISMS = ['giving-way', 'commits-beside'] as const;

export type Mechanism = (typeof MECHANISMS)[number];

let left: Mechanism | null = null;

/** Has the service without the mechanism measured beside the service. */
export function measureWithout(mechanism: Mechanism): void {
  left = mechanism;
}

/** The service, and the one without the mechanism that was chosen. */
export function servicesWithAndWithout(): Record<string, (databaseUrl: string) => Promise<ServerProcess>> {
  const mechanism = left;
  const service = (databaseUrl: string) => startService(databaseUrl);
  if (mechanism === null) return { service };
  const entry = [join(__dirname, 'service-without.js'), ROOT, mechanism];
  return { service, 'service-without': (databaseUrl) => startEntry(databaseUrl, entry) };
}

/** The contenders that are the service: with graphql-js, the plans beside it. */
export function servicesMeasured(): Record<string, (databaseUrl: string) => Promise<ServerProcess>> {
  const on = (execution: Execution) => (databaseUrl: string) => startService(databaseUrl, [], {}, ROOT, execution);
  return chosen === 'planned' ? { service: on('planned') } : { service: on(chosen), 'service-planned': on('planned') };
}

/**
 * The service as `npm start` starts it, with every check and its log on. `flags` are node's own, `settings` the service's, and `root` is
 * the checkout whose build is started.
 */
export function startService(
  databaseUrl: string,
  flags: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
  root = ROOT,
  execution = chosen,
): Promise<ServerProcess> {
  const entry =
    execution === 'planned' ? [join(root, 'dist/src/main.js')] : [join(__dirname, 'service-on-graphql-js.js'), root];
  return startEntry(databaseUrl, [...flags, ...entry], settings);
}

function startEntry(
  databaseUrl: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startServer(
    ['--enable-source-maps', ...args],
    { DATABASE_URL: databaseUrl, AUTH_JWT_SECRET: SECRET, PAYMENT_PROVIDER: 'sandbox', ...MANY_AS_ONE, ...settings },
    '/readyz',
  );
}
