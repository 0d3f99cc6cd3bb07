import mysql from 'mysql2';
import { DataSource } from 'typeorm';
import { Unavailable } from '../../domain/refusals';
import type { Database, DatabaseOptions, Line, NewRows, PlainReader, Reader, Writer } from '../database';
import { migrations } from '../schema/migrations';
import { tables } from '../schema/tables';
import { inTime } from './in-time';
import { inTransaction } from './in-transaction';
import type { MysqlAddress } from './mysql-address';
import { type Connection, Connections } from './mysql-connections';
import { isConflict, isLocked, isLost, isWrongServer, unavailableUnlessOurs, unlessUnreachable } from './mysql-errors';
import { retryConflicts } from './retry';
import { RowLocks } from './row-locks';
import { BoundedQueue, USUAL_QUEUE } from './bounded-queue';

const DEFAULT_POOL_SIZE = 10;
/** One in so many connections may wait for locks; as many at least are kept from transactions, where there is more than one. */
const SHARES = 5;
const DEFAULT_STATEMENT_TIMEOUT = 15_000;

/**
 * READ COMMITTED: everything that a change depends on is behind the organization's lock, and the stricter default only adds
 * gap locks, by which two organizations that add the same new user would deadlock. A connection waits two seconds for a lock, and
 * is then given back: MySQL's fifty are longer than any caller waits. The strict mode refuses what does not fit rather than cutting it off.
 */
const SESSION = [
  // A server may skip what the handshake says of characters (`skip-character-set-client-handshake`).
  'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
  // What the service asks of the server's clock is in UTC, without an hour that comes twice.
  "SET SESSION time_zone = '+00:00'",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION autocommit = 1, innodb_lock_wait_timeout = 2, sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
];

/** On each connection; all clients of a server share 16,382 by default. */
const MOST_PREPARED = 50;

/** Sooner than a middlebox forgets a connection, in milliseconds. */
const KEEP_ALIVE_AFTER = 10_000;

/** Dead connections of a lost server are noticed one by one. So many tries get past them. */
const MOST_TRIES = 3;

export function mysqlDataSource(
  address: MysqlAddress,
  poolSize = DEFAULT_POOL_SIZE,
  type: 'mysql' | 'mariadb' = 'mysql',
): DataSource {
  return new DataSource({
    type,
    driver: { ...mysql, createPool: createPreparedPool },
    host: address.host,
    port: address.port,
    ...(address.socketPath !== undefined && { socketPath: address.socketPath }),
    username: address.user,
    password: address.password,
    database: address.database,
    ssl: address.tls,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    // Counts and times are numbers below 2^53; as strings they would sort and compare wrong.
    supportBigNumbers: true,
    bigNumberStrings: false,
    poolSize,
    // A stack trace for each statement costs more than most statements do.
    trace: false,
    connectTimeout: 5_000,
    entities: tables('mysql'),
    migrations,
    // DDL commits by itself on MySQL, so that a transaction around it would promise what it can't keep.
    migrationsTransactionMode: 'none',
  });
}

export async function openMysql(address: MysqlAddress, options: DatabaseOptions): Promise<Database> {
  const dataSource = mysqlDataSource(address, options.poolSize);
  const statementTimeout = options.statementTimeout ?? DEFAULT_STATEMENT_TIMEOUT;
  await inTime(statementTimeout, unlessUnreachable(dataSource.initialize()));
  await inTime(statementTimeout, refuseStatementLog(dataSource));

  // Past TypeORM, which has a runner to make, to ask and to release around each statement.
  const { pool } = dataSource.driver as unknown as { pool: mysql.Pool };
  const connections = new Connections(pool, {
    statementTimeout,
    onStatement: options.onStatement,
    clockAhead: options.clockAhead,
  });
  const poolSize = options.poolSize ?? DEFAULT_POOL_SIZE;
  const queue = options.queue ?? USUAL_QUEUE;
  // In front of the pool, whose own queue has neither a bound nor a timeout.
  const connectionQueue = new BoundedQueue(poolSize, queue);
  const share = Math.floor(poolSize / SHARES);
  // What an insert may have to wait for is not to be known before: whatever transactions wait for, some connections are for reads.
  const writers = new BoundedQueue(Math.max(1, poolSize - Math.max(1, share)), queue);
  const lines = new BoundedQueue(poolSize + queue.most, queue, 1);
  const locks = new RowLocks(share);
  const locked = { isLocked, timeout: queue.timeout };
  const onConnection = <T>(work: (connection: Connection) => Promise<T>, askedBy: string | null = null) =>
    connectionQueue.run(() => connections.use(work), askedBy);

  const readerFor = (askedBy: string | null): PlainReader => ({
    rows: (sql, values) => onNextConnection(() => onConnection(({ query }) => query(sql, values), askedBy)),
    prepared: (sql, values) => onNextConnection(() => onConnection(({ execute }) => execute(sql, values), askedBy)),
  });

  const attempt = <T>(work: (writer: Writer) => Promise<T>, line: Line | null, release: () => void) => {
    let hasBegun = false;
    const begin = (connection: Connection) =>
      inTransaction(
        writerOn(connection, locks, line),
        'START TRANSACTION',
        (writer) => {
          hasBegun = true;
          return work(writer);
        },
        (commit) => {
          release();
          return locks.committing(line, commit);
        },
      );
    return onNextConnection(
      () => writers.run(() => onConnection(begin, line), line),
      // Once it has begun nobody knows whether a lost COMMIT was done: the caller decides whether to repeat. A server that takes no
      // changes has made none.
      (error) => isWrongServer(error) || !hasBegun,
    );
  };

  const inLine = <T>(work: (release: () => void) => Promise<T>, line: Line | null) =>
    line === null ? work(() => undefined) : lines.run(work, line);

  const onSnapshot = <T>(work: (reader: Reader) => Promise<T>) =>
    onConnection(async (connection) => {
      const writer = writerOn(connection, locks, null);
      // For the next transaction only. The connection's other transactions keep the session's level.
      await writer.run('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      return inTransaction(writer, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', work);
    });

  const reader = readerFor(null);
  return {
    engine: 'mysql',
    dataSource,
    reader,
    readerFor,
    transaction: (work, line = null) =>
      inLine((release) => retryConflicts(() => attempt(work, line, release), isConflict, locked), line),
    // Not retried, because a repeated `work` would report its results twice.
    snapshot: (work) =>
      onNextConnection(
        () => onSnapshot(work),
        () => false,
      ),
    ping: async () => {
      await reader.rows('SELECT 1 AS one');
    },
    load: () => ({
      running: connectionQueue.load().running,
      waiting: [connectionQueue, writers, lines].reduce((sum, each) => sum + each.load().waiting, 0),
    }),
    close: () => dataSource.destroy(),
  };
}

