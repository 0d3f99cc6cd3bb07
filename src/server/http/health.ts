import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Feed } from '../../live/feed';
import type { Database } from '../../store/database';
import { hasPendingMigrations } from '../../store/schema/migrate';

/** How long a look at the database may take before it counts as out of reach, in milliseconds. */
const PATIENCE = 2_000;

type Part = 'database' | 'migrations' | 'keys' | 'draining';

export interface Parts {
  readonly database: Database;
  readonly feed: Feed;
  /** Whether tokens can be verified. Looks for the keys where they are not there. */
  readonly hasKeys: () => Promise<boolean>;
  readonly isDraining: () => boolean;
}

/**
 * `/healthz`: the process answers. `/readyz`: it can do its work, or which parts are missing (O3, O4). Without Redis everything
 * is done and some of it later, so that it is told of and keeps no traffic away.
 */
export function registerHealth(app: FastifyInstance, { database, feed, hasKeys, isDraining }: Parts): void {
  let migrated = false;
  const isMissing = (look: Promise<unknown>) =>
    Promise.race([look.then((found) => found === false), delay(PATIENCE, true, { ref: false })]).catch(() => true);

  /** Whether migrations are pending is not to be known while the database is away. */
  const missingInDatabase = async (): Promise<Part[]> => {
    if (await isMissing(database.reader.rows('SELECT 1 AS one'))) return ['database'];
    // Once there is nothing pending there never will be, in this process.
    migrated ||= !(await hasPendingMigrations(database).catch(() => true));
    return migrated ? [] : ['migrations'];
  };

  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const [inDatabase, noKeys] = await Promise.all([missingInDatabase(), isMissing(hasKeys())]);
    const missing: Part[] = [
      ...(isDraining() ? ['draining' as const] : []),
      ...inDatabase,
      ...(noKeys ? ['keys' as const] : []),
    ];
    const degraded = feed.isDegraded() ? { degraded: ['redis'] } : {};
    return missing.length > 0
      ? reply.code(503).send({ status: 'not ready', missing, ...degraded })
      : reply.send({ status: 'ready', ...degraded });
  });
}
