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
  return startServer(
    ['--enable-source-maps', ...flags, ...entry],
    { DATABASE_URL: databaseUrl, AUTH_JWT_SECRET: SECRET, PAYMENT_PROVIDER: 'sandbox', ...MANY_AS_ONE, ...settings },
    '/readyz',
  );
}
