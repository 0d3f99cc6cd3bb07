import { feedEnd, hostEventEntriesAfter, hostFeeds } from '../../store/host-events';
import type { Database } from '../../store/database';
import { feedReset, type HostEvent, resetTo, toHostEvent } from './host-event';

export interface HostEventPage {
  readonly events: readonly HostEvent[];
  /** Of the feed that grows now. */
  readonly feedId: string;
  readonly hasNextPage: boolean;
  /** Where the next page begins. */
  readonly position: number;
}

/**
 * The events after a position, at most `first` (H4). A position that the feed has not reached is one of a feed before the database was
 * restored: it is answered with one `feed.reset`, from which the reader goes on.
 */
export async function readHostEvents(
  { reader }: Pick<Database, 'reader'>,
  after: number,
  first: number,
): Promise<HostEventPage> {
  // The feeds after the entries: none of these is in a feed that is not there.
  const entries = await hostEventEntriesAfter(reader, after, first + 1);
  const feeds = await hostFeeds(reader);
  const newest = feeds.at(-1);
  if (!newest) throw new Error('There is no feed.');
  const resets = feeds.filter(({ beginsAt }) => beginsAt > after).map(feedReset);
  const found = [...entries.map((entry) => toHostEvent(entry, feeds)), ...resets].sort(
    (one, other) => one.position - other.position,
  );
  const events = found.slice(0, first);
  if (events.length === 0) {
    const end = await feedEnd(reader);
    if (after > end) events.push(resetTo(newest, end));
  }
  return {
    events,
    feedId: newest.id,
    hasNextPage: found.length > first,
    position: events.at(-1)?.position ?? after,
  };
}
