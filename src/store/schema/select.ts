import type { PlainReader, Reader, Value, Writer } from '../database';

/** An SQL expression whose values are of type `T`. */
export interface Expression<T extends Value> {
  readonly sql: string;
  /** Never set: it holds the type. */
  readonly valueType?: T;
}

export type Expressions = Readonly<Record<string, Expression<Value>>>;

export type RowOf<E> = { readonly [Name in keyof E]: E[Name] extends Expression<infer T> ? T : never };

/** A statement that reads, and what its rows are: nothing else names the type of a row. */
export class Statement<Row> {
  constructor(readonly sql: string) {}

  rows(reader: Reader, values: readonly Value[]): Promise<Row[]> {
    return reader.rows<Row>(this.sql, values);
  }

  /** As `rows`, by a statement that the server keeps prepared: see `PlainReader.prepared`. */
  prepared(reader: PlainReader, values: readonly string[]): Promise<Row[]> {
    return reader.prepared<Row>(this.sql, values);
  }

  /** As `rows`, and keeps them from other writers: see `Writer.lock`. */
  lock(writer: Writer, values: readonly Value[]): Promise<Row[]> {
    return writer.lock<Row>(this.sql, values);
  }
}

/** What a SELECT lists, and so what its rows are. */
export class Selection<E extends Expressions> {
  /** `o.id, o.plan_key AS planKey`. */
  readonly list: string;

  constructor(readonly expressions: E) {
    this.list = Object.entries(expressions)
      .map(([name, { sql }]) => (sql === name || sql.endsWith(`.${name}`) ? sql : `${sql} AS ${name}`))
      .join(', ');
  }

  /** @param rest What follows the list in the statement. */
  statement(rest: string): Statement<RowOf<E>> {
    return new Statement(`SELECT ${this.list} ${rest}`);
  }

  rows(reader: Reader, rest: string, values: readonly Value[]): Promise<RowOf<E>[]> {
    return this.statement(rest).rows(reader, values);
  }

  lock(writer: Writer, rest: string, values: readonly Value[]): Promise<RowOf<E>[]> {
    return this.statement(rest).lock(writer, values);
  }

  async first(reader: Reader, rest: string, values: readonly Value[]): Promise<RowOf<E> | undefined> {
    return (await this.rows(reader, rest, values))[0];
  }
}

export function select<E extends Expressions>(expressions: E): Selection<E> {
  return new Selection(expressions);
}

/** An expression with a type that only the caller knows. */
export function expression<T extends Value>(sql: string): Expression<T> {
  return { sql };
}

/** The rows of all of the statements, which list the same. */
export function unionAll<Row>(statements: readonly Statement<Row>[]): Statement<Row> {
  return new Statement(statements.map(({ sql }) => sql).join(' UNION ALL '));
}
