import libsql from 'libsql';
import { DataSource } from 'typeorm';
import type { Database, DatabaseOptions, Line, PlainReader, Reader, Writer } from '../database';
import { withDatabaseNow } from '../database-clock';
import { giveWay } from '../give-way';
import { migrations } from '../schema/migrations';
import { tables } from '../schema/tables';
import { commitBeside } from './commit-beside';
import { inTransaction } from './in-transaction';
import { retryConflicts } from './retry';
import { isConflict, isDiskFault, unlessUnavailable, whenUnlocked } from './sqlite-errors';
import { SqliteFile } from './sqlite-file';
import { statementsOn } from './statements';
import { BoundedQueue, USUAL_QUEUE } from './bounded-queue';

interface DataSourceOptions {
  /** Refuses whatever writes: `transaction` is for that. */
  readonly readOnly?: boolean;
  /** How long opening waits for others who have locked the file, in milliseconds. */
  readonly timeout?: number;
  /** How long SQLite itself waits in each statement, in milliseconds. The wait blocks the whole process. */
  readonly blocksFor?: number;
}

/** A command has nothing else to do than to wait. */
const OF_A_COMMAND: DataSourceOptions = { blocksFor: 5_000 };

export function sqliteDataSource(path: string, options: DataSourceOptions = OF_A_COMMAND): DataSource {
  const { readOnly = false, timeout = USUAL_QUEUE.timeout, blocksFor = 0 } = options;
  return new DataSource({
    type: 'better-sqlite3',
    // libsql speaks better-sqlite3's interface and ships its binaries inside the package.
    driver: libsql,
    database: path,
    timeout: blocksFor,
    statementCacheSize: 500,
    prepareDatabase: async (connection: Pick<libsql.Database, 'exec' | 'close'>) => {
      // FULL: what was acknowledged must survive a power cut, and WAL's usual NORMAL does not promise that. The read takes in what a
      // process that was killed has left in the log, which is for one alone to do.
      const begin = `
        PRAGMA synchronous = FULL;
        PRAGMA journal_mode = WAL;
        SELECT name FROM sqlite_master LIMIT 1`;
      await whenUnlocked(async () => connection.exec(begin), timeout).catch((error: unknown) => {
        // TypeORM forgets it.
        connection.close();
        throw error;
      });
      if (readOnly) connection.exec('PRAGMA query_only = ON');
    },
    entities: tables('sqlite'),
    migrations,
    migrationsTransactionMode: 'each',
  });
}

/**
 * SQLite through TypeORM has one connection for each data source, on which concurrent transactions would run into each
 * other and plain reads would see uncommitted rows. So writes share one connection, one after the other, and reads one of their own.
 */
export async function openSqlite(path: string, options: DatabaseOptions): Promise<Database> {
  const file = new SqliteFile(path);
  const opened: DataSource[] = [];
  const close = async () => {
    for (const dataSource of opened.splice(0)) await dataSource.destroy();
    file.close();
  };
  try {
    return await openConnections(path, { file, opened, close }, options);
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opening {
  readonly file: SqliteFile;
  readonly opened: DataSource[];
  readonly close: () => Promise<void>;
}

async function openConnections(path: string, { file, opened, close }: Opening, options: DatabaseOptions) {
  const queue = options.queue ?? USUAL_QUEUE;
  const { timeout } = queue;
  const open = async (readOnly: boolean) => {
    const dataSource = await unlessUnavailable(() => sqliteDataSource(path, { readOnly, timeout }).initialize());
    opened.push(dataSource);
    return dataSource;
  };
  const complete = (sql: string) => withDatabaseNow('sqlite', sql, options.clockAhead);
  const statements = (dataSource: DataSource, before: () => Promise<void> | null = () => null) =>
    statementsOn(dataSource.createQueryRunner(), {
      onStatement: options.onStatement,
      complete,
      around: async (send) => {
        await before();
        return whenUnlocked(send, timeout);
      },
    });

  const writing = await open(false);
  const reading = await open(true);
  file.opened();
  const writer = statements(writing, giveWay);
  const reads = statements(reading);
  const prepared = new Map<string, libsql.Statement>();
  // Past TypeORM, whose way to a statement is longer than most statements.
  const runPrepared = <Row>(asked: string, values: readonly string[]) => {
    options.onStatement?.(asked);
    const sql = complete(asked);
    return whenUnlocked(async () => {
      const statement = prepared.get(sql) ?? driverOf(reading).prepare(sql);
      prepared.set(sql, statement);
      return statement.all([...values]) as Row[];
    }, timeout);
  };

  const commit = () => {
    options.onStatement?.('COMMIT');
    return whenUnlocked(() => commitBeside(driverOf(writing)), timeout);
  };
  const writerQueue = new BoundedQueue(1, queue);
  const attempt = <T>(work: (writer: Writer) => Promise<T>, line: Line | null) =>
    writerQueue.run(async () => {
      file.requirePresent();
      // IMMEDIATE takes the write lock at once: a transaction that reads first and then writes could fail half-way.
      const result = await inTransaction(
        writer,
        'BEGIN IMMEDIATE',
        async (onWriter) => {
          const result = await work(onWriter);
          file.log.mark((sql) => driverOf(writing).exec(sql));
          return result;
        },
        commit,
      );
      file.log.committed();
      return result;
    }, line);

  // On its own connection, because other reads must not see that moment.
  let snapshots: DataSource | null = null;
  const snapshotQueue = new BoundedQueue(1, queue);
  const onSnapshot = async <T>(work: (reader: Reader) => Promise<T>) => {
    file.requirePresent();
    snapshots ??= await open(true);
    // The first read takes the snapshot.
    return inTransaction(statements(snapshots, giveWay), 'BEGIN', work);
  };

  const read = <T>(work: () => Promise<T>) =>
    unlessUnavailable(async () => {
      file.requirePresentLately();
      return work();
    });
  const reader: PlainReader = {
    rows: <Row>(...of: Parameters<Reader['rows']>) => read(() => reads.rows<Row>(...of)),
    prepared: <Row>(...of: Parameters<PlainReader['prepared']>) => read(() => runPrepared<Row>(...of)),
  };

  const database: Database = {
    engine: 'sqlite',
    dataSource: writing,
    reader,
    // It reads at once: nobody waits.
    readerFor: () => reader,
    transaction: (work, line = null) => unlessUnavailable(() => retryConflicts(() => attempt(work, line), isConflict)),
    snapshot: (work) => unlessUnavailable(() => snapshotQueue.run(() => onSnapshot(work))),
    ping: () =>
      read(async () => {
        file.requirePresent();
        file.requireWritable();
        file.log.requireOwn();
        await reads.rows('SELECT name FROM sqlite_master LIMIT 1');
      }),
    load: () => writerQueue.load(),
    close: async () => {
      await writerQueue.idle();
      await snapshotQueue.idle();
      for (const dataSource of opened.splice(1).reverse()) await dataSource.destroy();
      // So that the one file is all of the database when nobody has it open: the last to close leaves the log beside it.
      // Somebody who still reads is not waited for, but for a change that began in the meantime. On a full disk all that has been committed
      // stays in the log, which is read at the next start.
      await writerQueue.run(() =>
        writing.query('PRAGMA wal_checkpoint(TRUNCATE)').catch((error: unknown) => {
          if (!isDiskFault(error)) throw error;
        }),
      );
      await close();
    },
  };
  return database;
}

function driverOf(dataSource: DataSource): libsql.Database {
  return (dataSource.driver as unknown as { databaseConnection: libsql.Database }).databaseConnection;
}
