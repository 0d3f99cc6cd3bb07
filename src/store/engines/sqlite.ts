import libsql from 'libsql';
import { DataSource } from 'typeorm';
import { Unavailable } from '../../domain/refusals';
import type { Database, DatabaseOptions, PlainReader, Reader, Writer } from '../database';
import { migrations } from '../schema/migrations';
import { tables } from '../schema/tables';
import { inTransaction } from './in-transaction';
import { retryConflicts } from './retry';
import { statementsOn } from './statements';
import { Turns, USUAL_QUEUE } from './turns';

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
 * other and plain reads would see uncommitted rows. So writes take turns on a connection, and reads one of their own.
 */
export async function openSqlite(path: string, options: DatabaseOptions): Promise<Database> {
  const writing = await sqliteDataSource(path).initialize();
  const reading = await sqliteDataSource(path, true).initialize();
  const writer = statementsOn(writing.createQueryRunner(), options.onStatement);
  const reads = statementsOn(reading.createQueryRunner(), options.onStatement);
  const statements = new Map<string, libsql.Statement>();
  const { databaseConnection } = reading.driver as unknown as { databaseConnection: libsql.Database };
  // Past TypeORM, whose way to a statement is longer than most statements.
  const prepared = async <Row>(sql: string, values: readonly string[]) => {
    options.onStatement?.(sql);
    const statement = statements.get(sql) ?? databaseConnection.prepare(sql);
    statements.set(sql, statement);
    return statement.all([...values]) as Row[];
  };
  const turns = new Turns(1, options.queue ?? USUAL_QUEUE);

  // IMMEDIATE takes the write lock at once: a transaction that reads first and then writes could fail half-way.
  const attempt = <T>(work: (writer: Writer) => Promise<T>) =>
    turns.run(() => inTransaction(writer, 'BEGIN IMMEDIATE', work));

  // On a connection of its own: what others read meanwhile is not of that moment.
  let snapshots: Promise<DataSource> | null = null;
  const snapshotTurns = new Turns(1, options.queue ?? USUAL_QUEUE);
  const onSnapshot = async <T>(work: (reader: Reader) => Promise<T>) => {
    snapshots ??= sqliteDataSource(path, true).initialize();
    const connection = statementsOn((await snapshots).createQueryRunner(), options.onStatement);
    // The first read takes the snapshot.
    return inTransaction(connection, 'BEGIN', work);
  };

  const reader: PlainReader = {
    rows: <Row>(...of: Parameters<Reader['rows']>) => whileDiskWorks(() => reads.rows<Row>(...of)),
    prepared: <Row>(...of: Parameters<PlainReader['prepared']>) => whileDiskWorks(() => prepared<Row>(...of)),
  };

  return {
    engine: 'sqlite',
    dataSource: writing,
    reader,
    // It reads at once: nobody waits.
    readerFor: () => reader,
    transaction: (work) => whileDiskWorks(() => retryConflicts(() => attempt(work), isBusy)),
    snapshot: (work) => whileDiskWorks(() => snapshotTurns.run(() => onSnapshot(work))),
    load: () => turns.load(),
    close: async () => {
      await turns.idle();
      await snapshotTurns.idle();
      await (await snapshots)?.destroy();
      await reading.destroy();
      // So that the one file is all of the database when nobody has it open: the last to close leaves the log beside it.
      // Somebody who still reads is not waited for: that would stop everything in this process.
      await writing.query('PRAGMA busy_timeout = 0');
      // On a full disk all that has been committed stays in the log, which is read at the next start.
      await writing.query('PRAGMA wal_checkpoint(TRUNCATE)').catch((error: unknown) => {
        if (!isDiskFault(error)) throw error;
      });
      await writing.destroy();
    },
  };
}

function isBusy(error: unknown): boolean {
  return hasCode(error, 'SQLITE_BUSY', 'SQLITE_LOCKED');
}

/** Throws `Unavailable` where there is no room left, or the disk fails: SQLite has undone what it could not write. */
async function whileDiskWorks<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isDiskFault(error) ? new Unavailable('The disk is full, or fails.', { cause: error }) : error;
  }
}

function isDiskFault(error: unknown): boolean {
  return hasCode(error, 'SQLITE_FULL', 'SQLITE_IOERR');
}

/** Extended codes begin with the one that they belong to. TypeORM wraps what the driver throws. */
function hasCode(error: unknown, ...codes: string[]): boolean {
  const { driverError = error } = error as { driverError?: unknown };
  const { code } = driverError as { code?: unknown };
  return typeof code === 'string' && codes.some((one) => code.startsWith(one));
}
