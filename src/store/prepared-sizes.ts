import type { Statement } from './schema/select';

/** A statement for each size, made once: a prepared one is known by its text. */
export function bySize<Row>(make: (size: number) => Statement<Row>): (size: number) => Statement<Row> {
  const statements: Statement<Row>[] = [];
  return (size) => (statements[size] ??= make(size));
}

/**
 * The same with the last again and again, up to 1, 2, 4, 8 … of them: each size that occurs is a statement that every connection keeps
 * prepared, on both sides.
 */
export function filledUp<Item>(items: readonly Item[]): readonly Item[] {
  const size = 2 ** Math.ceil(Math.log2(items.length));
  return [...items, ...Array<Item>(size - items.length).fill(items[items.length - 1]!)];
}

/** The items as the list of an `IN`, of few sizes: each text of a statement is kept by each connection. */
export function inList<Item>(items: readonly Item[]): { readonly sql: string; readonly values: readonly Item[] } {
  const values = filledUp(items);
  return { sql: `IN (${values.map(() => '?').join(', ')})`, values };
}
