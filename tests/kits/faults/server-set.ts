import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProxy } from '../servers/server-proxy';
import { DatabasePair } from '../servers/database-pair';
import type { DatabaseServer } from '../servers/database-server';
import { freePort, ServerProcess } from '../processes/server-process';

/** Signs the tokens of a run. */
export const SECRET = 'a secret of at least thirty-two bytes, for faults';

/** Changes that a subscriber may leave untaken: few enough that one that stalls is cut off while a run lasts. */
export const SUBSCRIBER_BACKLOG = 100;

/** An instance of the built service, whose clock can be made to jump. */
export class Instance {
  private constructor(
    readonly process: ServerProcess,
    readonly port: number,
    private readonly clockFile: string,
  ) {}

  static async in(folder: string, environment: NodeJS.ProcessEnv, circumstances = async () => ''): Promise<Instance> {
    const port = await freePort();
    const clockFile = join(folder, `clock-${port}`);
    writeFileSync(clockFile, '0');
    const process_ = new ServerProcess({
      name: `instance ${port}`,
      line: [process.execPath, '-r', join(__dirname, 'shifted-clock.cjs'), 'dist/src/main.js'],
      environment: {
        PORT: String(port),
        HOST: '127.0.0.1',
        AUTH_JWT_SECRET: SECRET,
        // A few users ask here as often as many do in life.
        USER_RATE_LIMIT: '1000000000',
        ADDRESS_RATE_LIMIT: '1000000000',
        SUBSCRIBER_BACKLOG: String(SUBSCRIBER_BACKLOG),
        // Stalled subscribers request much.
        OPERATION_COST_LIMIT: '1000000',
        LOG_LEVEL: 'error',
        FAULTS_CLOCK: clockFile,
        ...environment,
      },
      ready: /listens at/,
      notNow: /is not available|cannot be opened|Too many others/,
      circumstances,
    });
    return new Instance(process_, port, clockFile);
  }

  /** From now on its clock is off by so many milliseconds. */
  shiftClock(milliseconds: number): void {
    writeFileSync(this.clockFile, String(milliseconds));
    this.process.signal('SIGUSR2');
  }

  /** Whether it says of itself that nothing is missing, but for a receiver of webhooks. */
  async isWell(): Promise<boolean> {
    return this.isWellBy(await this.readiness());
  }

  isWellBy(readiness: string): boolean {
    return ['{"status":"ready"}', '{"status":"ready","degraded":["webhooks"]}'].includes(readiness);
  }

  /** Whether it says that nothing is missing and all webhooks are accepted. */
  async isDelivering(): Promise<boolean> {
    return (await this.readiness()) === '{"status":"ready"}';
  }

  /** What it says of itself; nothing if it does not answer. */
  async readiness(): Promise<string> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}/readyz`, { signal: AbortSignal.timeout(5_000) });
      return JSON.stringify(await response.json());
    } catch {
      return '';
    }
  }
}

/** Two database servers, a Redis server and instances of the built service, each a process of its own. */
export interface ServerSet {
  readonly databases: DatabasePair;
  /** The one of the two that takes changes. */
  readonly database: DatabaseServer;
  readonly redis: ServerProcess;
  readonly instances: readonly Instance[];
  /** What lies between each instance and the database. */
  readonly lines: readonly ServerProxy[];
}

/**
 * Starts all of them, with their files in `folder`. What was started is in `started`, also where this rejects.
 *
 * @param settings of each instance besides.
 */
export async function startServers(
  folder: string,
  count: number,
  started: ServerProcess[],
  settings: NodeJS.ProcessEnv,
): Promise<ServerSet> {
  const databases = await DatabasePair.in(folder);
  const redisPort = await freePort();
  const redis = new ServerProcess({
    name: 'Redis',
    line: ['redis-server', '--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    ready: /Ready to accept/,
  });
  started.push(databases.primary.process, databases.standby.process, redis);
  await Promise.all([databases.start(), redis.start()]);

  const lines: ServerProxy[] = [];
  const instances: Instance[] = [];
  for (let i = 0; i < count; i++) {
    const line = await ServerProxy.before(databases.primary.url);
    const environment = { ...settings, DATABASE_URL: line.url, REDIS_URL: `redis://127.0.0.1:${redisPort}` };
    lines.push(line);
    instances.push(await Instance.in(folder, environment, () => databases.primary.doings()));
  }
  started.push(...instances.map(({ process }) => process));
  for (const { process } of instances) await process.start();
  return {
    databases,
    get database() {
      return databases.primary;
    },
    redis,
    instances,
    lines,
  };
}
