import type { DataSource } from 'typeorm';
import type { QueueLimits, QueueLoad } from './engines/bounded-queue';

export type Engine = 'sqlite' | 'mysql';

export type Value = string | number | null;

/** Runs statements that read. `?` is a placeholder for a value. Rows have the column names of the statement. */
export interface Reader {
  rows<Row>(sql: string, values?: readonly Value[]): Promise<Row[]>;
}

/** Reads outside of transactions. */
export interface PlainReader extends Reader {
  /**
   * As `rows`, for a statement of which there are few texts and whose values are texts: the server keeps it prepared, which
   * saves both sides the parsing.
   */
  prepared<Row>(sql: string, values: readonly string[]): Promise<Row[]>;
}

/** Rows of a table, with a value for each of the columns. */
export interface NewRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  /** What becomes of a row whose primary key is there already; without it, that fails. */
  readonly whereThere?: {
    readonly key: readonly string[];
    /** As in `UPDATE`. `inserted` names a column of the row that was to be inserted. */
    readonly set: (inserted: (column: string) => string) => string;
  };
}

/** The row that a transaction locks first. */
export type Line = `${'organization' | 'user' | 'customer'} ${string}`;

/** A transaction's connection. What it reads includes what it wrote. */
export interface Writer extends Reader {
  /** Runs a statement that writes and returns how many rows it touched. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
  /** Inserts rows in one statement, or on SQLite in several that count as one. */
  insert(rows: NewRows): Promise<void>;
  /**
   * Reads rows and keeps them from other writers until the transaction ends. SQLite has one writer at a time, so that its
   * transaction holds everything already; MySQL locks the rows. Where somebody else holds one, the transaction may be tried again.
   */
  lock<Row>(sql: string, values?: readonly Value[]): Promise<Row[]>;
}

/**
 * One database, whichever engine is behind it.
 *
 * All of its functions throw `Unavailable` while the database can't be reached, has too much to do or no room left, and the driver's own error otherwise.
 */
export interface Database {
  readonly engine: Engine;
  /** TypeORM's own view of it, for migrations. */
  readonly dataSource: DataSource;
  readonly reader: PlainReader;
  /** Reads for one caller, in a fair queue with others: a caller with many reads delays only its own. */
  readerFor(askedBy: string): PlainReader;
  /**
   * Runs `work` in a transaction and commits, or rolls back when it throws. A deadlock, a locked row or a snapshot
   * conflict is tried again in a new transaction, within bounds, so `work` must keep nothing from a failed try.
   *
   * @param line Names the row that `work` locks first. Of those with the same name one runs at a time, in order. The others
   * wait in the process, without a connection.
   */
  transaction<T>(work: (writer: Writer) => Promise<T>, line?: Line | null): Promise<T>;
  /**
   * Runs `work` on what was committed when it began: none of its reads sees a later change. It blocks no writer, and what it
   * reads is kept for it until it ends, so it is for checks and not for answers.
   */
  snapshot<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /** Throws `Unavailable`, which says why, if the database can't do its work: for readiness, at any time. Waits for no change. */
  ping(): Promise<void>;
  /** Connections of the pool in use, and calls that wait for one or for a change before theirs; on SQLite, of its one writer. */
  load(): QueueLoad;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `sqlite:PATH` or `mysql://user:password@host:port/database`. */
  readonly url: string;
  /** Most connections to a MySQL server at a time. */
  readonly poolSize?: number;
  /** Calls that may wait for a connection of the pool, or for SQLite's one writer; and how long one waits for a locked file. */
  readonly queue?: QueueLimits;
  /** How long a statement may take on a MySQL server, in milliseconds. */
  readonly statementTimeout?: number;
  /** Called for each statement before it is sent: tests count them. */
  readonly onStatement?: (sql: string) => void;
  /** By how many milliseconds the database's clock is ahead: tests move it. */
  readonly clockAhead?: () => number;
}
