import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { Unavailable } from '../../domain/refusals';
import type { Notifier } from '../../notifications/notifier';
import type { Database } from '../../store/database';
import { hasPendingMigrations } from '../../store/schema/migrate';

/** How long a look at the database or the keys may take before they count as out of reach, in milliseconds. */
const TIMEOUT = 2_000;

type Part = 'database' | 'migrations' | 'keys' | 'draining';

export interface Parts {
  readonly database: Database;
  readonly notifier: Notifier;
  /** Whether tokens can be verified. Looks for the keys where they are not there. */
  readonly hasKeys: () => Promise<boolean>;
  readonly isDraining: () => boolean;
  /** Whether the host's receiver does not take what is delivered. */
  readonly areWebhooksFailing: () => boolean;
}

/**
 * `/healthz`: the process answers. `/readyz`: it can do its work, or which parts are missing (O3, O4). Without Redis, or without
 * the host's receiver of webhooks, everything is done and some of it later, so that it is told of and keeps no traffic away.
 */
export function registerHealth(
  app: FastifyInstance,
  { database, notifier, hasKeys, isDraining, areWebhooksFailing }: Parts,
): void {
  let migrated = false;
  let databaseFault: string | null = null;

  /** Why the database can't do its work. Null if it can. The log has a line for each change of that. */
  const lookAtDatabase = async (): Promise<string | null> => {
    const error = await inTime(database.ping()).catch((error: Error) => error);
    const fault = error instanceof Error ? error.message : null;
    if (fault !== databaseFault) {
      if (fault === null) app.log.warn('The database is available again.');
      else app.log.warn({ err: error }, 'The database is not available.');
    }
    databaseFault = fault;
    return fault;
  };

  /** Whether migrations are pending is not to be known while the database is away. */
  const missingInDatabase = async (): Promise<Part[]> => {
    if ((await lookAtDatabase()) !== null) {
      // It may come back as it was before: from a backup, or as another server.
      migrated = false;
      return ['database'];
    }
    // Each time: somebody may drop a database, or restore one, and leave the connections as they are. A look that fails tells nothing new.
    migrated = !(await inTime(hasPendingMigrations(database)).catch(() => !migrated));
    return migrated ? [] : ['migrations'];
  };

  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const [inDatabase, keys] = await Promise.all([missingInDatabase(), inTime(hasKeys()).catch(() => false)]);
    const missing: Part[] = [
      ...(isDraining() ? ['draining' as const] : []),
      ...inDatabase,
      ...(keys ? [] : ['keys' as const]),
    ];
    const late = [...(notifier.isDegraded() ? ['redis'] : []), ...(areWebhooksFailing() ? ['webhooks'] : [])];
    const degraded = late.length > 0 ? { degraded: late } : {};
    return missing.length > 0
      ? reply.code(503).send({ status: 'not ready', missing, ...degraded })
      : reply.send({ status: 'ready', ...degraded });
  });
}

async function inTime<T>(look: Promise<T>): Promise<T> {
  const tooLate = delay(TIMEOUT, null, { ref: false }).then(() => {
    throw new Unavailable(`There was no answer within ${TIMEOUT} milliseconds.`);
  });
  return Promise.race([look, tooLate]);
}
