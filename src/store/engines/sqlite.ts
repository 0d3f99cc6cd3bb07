import libsql from 'libsql';
import { DataSource } from 'typeorm';
import type { Database, DatabaseOptions, Writer } from '../database';
import { migrations } from '../schema/migrations';
import { tables } from '../schema/tables';
import { FifoMutex } from './fifo-mutex';
import { inTransaction } from './in-transaction';
import { retryConflicts } from './retry';
import { statementsOn } from './statements';

/** How long a statement waits for another process that is writing, in milliseconds. */
const BUSY_TIMEOUT = 5_000;

/** `readOnly` connections refuse whatever writes: there is one door for that. */
export function sqliteDataSource(path: string, readOnly = false): DataSource {
  return new DataSource({
    type: 'better-sqlite3',
    // libsql speaks better-sqlite3's interface and ships its binaries inside the package.
    driver: libsql,
    database: path,
    enableWAL: true,
    statementCacheSize: 500,
    prepareDatabase: (connection: { exec(sql: string): void }) => {
      // FULL: what was acknowledged must survive a power cut, and WAL's usual NORMAL does not promise that.
      connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA synchronous = FULL;`);
      if (readOnly) connection.exec('PRAGMA query_only = ON');
    },
    entities: tables('sqlite'),
    migrations,
    migrationsTransactionMode: 'each',
  });
}

/**
 * SQLite through TypeORM has one connection for each data source, on which concurrent transactions would run into each
 * other and plain reads would see uncommitted rows. So writes have a connection behind a mutex, and reads one of their own.
 */
export async function openSqlite(path: string, options: DatabaseOptions): Promise<Database> {
  const writing = await sqliteDataSource(path).initialize();
  const reading = await sqliteDataSource(path, true).initialize();
  const writer = statementsOn(writing.createQueryRunner(), options.onStatement);
  const mutex = new FifoMutex();

  // IMMEDIATE takes the write lock at once: a transaction that reads first and then writes could fail half-way.
  const attempt = <T>(work: (writer: Writer) => Promise<T>) =>
    mutex.run(() => inTransaction(writer, 'BEGIN IMMEDIATE', work));

  return {
    engine: 'sqlite',
    dataSource: writing,
    reader: statementsOn(reading.createQueryRunner(), options.onStatement),
    transaction: (work) => retryConflicts(() => attempt(work), isBusy),
    close: async () => {
      await mutex.run(async () => undefined);
      await reading.destroy();
      // So that the one file is all of the database when nobody has it open: the last to close leaves the log beside it.
      // Somebody who still reads is not waited for: that would stop everything in this process.
      await writing.query('PRAGMA busy_timeout = 0');
      await writing.query('PRAGMA wal_checkpoint(TRUNCATE)');
      await writing.destroy();
    },
  };
}

function isBusy(error: unknown): boolean {
  const code = (error as { driverError?: { code?: string } }).driverError?.code;
  return typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'));
}
