import type { Engine } from './database';

/**
 * In a statement, the time by the database's clock, in milliseconds since the epoch: the one clock that all instances share (T2). Each engine
 * puts its own expression in its place. It is the same for all of a row, and on MySQL for all of the statement.
 */
export const DATABASE_NOW = 'database_now()';

/** The same, as of when the row has been locked: a statement that waited for a lock began before the time that counts. */
export const DATABASE_NOW_UNDER_LOCK = 'database_now_under_lock()';

const sinceEpoch = (time: string) => `(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', ${time}) DIV 1000)`;

/** Sessions have the time zone UTC. */
const EXPRESSIONS = {
  sqlite: {
    [DATABASE_NOW]: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    [DATABASE_NOW_UNDER_LOCK]: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  },
  mysql: {
    [DATABASE_NOW]: sinceEpoch('NOW(3)'),
    [DATABASE_NOW_UNDER_LOCK]: sinceEpoch('SYSDATE(3)'),
  },
} as const satisfies Readonly<Record<Engine, object>>;

/** @param ahead how far tests have moved the clock, in milliseconds. */
export function withDatabaseNow(engine: Engine, sql: string, ahead: (() => number) | undefined): string {
  if (!sql.includes('database_now')) return sql;
  return Object.entries(EXPRESSIONS[engine]).reduce(
    (text, [name, expression]) => text.replaceAll(name, ahead ? `(${expression} + ${ahead()})` : expression),
    sql,
  );
}
