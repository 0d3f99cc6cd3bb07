import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../store/database';
import { hasPendingMigrations } from '../../store/schema/migrate';

/** How long a look at the database may take before it counts as out of reach, in milliseconds. */
const PATIENCE = 2_000;

type Part = 'database' | 'migrations' | 'draining';

/** `/healthz`: the process answers. `/readyz`: it can do its work, or which part is missing (O3, O4). */
export function registerHealth(app: FastifyInstance, database: Database, isDraining: () => boolean): void {
  let migrated = false;

  const missingPart = async (): Promise<Part | null> => {
    if (isDraining()) return 'draining';
    const isMissing = (look: Promise<unknown>) =>
      Promise.race([look.then(() => false), delay(PATIENCE, true, { ref: false })]).catch(() => true);
    if (await isMissing(database.reader.rows('SELECT 1 AS one'))) return 'database';
    // Once there is nothing pending there never will be, in this process.
    migrated ||= !(await hasPendingMigrations(database).catch(() => true));
    return migrated ? null : 'migrations';
  };

  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const missing = await missingPart();
    return reply.code(missing ? 503 : 200).send(missing ? { status: 'not ready', missing } : { status: 'ready' });
  });
}
