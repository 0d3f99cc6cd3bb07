import type { QueryRunner } from 'typeorm';
import type { Reader, Value, Writer } from '../database';

type OnStatement = ((sql: string) => void) | undefined;

/** Statements on one TypeORM query runner; `lockClause` is what the engine adds to a reading statement to hold its rows. */
export function statementsOn(runner: QueryRunner, onStatement: OnStatement, lockClause = ''): Writer {
  const send = async (sql: string, values: readonly Value[] = []) => {
    onStatement?.(sql);
    return runner.query(sql, [...values], true);
  };
  const rows: Reader['rows'] = async <Row>(sql: string, values?: readonly Value[]) =>
    ((await send(sql, values)).records ?? []) as Row[];

  return {
    rows,
    lock: (sql, values) => rows(sql + lockClause, values),
    run: async (sql, values) => (await send(sql, values)).affected ?? 0,
  };
}
