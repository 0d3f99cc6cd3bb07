import { untilOthersAreDone } from '../store/give-way';
import { mapGivingWay } from '../store/map-giving-way';

/** So many entries of a list are looked at in one turn of the event loop. Those of a longer list give way to other work. */
export const MOST_AT_ONCE = 100;

/** As `mapGivingWay`. The first piece of the work, and whatever follows the last one, begin in turns of the event loop of their own. */
export async function mapInOwnTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Promise<Result[]> {
  await untilOthersAreDone();
  const results = await mapGivingWay(items, work);
  await untilOthersAreDone();
  return results;
}
