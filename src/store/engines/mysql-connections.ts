import type mysql from 'mysql2';
import { Unavailable } from '../../domain/refusals';
import type { Value } from '../database';
import { withDatabaseNow } from '../database-clock';
import { isLost, isNotPrepared, isWrongServer, ReadOnlyServer } from './mysql-errors';

/** How long a connection counts as leading to a writable server: as long as access that was read holds (A8). */
const CHECK_HOLDS_FOR = 250;

/** How long the check may take, in milliseconds. A connection that a middlebox has forgotten answers nothing for ever. */
const MOST_FOR_CHECK = 2_000;

/** New connections that are tried before the server counts as away. */
const MOST_TRIES = 3;

/** One connection, for as long as somebody uses it. */
export interface Connection {
  readonly query: <Result>(sql: string, values?: readonly Value[]) => Promise<Result>;
  /** As `query`, by a statement that the server keeps prepared where it has room. */
  readonly execute: <Result>(sql: string, values: readonly Value[]) => Promise<Result>;
}

export interface ConnectionOptions {
  /** How long a statement may take, in milliseconds. */
  readonly statementTimeout: number;
  readonly onStatement?: ((sql: string) => void) | undefined;
  readonly clockAhead?: (() => number) | undefined;
}

/**
 * The connections of a pool, as they may be used: each leads to a server that takes changes, each statement ends in time, and a
 * connection of which that is not sure is closed.
 */
export class Connections {
  private readonly openedAt = new WeakMap<object, number>();
  private readonly checkedAt = new WeakMap<object, number>();
  /** Connections that were opened before are closed: one of them led nowhere, and so may the others. */
  private doubtedBefore = 0;

  constructor(
    private readonly pool: mysql.Pool,
    private readonly options: ConnectionOptions,
  ) {
    pool.on('connection', (connection) => this.openedAt.set(connection, performance.now()));
  }

  /** Lends a connection to `work`. Throws what `work` throws, or what opening and checking a connection throw. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.take();
    try {
      return await work({
        query: (sql, values) => this.send(connection, 'query', sql, values),
        execute: async <Result>(sql: string, values: readonly Value[]) => {
          try {
            return await this.send<Result>(connection, 'execute', sql, values);
          } catch (error) {
            if (!isNotPrepared(error)) throw error;
            // Else the driver goes on with what the server no longer knows.
            connection.unprepare(withDatabaseNow('mysql', sql, this.options.clockAhead));
            return this.send<Result>(connection, 'query', sql, values);
          }
        },
      });
    } catch (error) {
      if (isWrongServer(error)) this.doubtAll();
      if (isWrongServer(error) || isLost(error)) connection.destroy();
      throw error;
    } finally {
      // Nothing comes of it where the connection was closed.
      connection.release();
    }
  }

  private async take(): Promise<mysql.PoolConnection> {
    for (let tries = 1; ;) {
      const connection = await new Promise<mysql.PoolConnection>((resolve, reject) =>
        this.pool.getConnection((error, got) => (error ? reject(error) : resolve(got))),
      );
      if ((this.openedAt.get(connection) ?? 0) < this.doubtedBefore) {
        connection.destroy();
        continue;
      }
      try {
        if (!this.isChecked(connection)) await this.check(connection);
        return connection;
      } catch (error) {
        connection.destroy();
        this.doubtAll();
        if (tries++ === MOST_TRIES) throw error;
      }
    }
  }

  private isChecked(connection: mysql.PoolConnection): boolean {
    return performance.now() - (this.checkedAt.get(connection) ?? -Infinity) <= CHECK_HOLDS_FOR;
  }

  /** A Galera node that has left its cluster refuses the question itself. */
  private async check(connection: mysql.PoolConnection): Promise<void> {
    const askedAt = performance.now();
    const [row] = await this.limited<Record<string, unknown>[]>(
      connection,
      'query',
      'SELECT @@global.read_only AS whole, @@global.innodb_read_only AS engine',
      [],
      MOST_FOR_CHECK,
    );
    const isOff = (value: unknown) => ['0', 'OFF'].includes(String(value).toUpperCase());
    if (!isOff(row?.whole) || !isOff(row?.engine)) throw new ReadOnlyServer('The server is read-only.');
    this.checkedAt.set(connection, askedAt);
  }

  private doubtAll(): void {
    this.doubtedBefore = performance.now();
  }

  private send<Result>(
    connection: mysql.PoolConnection,
    how: 'query' | 'execute',
    sql: string,
    values: readonly Value[] = [],
  ): Promise<Result> {
    this.options.onStatement?.(sql);
    const completed = withDatabaseNow('mysql', sql, this.options.clockAhead);
    return this.limited(connection, how, completed, values, this.options.statementTimeout);
  }

  /** Closes the connection if the response is late: it would be taken for the response to the next statement. */
  private limited<Result>(
    connection: mysql.PoolConnection,
    how: 'query' | 'execute',
    sql: string,
    values: readonly Value[],
    limit: number,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const isLate = setTimeout(() => {
        connection.destroy();
        this.doubtAll();
        reject(new Unavailable(`The database did not answer a statement within ${limit} milliseconds.`));
      }, limit);
      // Both take the same; their types have no overload in common.
      connection[how as 'query'](sql, [...values], (error, result) => {
        clearTimeout(isLate);
        if (error) reject(error);
        else resolve(result as Result);
      });
    });
  }
}
