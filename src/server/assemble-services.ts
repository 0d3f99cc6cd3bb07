import { Watches } from '../actions/live/watches';
import { createLiveReads } from '../actions/reads/live-reads';
import type { Services } from '../actions/services';
import type { Catalog } from '../domain/billing/catalog';
import { createMemoryFeed } from '../live/memory-feed';
import type { Database } from '../store/database';
import { Door } from '../store/door';
import { headsOf } from '../store/organizations';
import type { Settings } from './settings';

/** What the actions stand on; `onError` hears of what fails without a caller. */
export function assembleServices(
  { paymentProvider, rosterLimit, backlogLimit }: Pick<Settings, 'paymentProvider' | 'rosterLimit' | 'backlogLimit'>,
  database: Database,
  catalog: Catalog,
  clock: () => number,
  onError: (error: unknown) => void,
): Services {
  const feed = createMemoryFeed();
  return {
    database,
    door: new Door(database, clock, (head) => feed.publish(head)),
    watches: new Watches(feed, (organizationIds) => headsOf(database.reader, organizationIds), onError),
    liveReads: createLiveReads(database.reader),
    catalog,
    checkout: { provider: paymentProvider, hasCreditPacks: catalog.creditPacks.length > 0 },
    clock,
    rosterLimit,
    backlogLimit,
  };
}
