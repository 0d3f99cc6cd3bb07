import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProxy } from '../server-proxy';
import { DatabaseServer } from './database-server';
import { freePort, ServerProcess } from './server-process';

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
        // Whoever stalls asks for much.
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

  /** Whether it says of itself that nothing is missing. */
  async isWell(): Promise<boolean> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}/readyz`, { signal: AbortSignal.timeout(5_000) });
      return JSON.stringify(await response.json()) === '{"status":"ready"}';
    } catch {
      return false;
    }
  }
}

/** A database server, a Redis server and instances of the built service, each a process of its own. */
export interface ServerSet {
  readonly database: DatabaseServer;
  readonly redis: ServerProcess;
  /** Lies between the first of the instances and the database. */
  readonly line: ServerProxy;
  readonly instances: readonly Instance[];
}

/** Starts all of them, with their files in `folder`. What was started is in `started`, also where this rejects. */
export async function startServers(folder: string, count: number, started: ServerProcess[]): Promise<ServerSet> {
  const database = await DatabaseServer.in(folder);
  const redisPort = await freePort();
  const redis = new ServerProcess({
    name: 'Redis',
    line: ['redis-server', '--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    ready: /Ready to accept/,
  });
  started.push(database.process, redis);
  await Promise.all([database.process.start(), redis.start()]);
  await database.makeDatabase();

  const line = await ServerProxy.before(database.url);
  const instances: Instance[] = [];
  for (let i = 0; i < count; i++) {
    const databaseUrl = i === 0 ? line.url : database.url;
    const redisUrl = `redis://127.0.0.1:${redisPort}`;
    instances.push(
      await Instance.in(folder, { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }, () => database.doings()),
    );
  }
  started.push(...instances.map(({ process }) => process));
  for (const { process } of instances) await process.start();
  return { database, redis, line, instances };
}
