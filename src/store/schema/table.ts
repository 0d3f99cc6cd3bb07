import { EntitySchema, type EntitySchemaColumnOptions, type EntitySchemaOptions } from 'typeorm';
import type { Engine, NewRows, Value, Writer } from '../database';
import type { Column } from './columns';
import type { Expression, RowOf } from './select';

type Columns = Readonly<Record<string, Column<Value, boolean>>>;

/** A table under a name in a statement: an expression for each column. */
type Selected<C extends Columns> = { readonly [Name in keyof C]: Expression<C[Name]['valueType']> };

/** What a new row has to say, and may leave out. */
type NewRow<C extends Columns> = {
  readonly [Name in keyof C as C[Name]['omittable'] extends true ? never : Name]: C[Name]['valueType'];
} & { readonly [Name in keyof C as C[Name]['omittable'] extends true ? Name : never]?: C[Name]['valueType'] };

type Keys<C> = Pick<EntitySchemaOptions<C>, 'uniques' | 'indices'>;

/**
 * A table, whose columns stand here alone: the types of its rows, the lists of statements and what TypeORM compares with a database
 * follow. A column is called as its property, in snake case.
 */
export class Table<C extends Columns> {
  private readonly columnNames: Readonly<Record<string, string>>;

  constructor(
    readonly name: string,
    private readonly columns: C,
    private readonly keys: Keys<C> = {},
  ) {
    this.columnNames = Object.fromEntries(Object.keys(columns).map((property) => [property, snakeCase(property)]));
  }

  /** Its columns in a statement in which the table has the name `alias`. */
  as(alias: string): Selected<C> {
    const entries = Object.entries(this.columnNames).map(([name, column]) => [name, { sql: `${alias}.${column}` }]);
    return Object.fromEntries(entries) as Selected<C>;
  }

  /** Its columns in a statement that names no other table. */
  get all(): Selected<C> {
    const entries = Object.entries(this.columnNames).map(([name, column]) => [name, { sql: column }]);
    return Object.fromEntries(entries) as Selected<C>;
  }

  /** Its rows as they are stored, by the names of the columns. */
  get stored(): Readonly<Record<string, Expression<Value>>> {
    return Object.fromEntries(Object.values(this.columnNames).map((column) => [column, { sql: column }]));
  }

  async insert(writer: Writer, row: NewRow<C>): Promise<void> {
    const { names, values } = this.given(row);
    await writer.run(
      `INSERT INTO ${this.name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      values,
    );
  }

  /** Inserts rows that say the same columns, in one statement. */
  async insertAll(writer: Writer, rows: readonly NewRow<C>[]): Promise<void> {
    if (rows.length > 0) await writer.insert(this.newRows(rows));
  }

  /**
   * The same, and where a row's primary key is there already, `set` says in SQL what becomes of its columns: from the inserted value and
   * the present one.
   */
  async insertOrUpdateAll(
    writer: Writer,
    rows: readonly NewRow<C>[],
    set: { readonly [Name in keyof C]?: (inserted: string, present: string) => string },
  ): Promise<void> {
    if (rows.length === 0) return;
    const key = Object.keys(this.columns).filter((property) => this.columns[property]!.optionsFor('sqlite').primary);
    await writer.insert({
      ...this.newRows(rows),
      whereThere: {
        key: key.map((property) => this.columnNames[property]!),
        set: (inserted) =>
          Object.entries(set)
            .map(([property, valueOf]) => {
              const column = this.columnNames[property]!;
              return `${column} = ${valueOf!(inserted(column), column)}`;
            })
            .join(', '),
      },
    });
  }

  /** Sets `values` where the columns of `where` have its values, and returns how many rows there were. */
  update(writer: Writer, where: Partial<RowOf<Selected<C>>>, values: Partial<RowOf<Selected<C>>>): Promise<number> {
    const set = this.given(values);
    const condition = this.given(where);
    return writer.run(
      `UPDATE ${this.name} SET ${set.names.map((name) => `${name} = ?`).join(', ')} WHERE ${condition.names.map((name) => `${name} = ?`).join(' AND ')}`,
      [...set.values, ...condition.values],
    );
  }

  /** Deletes the rows whose columns have the values of `where`, and returns how many there were. */
  delete(writer: Writer, where: Partial<RowOf<Selected<C>>>): Promise<number> {
    const { names, values } = this.given(where);
    return writer.run(`DELETE FROM ${this.name} WHERE ${names.map((name) => `${name} = ?`).join(' AND ')}`, values);
  }

  /** The table as TypeORM knows it. */
  entity(engine: Engine): EntitySchema {
    const columns: Record<string, EntitySchemaColumnOptions> = {};
    for (const [property, column] of Object.entries(this.columns))
      columns[property] = { ...column.optionsFor(engine), name: this.columnNames[property]! };
    return new EntitySchema({ name: this.name, columns, ...this.keys });
  }

  private newRows(rows: readonly NewRow<C>[]): NewRows {
    const properties = Object.keys(rows[0]!);
    return {
      table: this.name,
      columns: properties.map((property) => this.columnNames[property]!),
      rows: rows.map((row) => properties.map((property) => (row as Record<string, Value>)[property]!)),
    };
  }

  private given(row: object): { readonly names: readonly string[]; readonly values: readonly Value[] } {
    return {
      names: Object.keys(row).map((property) => this.columnNames[property]!),
      values: Object.values(row) as Value[],
    };
  }
}

function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
