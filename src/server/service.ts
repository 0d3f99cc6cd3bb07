import type { AddressInfo } from 'node:net';
import { followUpOnAll } from '../actions/directory/follow-up';
import type { Services } from '../actions/services';
import { Unavailable } from '../domain/refusals';
import { buildSchema } from '../graphql/schema';
import type { Database } from '../store/database';
import { openDatabase } from '../store/open-database';
import { migrate } from '../store/schema/migrate';
import { assembleServices } from './assemble-services';
import { claimForDemo, refuseDemoDatabase } from './demo/demo-database';
import { DEMO_OPERATIONS } from './demo/demo-operations';
import { demoGreeting } from './demo/demo-greeting';
import { seedDemo } from './demo/demo-people';
import { registerGraphqlOverHttp } from './graphql/over-http';
import { serveGraphqlOverWebSocket } from './graphql/over-websocket';
import { createApp } from './http/app';
import { registerHealth } from './http/health';
import { createTokenVerifier } from './identity/token-verifier';
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
}

/** How often what an ended process left undone is looked for, in milliseconds. */
const FOLLOW_UP_EVERY = 60_000;

/**
 * Puts the service together and listens. Throws `BadSetting`, with a sentence for the operator, where something has to be
 * changed first.
 */
export async function startService(settings: Settings, probes: ServiceProbes = {}): Promise<RunningService> {
  const database = await openDatabase({
    url: settings.databaseUrl,
    poolSize: settings.databasePoolSize,
    ...(probes.onStatement && { onStatement: probes.onStatement }),
  }).catch((error: unknown) => {
    if (error instanceof Unavailable) throw new BadSetting('DATABASE_URL names a database that cannot be reached.');
    throw error;
  });
  try {
    if (settings.migrateOnStart) await migrate(database);
    return await serve(settings, database, probes.clock ?? Date.now);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function serve(settings: Settings, database: Database, clock: () => number): Promise<RunningService> {
  const demo = settings.tokens ? null : await claimForDemo(database);
  if (!demo && settings.migrateOnStart) await refuseDemoDatabase(database);

  const app = createApp(settings);
  const services = assembleServices(settings, database, clock, (error) =>
    app.log.error({ err: error }, 'Looking for changes failed.'),
  );
  if (demo?.isNew) await seedDemo(services);

  const graphql = {
    schema: buildSchema(),
    services,
    verifier: await createTokenVerifier(settings.tokens ?? { kind: 'secret', secret: demo?.secret ?? '' }),
    report: (error: unknown, reference: string) => app.log.error({ err: error, reference }, 'An operation failed.'),
    production: settings.production,
  };
  let draining = false;
  registerHealth(app, database, () => draining);
  if (!settings.production) await registerWebAssets(app);
  const tabs = demo ? Object.values(DEMO_OPERATIONS).map((query) => ({ query })) : [];
  await registerGraphqlOverHttp(app, { ...graphql, tabs });
  const sockets = serveGraphqlOverWebSocket(app.server, graphql);

  const stopFollowingUp = repeat(
    () => followUpOnAll(services),
    FOLLOW_UP_EVERY,
    (error) => app.log.error({ err: error }, 'Taking up unfinished changes failed.'),
  );
  await app.listen({ port: settings.port, host: settings.host });
  const address = addressOf(app.server.address() as AddressInfo);

  return {
    address,
    services,
    greeting: demo && (await demoGreeting(address, demo.secret)),
    close: async () => {
      draining = true;
      stopFollowingUp();
      await Promise.all([app.close(), sockets.close()]);
      services.watches.close();
      await database.close();
    },
  };
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