function writerOn(connection: Connection, locks: RowLocks, line: Line | null): Writer {
  const { query } = connection;
  return {
    rows: (sql, values) => query(sql, values),
    lock: (sql, values) => locks.lock(connection, line, sql, values),
    run: async (sql, values) => (await query<mysql.ResultSetHeader>(sql, values)).affectedRows,
    insert: async (rows) => {
      await query(insertStatement(rows), rows.rows.flat());
    },
  };
}

function insertStatement({ table, columns, rows, whereThere }: NewRows): string {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows.map(() => row).join(', ')}`;
  if (!whereThere) return insert;
  // MariaDB does not know MySQL's newer name for the row.
  return `${insert} ON DUPLICATE KEY UPDATE ${whereThere.set((column) => `VALUES(${column})`)}`;
}

/** A server that logs statements for its replicas refuses to write at READ COMMITTED. Throws `Unavailable` if it does. */
async function refuseStatementLog(dataSource: DataSource): Promise<void> {
  const rows = await dataSource.query<{ Variable_name: string; Value: string }[]>(
    "SHOW VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format')",
  );
  const value = (name: string) => rows.find(({ Variable_name }) => Variable_name === name)?.Value.toUpperCase();
  if (value('log_bin') !== 'ON' || value('binlog_format') !== 'STATEMENT') return;
  await dataSource.destroy();
  throw new Unavailable('Its server writes the binary log by statement: set binlog_format to ROW or MIXED there.');
}

/**
 * The data source that compares schemas: it must know whose server this is. MariaDB says `NULL` of a column without a
 * default, and what knows MySQL alone would find every nullable column changed. Statements of ours run the same on both.
 */
export async function mysqlSchemaDataSource(address: MysqlAddress): Promise<DataSource> {
  const asking = await mysqlDataSource(address, 1).initialize();
  try {
    const [row] = await asking.query<{ version: string }[]>('SELECT VERSION() AS version');
    return mysqlDataSource(address, DEFAULT_POOL_SIZE, /mariadb/i.test(row?.version ?? '') ? 'mariadb' : 'mysql');
  } finally {
    await asking.destroy();
  }
}

/** TypeORM has no option for session settings; mysql2's pool tells of each new connection before anything runs on it. */
function createPreparedPool(options: mysql.PoolOptions): mysql.Pool {
  const pool = mysql.createPool({
    ...options,
    maxPreparedStatements: MOST_PREPARED,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER,
  });
  pool.on('connection', (connection) => {
    for (const statement of SESSION)
      connection.query(statement, (error) => {
        // Not used without its settings; and an error that nobody hears would end the process.
        if (error) connection.destroy();
      });
  });
  return pool;
}

/**
 * Runs `work` again on another connection where the one that it got was lost, or led to a server that takes no changes, and
 * `mayRepeat` says that nothing has come of it. Throws `Unavailable` if the server can't be reached.
 */
async function onNextConnection<T>(
  work: () => Promise<T>,
  mayRepeat: (error: unknown) => boolean = () => true,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if ((isLost(error) || isWrongServer(error)) && mayRepeat(error) && tries < MOST_TRIES) continue;
      throw unavailableUnlessOurs(error);
    }
  }
}
