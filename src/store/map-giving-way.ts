import { giveWay } from './give-way';

/** As `items.map(work)`, for so many items that the process does something else in between. */
export async function mapGivingWay<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    const wait = giveWay();
    if (wait) await wait;
    results.push(work(item));
  }
  return results;
}
