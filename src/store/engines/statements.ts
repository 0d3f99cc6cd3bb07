import type { QueryRunner } from 'typeorm';
import type { Reader, Value, Writer } from '../database';

interface StatementOptions {
  readonly onStatement: ((sql: string) => void) | undefined;
  /** Sends a statement, or sends it again where it was refused for the moment. */
  readonly around: <T>(send: () => Promise<T>) => Promise<T>;
}

/** Statements on one TypeORM query runner, of an engine that has one writer at a time. */
export function statementsOn(runner: QueryRunner, { onStatement, around }: StatementOptions): Writer {
  const send = async (sql: string, values: readonly Value[] = []) => {
    onStatement?.(sql);
    return around(() => runner.query(sql, [...values], true));
  };
  const rows: Reader['rows'] = async <Row>(sql: string, values?: readonly Value[]) =>
    ((await send(sql, values)).records ?? []) as Row[];

  return {
    rows,
    // The transaction is the only one that writes.
    lock: rows,
    run: async (sql, values) => (await send(sql, values)).affected ?? 0,
  };
}
