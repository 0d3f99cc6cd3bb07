import { join } from 'node:path';
import { type ServerProcess, startServer } from '../measure/server-process';
import { SECRET } from '../settings';

/** Starts one of the contenders beside this file by its name; `flags` are node's own. */
export function startPeer(name: string, databaseUrl: string, flags: readonly string[] = []): Promise<ServerProcess> {
  const environment = { DATABASE_URL: databaseUrl, AUTH_JWT_SECRET: SECRET };
  return startServer([...flags, join(__dirname, `${name}.js`)], environment, '/');
}
