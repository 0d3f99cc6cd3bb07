import type { Reader, Value, Writer } from '../database';

/** An SQL expression whose values are of type `T`. */
export interface Expression<T extends Value> {
  readonly sql: string;
  /** Never set: it holds the type. */
  readonly valueType?: T;
}

export type Expressions = Readonly<Record<string, Expression<Value>>>;

export type RowOf<E> = { readonly [Name in keyof E]: E[Name] extends Expression<infer T> ? T : never };

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
  rows(reader: Reader, rest: string, values: readonly Value[]): Promise<RowOf<E>[]> {
    return reader.rows<RowOf<E>>(`SELECT ${this.list} ${rest}`, values);
  }

  /** As `rows`, and keeps them from other writers: see `Writer.lock`. */
  lock(writer: Writer, rest: string, values: readonly Value[]): Promise<RowOf<E>[]> {
    return writer.lock<RowOf<E>>(`SELECT ${this.list} ${rest}`, values);
  }

  async first(reader: Reader, rest: string, values: readonly Value[]): Promise<RowOf<E> | undefined> {
    return (await this.rows(reader, rest, values))[0];
  }
}

export function select<E extends Expressions>(expressions: E): Selection<E> {
  return new Selection(expressions);
}

/** An expression of which the type is known here alone. */
export function expression<T extends Value>(sql: string): Expression<T> {
  return { sql };
}
