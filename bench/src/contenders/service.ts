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

/**
 * The service as `npm start` starts it, with every check and its log on. `flags` are node's own, `settings` the service's, and `root` is
 * the checkout whose build is started.
 */
export function startService(
  databaseUrl: string,
  flags: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
  root = ROOT,
): Promise<ServerProcess> {
  return startServer(
    ['--enable-source-maps', ...flags, join(root, 'dist/src/main.js')],
    { DATABASE_URL: databaseUrl, AUTH_JWT_SECRET: SECRET, PAYMENT_PROVIDER: 'sandbox', ...MANY_AS_ONE, ...settings },
    '/readyz',
  );
}
