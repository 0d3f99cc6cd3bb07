import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { freePort, ServerProcess } from '../processes/server-process';

/** Few enough that one client can take all of them. */
const MOST_CONNECTIONS = 80;

function install(places: readonly string[]): void {
  const made = spawnSync(
    'mariadb-install-db',
    ['--no-defaults', ...places, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`A database server cannot be set up: ${made.stderr || String(made.error)}`);
}

/** A MariaDB server of the suite's own, with accounts for the instances, for the faults that take their connections, and for the administrator. */
export class DatabaseServer {
  private constructor(
    readonly process: ServerProcess,
    readonly port: number,
  ) {}

  /**
   * One that is not started yet, with its files in `folder`, and with more options such as `--ssl-ca=…`. What another one has left
   * there it goes on with.
   */
  static async in(folder: string, options: readonly string[] = []): Promise<DatabaseServer> {
    const places = [`--datadir=${join(folder, 'database')}`, `--tmpdir=${folder}`, `--user=${userInfo().username}`];
    if (!existsSync(join(folder, 'database'))) install(places);
    const port = await freePort();
    const address = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'database.sock')}`];
    const process = new ServerProcess({
      name: `database ${port}`,
      line: ['mariadbd', '--no-defaults', ...places, ...address, `--max-connections=${MOST_CONNECTIONS}`, ...options],
      ready: /ready for connections/,
    });
    return new DatabaseServer(process, port);
  }

  /** How the instances name the database. */
  get url(): string {
    return `mysql://service@127.0.0.1:${this.port}/faults`;
  }

  async makeDatabase(): Promise<void> {
    await this.asRoot(async (root) => {
      await root.query('CREATE DATABASE faults');
      // Rows that weigh nothing in the laws, and much where the server chooses the victim of a deadlock.
      await root.query('CREATE DATABASE beside');
      await root.query('CREATE TABLE beside.weights (weight INT NOT NULL)');
      // As 127.0.0.1 or, where the server looks names up, as localhost. Root alone has a connection of its own when all are taken.
      for (const host of ['127.0.0.1', 'localhost']) {
        await root.query(`CREATE USER service@'${host}'`);
        await root.query(`CREATE USER many@'${host}'`);
        await root.query(`GRANT ALL PRIVILEGES ON faults.* TO service@'${host}'`);
      }
    });
  }

  async asRoot<T>(work: (root: Connection) => Promise<T>): Promise<T> {
    const root = await createConnection({ host: '127.0.0.1', port: this.port, user: 'root' });
    // A connection that is lost is told of by the statement that finds it so.
    root.on('error', () => undefined);
    try {
      return await work(root);
    } finally {
      root.destroy();
    }
  }

  /** Who is connected and what they are at, in words. */
  doings(): Promise<string> {
    return this.asRoot(async (root) => {
      const [rows] = await root.query<RowDataPacket[]>('SHOW FULL PROCESSLIST');
      return rows.map((row) => JSON.stringify(row)).join('\n');
    });
  }

  /** The instance that adds to the feed of host events; null if none does. */
  leaseHolder(): Promise<string | null> {
    return this.asRoot(async (root) => {
      const [rows] = await root.query<RowDataPacket[]>("SELECT holder FROM faults.leases WHERE name = 'host-events'");
      return (rows[0]?.holder as string | null | undefined) ?? null;
    });
  }

  /** Whether deliveries to the receiver of webhooks have a place in the feed to go on from. */
  hasReceiver(): Promise<boolean> {
    return this.asRoot(async (root) => {
      const [rows] = await root.query<RowDataPacket[]>('SELECT position FROM faults.webhook_positions');
      return rows.length > 0;
    });
  }

  /** Whether nothing is due within so many milliseconds. */
  hasNothingDue(within: number): Promise<boolean> {
    return this.asRoot(async (root) => {
      const due = 'SELECT id FROM faults.organizations WHERE due_at < ? LIMIT 1';
      const [rows] = await root.query<RowDataPacket[]>(due, [Date.now() + within]);
      return rows.length === 0;
    });
  }

  async deadlocks(root: Connection): Promise<number> {
    const [rows] = await root.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'");
    return Number(rows[0]?.Value ?? 0);
  }

  /** Adds connections to `taken` until none is left. */
  async takeAllConnections(taken: Connection[]): Promise<void> {
    try {
      for (;;) {
        const connection = await createConnection({ host: '127.0.0.1', port: this.port, user: 'many' });
        connection.on('error', () => undefined);
        taken.push(connection);
      }
    } catch (error) {
      if ((error as { code?: string }).code !== 'ER_CON_COUNT_ERROR') throw error;
    }
  }
}
