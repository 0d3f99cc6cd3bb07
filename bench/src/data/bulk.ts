import { Readable } from 'node:stream';
import Libsql from 'libsql';
import mysql from 'mysql2';
import type { Value } from './rows';

type Row = readonly Value[];

/** Rows of one statement, or of one piece of a stream. */
const ROWS_AT_ONCE = 500;

/** Appends rows to a table by the fastest way that the engine has; `url` as the service takes it. */
export async function insertInBulk(
  url: string,
  table: string,
  columns: readonly string[],
  rows: Iterable<Row>,
): Promise<void> {
  if (url.startsWith('mysql://')) await loadIntoMysql(url, table, columns, rows);
  else insertIntoSqlite(url.replace(/^sqlite:/, ''), table, columns, rows);
}

/** One transaction, in memory that holds the indexes: their keys come in no order. */
function insertIntoSqlite(path: string, table: string, columns: readonly string[], rows: Iterable<Row>): void {
  const database = new Libsql(path);
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN');
    const places = `(${columns.map(() => '?').join(', ')})`;
    const insert = (count: number) =>
      database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array(count).fill(places).join(', ')}`);
    const statement = insert(ROWS_AT_ONCE);
    for (const some of inPieces(rows))
      (some.length === ROWS_AT_ONCE ? statement : insert(some.length)).run(some.flat());
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** Without checks for uniqueness an empty table is filled with sorted indexes. */
async function loadIntoMysql(
  url: string,
  table: string,
  columns: readonly string[],
  rows: Iterable<Row>,
): Promise<void> {
  const connection = mysql.createConnection({ uri: url, charset: 'utf8mb4_bin' });
  const run = (sql: string, infile?: () => Readable) =>
    new Promise<void>((resolve, reject) =>
      connection.query({ sql, ...(infile && { infileStreamFactory: infile }) }, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  try {
    await run('SET SESSION unique_checks = 0, foreign_key_checks = 0');
    await run(
      `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${table} CHARACTER SET utf8mb4
       FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (${columns.join(', ')})`,
      () => Readable.from(linesOf(rows)),
    );
  } finally {
    connection.destroy();
  }
}

function* linesOf(rows: Iterable<Row>): Generator<Buffer> {
  for (const some of inPieces(rows)) yield Buffer.from(some.map((row) => `${row.map(fieldOf).join('\t')}\n`).join(''));
}

function* inPieces(rows: Iterable<Row>): Generator<Row[]> {
  let some: Row[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < ROWS_AT_ONCE) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/** LOAD DATA reads a backslash and an N as NULL. */
function fieldOf(value: Value): string {
  if (value === null) return '\\N';
  return typeof value === 'number' ? String(value) : value.replace(/[\\\t\n]/g, '\\$&');
}
