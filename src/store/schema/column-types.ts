import type { EntitySchemaColumnOptions } from 'typeorm';

export type Engine = 'sqlite' | 'mysql';

type Column = EntitySchemaColumnOptions;

/**
 * The few column types that the tables are made of. MySQL's default collations take `usr_a` for `usr_A` and ignore trailing
 * spaces, so every text column says a byte-wise one; SQLite compares bytes by itself and knows no such names.
 */
export function columnTypes(engine: Engine) {
  const ascii = engine === 'mysql' ? { charset: 'ascii', collation: 'ascii_bin' } : {};
  const unicode = engine === 'mysql' ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};

  return {
    /** A host's id, or one of ours (I1). */
    id: (name: string): Column => ({ type: 'varchar', length: 255, name, ...ascii }),
    /** One of a few words that the service itself writes. */
    word: (name: string): Column => ({ type: 'varchar', length: 32, name, ...ascii }),
    hash: (name: string): Column => ({ type: 'varchar', length: 64, name, ...ascii }),
    /** People's text; `characters` are code points, which is what MySQL counts too. */
    text: (name: string, characters: number): Column => ({
      type: 'varchar',
      length: characters,
      name,
      ...unicode,
    }),
    json: (name: string): Column => ({ type: 'text', name, ...unicode }),
    /** JSON without a bound: a plain text ends at 64 KiB on MySQL. */
    document: (name: string): Column => ({ type: engine === 'mysql' ? 'longtext' : 'text', name, ...unicode }),
    /** A whole number up to 2^53 - 1: counts, credits, minor units of money, and times in milliseconds since the epoch. */
    integer: (name: string): Column => ({ type: 'bigint', name }),
    flag: (name: string): Column => ({ type: 'tinyint', name }),
  };
}
