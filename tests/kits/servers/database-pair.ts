import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { DatabaseServer } from './database-server';

/** How long the standby may take to have all that the primary has, in seconds. */
const MOST_LAG = 30;

/** Not root, because the server reserves a connection for root that others need. */
const REPLICA = 'replica';

/** Of the primary's log. */
const FROM_THE_BEGINNING = '';

/** Two database servers: the primary takes changes, and the standby repeats them and is read-only, until they change places. */
export class DatabasePair {
  private constructor(private servers: { readonly primary: DatabaseServer; readonly standby: DatabaseServer }) {}

  static async in(folder: string): Promise<DatabasePair> {
    const server = (id: number) => {
      const own = join(folder, `database-${id}`);
      mkdirSync(own);
      return DatabaseServer.in(own, [`--server-id=${id}`, '--log-bin', '--log-slave-updates', '--binlog-format=ROW']);
    };
    return new DatabasePair({ primary: await server(1), standby: await server(2) });
  }

  get primary(): DatabaseServer {
    return this.servers.primary;
  }

  get standby(): DatabaseServer {
    return this.servers.standby;
  }

  async start(): Promise<void> {
    await Promise.all([this.primary.process.start(), this.standby.process.start()]);
    await this.primary.asRoot(async (root) => {
      for (const host of ['127.0.0.1', 'localhost']) {
        await root.query(`CREATE USER ${REPLICA}@'${host}'`);
        await root.query(`GRANT REPLICATION SLAVE ON *.* TO ${REPLICA}@'${host}'`);
      }
    });
    await this.standby.asRoot((root) => follow(root, this.primary, FROM_THE_BEGINNING));
    await this.primary.makeDatabase();
  }

  /** The primary takes no more changes. Resolves once the standby has all that it has. */
  async stopChanges(): Promise<void> {
    const position = await this.primary.asRoot(async (root) => {
      await root.query('SET GLOBAL read_only = 1');
      return positionOf(root);
    });
    await this.standby.asRoot(async (root) => {
      const [rows] = await root.query<RowDataPacket[]>('SELECT MASTER_GTID_WAIT(?, ?) AS outcome', [
        position,
        MOST_LAG,
      ]);
      if (rows[0]?.outcome !== 0) throw new Error(`The standby has not all of ${position}: ${await stateOf(root)}`);
    });
  }

  /** The standby is the primary from now on. The other stays as it is: up, read-only, and soon out of date. */
  async promote(): Promise<void> {
    await this.standby.asRoot(async (root) => {
      await root.query('STOP SLAVE');
      await root.query('RESET SLAVE ALL');
      await root.query('SET GLOBAL read_only = 0');
    });
    this.servers = { primary: this.standby, standby: this.primary };
  }

  /** The standby takes in what it has missed, and repeats changes from now on. */
  async rejoin(): Promise<void> {
    await this.standby.asRoot(async (root) => follow(root, this.primary, await positionOf(root)));
  }
}

async function positionOf(root: Connection): Promise<string> {
  const [rows] = await root.query<RowDataPacket[]>('SELECT @@GLOBAL.gtid_binlog_pos AS position');
  return String(rows[0]?.position);
}

async function follow(root: Connection, primary: DatabaseServer, position: string): Promise<void> {
  await root.query('SET GLOBAL read_only = 1');
  await root.query('SET GLOBAL gtid_slave_pos = ?', [position]);
  await root.query(
    `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${primary.port}, MASTER_USER = '${REPLICA}', MASTER_CONNECT_RETRY = 1,
     MASTER_USE_GTID = slave_pos`,
  );
  await root.query('START SLAVE');
}

/** What a server says of what it repeats, in words. */
async function stateOf(root: Connection): Promise<string> {
  const [rows] = await root.query<RowDataPacket[]>('SHOW SLAVE STATUS');
  const { Last_IO_Error, Last_SQL_Error, Slave_IO_State } = (rows[0] ?? {}) as Record<string, string>;
  return [Slave_IO_State, Last_IO_Error, Last_SQL_Error].join(' / ');
}
