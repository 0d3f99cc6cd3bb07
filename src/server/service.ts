import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { followUpOnAll } from '../actions/directory/follow-up';
import type { Services } from '../actions/services';
import type { Catalog } from '../domain/billing/catalog';
import { Unavailable } from '../domain/refusals';
import { buildSchema } from '../graphql/schema';
import type { Database } from '../store/database';
import { openDatabase } from '../store/open-database';
import { hasPendingMigrations, migrate } from '../store/schema/migrate';
import { assembleServices } from './assemble-services';
import { claimForDemo, refuseDemoDatabase } from './demo/demo-database';
import { DEMO_OPERATIONS } from './demo/demo-operations';
import { demoGreeting } from './demo/demo-greeting';
import { fillDemo } from './demo/demo-people';
import { registerGraphqlOverHttp } from './graphql/over-http';
import { serveGraphqlOverWebSocket } from './graphql/over-websocket';
import { createApp } from './http/app';
import { registerHealth } from './http/health';
import { createTokenVerifier } from './identity/token-verifier';
import { readCatalog } from './read-catalog';
import { repeat } from './repeat';
import { BadSetting, type Settings } from './settings';
import { registerWebAssets } from './web/register-web-assets';

export interface RunningService {
  /** Where it listens: `http://host:port`. */
  readonly address: string;
  /** What its operations stand on. */
  readonly services: Services;
  /** What the demo has to say; null where this is not the demo. */
  readonly greeting: string | null;
  /** Stops as O4 has it: not ready at once, running operations finish, sockets are closed with 1001. */
  close(): Promise<void>;
}

/** What tests may watch or set; the service runs the same without. */
export interface ServiceProbes {
  readonly clock?: () => number;
  readonly onStatement?: (sql: string) => void;
  /** Takes the log's lines, which else go to standard output. */
  readonly onLogLine?: (line: string) => void;
}

/** How long requests that are under way may take at shutdown, in milliseconds; O4 has ten seconds for everything. */
const CONNECTIONS_GRACE = 6_000;

/** How often what an ended process left undone is looked for, in milliseconds. */
const FOLLOW_UP_EVERY = 60_000;

/**
 * Puts the service together and listens. Throws `BadSetting`, with a sentence for the operator, where something has to be
 * changed first.
 */
export async function startService(settings: Settings, probes: ServiceProbes = {}): Promise<RunningService> {
  const catalog = await readCatalog(settings.catalogFile);
  const database = await openDatabase({
    url: settings.databaseUrl,
    poolSize: settings.databasePoolSize,
    ...(probes.onStatement && { onStatement: probes.onStatement }),
  }).catch((error: unknown) => {
    if (error instanceof Unavailable) throw new BadSetting('DATABASE_URL names a database that cannot be reached.');
    // A driver's message says what is wrong (no such database, no access, no such folder) and holds no password.
    throw new BadSetting(`DATABASE_URL names a database that cannot be opened: ${(error as Error).message}.`);
  });
  try {
    if (settings.migrateOnStart) await migrate(database);
    return await serve(settings, catalog, database, probes);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function serve(
  settings: Settings,
  catalog: Catalog,
  database: Database,
  probes: ServiceProbes,
): Promise<RunningService> {
  const demoSecret = await secretOfDemo(settings, database);

  const app = createApp(settings, probes.onLogLine);
  const services = assembleServices(settings, database, catalog, probes.clock ?? Date.now, (error) =>
    app.log.error({ err: error }, 'Looking for changes failed.'),
  );
  if (demoSecret !== null) await fillDemo(services);

  const graphql = {
    schema: buildSchema(),
    services,
    verifier: await createTokenVerifier(settings.tokens ?? { kind: 'secret', secret: demoSecret ?? '' }),
    report: (error: unknown, reference: string) => app.log.error({ err: error, reference }, 'An operation failed.'),
    production: settings.production,
  };
  let draining = false;
  registerHealth(app, database, () => draining);
  // A connection that is kept alive after the last answer would hold up the end until its client lets go.
  app.addHook('onSend', async (_request, reply) => {
    if (draining) reply.header('connection', 'close');
  });
  if (!settings.production) await registerWebAssets(app);
  const tabs = demoSecret !== null ? Object.values(DEMO_OPERATIONS).map((query) => ({ query })) : [];
  await registerGraphqlOverHttp(app, { ...graphql, tabs });
  const sockets = serveGraphqlOverWebSocket(app.server, graphql);

  await listen(app, settings);
  const stopFollowingUp = repeat(
    () => followUpOnAll(services),
    FOLLOW_UP_EVERY,
    (error) => app.log.error({ err: error }, 'Taking up unfinished changes failed.'),
  );
  const address = addressOf(app.server.address() as AddressInfo);

  return {
    address,
    services,
    greeting: demoSecret === null ? null : await demoGreeting(address, demoSecret),
    close: async () => {
      draining = true;
      stopFollowingUp();
      // Connections on which nothing was ever asked, or that never finish asking, would hold up the end.
      const impatience = setTimeout(() => app.server.closeAllConnections(), CONNECTIONS_GRACE);
      await Promise.all([app.close(), sockets.close()]);
      clearTimeout(impatience);
      services.watches.close();
      await database.close();
    },
  };
}

/** The demo's secret; null where this is not the demo, and the database is nobody's demo either. */
async function secretOfDemo({ tokens, migrateOnStart }: Settings, database: Database): Promise<string | null> {
  const hasTables = migrateOnStart || !(await hasPendingMigrations(database));
  if (tokens) {
    if (hasTables) await refuseDemoDatabase(database);
    return null;
  }
  if (!hasTables) throw new BadSetting('MIGRATE_ON_START is 0, and the demo needs its tables: npm run migration:run.');
  return claimForDemo(database);
}

/** What keeps a server from listening is the operator's to mend. */
const LISTEN_FAULTS: Record<string, string> = {
  EADDRINUSE: 'PORT names a port that something else listens on already.',
  EACCES: 'PORT names a port that this user may not listen on.',
  EADDRNOTAVAIL: 'HOST names an address that this machine does not have.',
  ENOTFOUND: 'HOST names an address that cannot be found.',
};

async function listen(app: FastifyInstance, { port, host }: Settings): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const fault = LISTEN_FAULTS[(error as NodeJS.ErrnoException).code ?? ''];
    throw fault === undefined ? error : new BadSetting(fault);
  }
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
