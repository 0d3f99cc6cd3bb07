import type { QueryRunner } from 'typeorm';
import type { NewRows, Reader, Value, Writer } from '../database';

/** Rows of an insert that are sent together: SQLite needs about a millisecond for them, in which this process does nothing else. */
const ROWS_AT_ONCE = 100;

interface StatementOptions {
  readonly onStatement: ((sql: string) => void) | undefined;
  /** Completes a statement's text. */
  readonly complete: (sql: string) => string;
  /** Sends a statement, and sends it again after a temporary refusal. */
  readonly around: <T>(send: () => Promise<T>) => Promise<T>;
}

/** Statements on one TypeORM query runner, of an engine that has one writer at a time. */
export function statementsOn(runner: QueryRunner, { onStatement, complete, around }: StatementOptions): Writer {
  const run = (sql: string, values: readonly Value[]) => around(() => runner.query(complete(sql), [...values], true));
  const send = (sql: string, values: readonly Value[] = []) => {
    onStatement?.(sql);
    return run(sql, values);
  };
  const rows: Reader['rows'] = async <Row>(sql: string, values?: readonly Value[]) =>
    ((await send(sql, values)).records ?? []) as Row[];

  return {
    rows,
    // The transaction is the only one that writes.
    lock: rows,
    run: async (sql, values) => (await send(sql, values)).affected ?? 0,
    insert: async (rows) => {
      const sql = insertStatement(rows);
      onStatement?.(sql);
      for (let start = 0; start < rows.rows.length; start += ROWS_AT_ONCE)
        await run(sql, [JSON.stringify(rows.rows.slice(start, start + ROWS_AT_ONCE))]);
    },
  };
}

/**
 * The rows are one value, of JSON: the connection keeps what it has compiled by its text, and with a text for each number of rows that
 * was half a gigabyte.
 */
function insertStatement({ table, columns, whereThere }: NewRows): string {
  const values = columns.map((_, place) => `value ->> ${place}`);
  // Without WHERE, SQLite takes ON for the beginning of a join.
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM json_each(?) WHERE TRUE`;
  if (!whereThere) return insert;
  return `${insert} ON CONFLICT (${whereThere.key.join(', ')}) DO UPDATE SET ${whereThere.set((column) => `excluded.${column}`)}`;
}
