import { randomUUID } from 'node:crypto';
import type { Database } from '../../store/database';
import { feedEnd, type HostFeed, insertHostFeed } from '../../store/host-events';
import { lockLease } from '../../store/leases';

/**
 * What two feeds are apart at least. The feed that was lost had come further than the backup, by less than this: each of its positions is
 * below the new feed's first, so a client that sends one gets the new feed's `feed.reset`.
 */
const APART = 1_000_000_000;

/** Begins a new feed, after the database was restored (H4). What is in the feed already keeps its position and its id. */
export function beginHostFeed({ database, clock }: { database: Database; clock: () => number }): Promise<HostFeed> {
  return database.transaction(async (writer) => {
    // No instance gives positions during this.
    await lockLease(writer, 'host-events');
    const end = await feedEnd(writer);
    const beginsAt = (Math.floor(end / APART) + 2) * APART;
    const feed = { beginsAt, id: randomUUID().replaceAll('-', ''), createdAt: clock() };
    await insertHostFeed(writer, feed);
    return feed;
  });
}
