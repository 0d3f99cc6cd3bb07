import Libsql from 'libsql';
import mysql from 'mysql2';

export type Value = string | number | null;

/** The database that a contender reads, as plainly as its driver gives it. */
export interface Rows {
  read<Row>(sql: string, values: readonly Value[]): Promise<Row[]>;
  run(sql: string, values: readonly Value[]): Promise<void>;
  close(): Promise<void>;
}

/** `url` is `sqlite:PATH` or `mysql://…`, as the service takes it. */
export function openRows(url: string): Rows {
  return url.startsWith('mysql://') ? openMysql(url) : openSqlite(url.replace(/^sqlite:/, ''));
}

function openMysql(url: string): Rows {
  const pool = mysql.createPool({
    uri: url,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: false,
    connectionLimit: 10,
  });
  const query = (sql: string, values: readonly Value[]) =>
    new Promise<unknown>((resolve, reject) =>
      pool.query(sql, [...values], (error, rows) => (error ? reject(error as Error) : resolve(rows))),
    );
  return {
    read: <Row>(sql: string, values: readonly Value[]) => query(sql, values) as Promise<Row[]>,
    run: async (sql, values) => void (await query(sql, values)),
    close: () => new Promise((resolve) => pool.end(() => resolve())),
  };
}

function openSqlite(path: string): Rows {
  const database = new Libsql(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000');
  const statements = new Map<string, Libsql.Statement>();
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    read: async <Row>(sql: string, values: readonly Value[]) => prepared(sql).all([...values]) as Row[],
    run: async (sql, values) => void prepared(sql).run([...values]),
    close: async () => void database.close(),
  };
}
