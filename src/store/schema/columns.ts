import type { EntitySchemaColumnOptions } from 'typeorm';
import type { Engine, Value } from '../database';

type ColumnType = (engine: Engine) => EntitySchemaColumnOptions;

/** A column of a table, whose values are of type `T`. `Omittable` columns may be left out of a new row. */
export class Column<T extends Value, Omittable extends boolean = false> {
  /** Never set: they hold the types. */
  declare readonly valueType: T;
  declare readonly omittable: Omittable;

  constructor(readonly optionsFor: ColumnType) {}

  /** A part of the table's primary key. */
  get primary(): Column<T, Omittable> {
    return new Column((engine) => ({ ...this.optionsFor(engine), primary: true }));
  }

  get nullable(): Column<T | null, true> {
    return new Column((engine) => ({ ...this.optionsFor(engine), nullable: true }));
  }

  default(value: T): Column<T, true> {
    return new Column((engine) => ({ ...this.optionsFor(engine), default: value }));
  }
}

/**
 * MySQL's default collations take `usr_a` for `usr_A` and ignore trailing spaces, so every text column says a byte-wise one; SQLite
 * compares bytes by itself and knows no such names.
 */
const ascii =
  (length: number): ColumnType =>
  (engine) => ({
    type: 'varchar',
    length,
    ...(engine === 'mysql' && { charset: 'ascii', collation: 'ascii_bin' }),
  });

const unicode =
  (options: (engine: Engine) => EntitySchemaColumnOptions): ColumnType =>
  (engine) => ({
    ...options(engine),
    ...(engine === 'mysql' && { charset: 'utf8mb4', collation: 'utf8mb4_bin' }),
  });

/** A host's id, or one of ours (I1). */
export const id = () => new Column<string>(ascii(255));

/** One of a few words that the service itself writes. */
export const word = <Word extends string = string>() => new Column<Word>(ascii(32));

export const hash = () => new Column<string>(ascii(64));

/** People's text; `characters` are code points, which is what MySQL counts too. */
export const text = (characters: number) =>
  new Column<string>(unicode(() => ({ type: 'varchar', length: characters })));

export const json = () => new Column<string>(unicode(() => ({ type: 'text' })));

/** JSON without a bound: a plain text ends at 64 KiB on MySQL. */
export const document = () =>
  new Column<string>(unicode((engine) => ({ type: engine === 'mysql' ? 'longtext' : 'text' })));

/** A whole number up to 2^53 - 1: counts, credits, minor units of money, and times in milliseconds since the epoch. */
export const integer = () => new Column<number>(() => ({ type: 'bigint' }));

/** 1 or 0. */
export const flag = () => new Column<number>(() => ({ type: 'tinyint' }));
