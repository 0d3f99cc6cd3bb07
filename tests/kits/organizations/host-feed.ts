import { HostEventPublisher } from '../../../src/actions/host-events/host-event-publisher';
import { Lease } from '../../../src/actions/lease';
import type { Services } from '../../../src/actions/services';
import type { Database } from '../../../src/store/database';
import { feedProgressAfter } from '../../../src/store/host-events';
import { comesTrue } from '../basics/passing-time';

export interface FeedRow {
  readonly position: number;
  readonly organizationId: string;
  readonly sequence: number;
}

/** The feed after a position, in its order. */
export function feedAfter({ database }: Pick<Services, 'database'>, position: number): Promise<FeedRow[]> {
  return database.reader.rows<FeedRow>(
    'SELECT position, organization_id AS organizationId, sequence FROM host_events WHERE position > ? ORDER BY position',
    [position],
  );
}

/** An instance that may publish, on a clock that the test moves; the first step that finds no holder makes it the holder. */
export function publisherOn(database: Database, clock: { now: number }, holder = 'one') {
  const monotonicClock = () => clock.now;
  const lease = new Lease({ database, name: 'host-events', holder, monotonicClock });
  return { lease, publisher: new HostEventPublisher({ database, lease, monotonicClock }) };
}

/** Moves the clock on until the publisher has found and published all there is. */
export async function publishAll(publisher: HostEventPublisher, clock: { now: number }): Promise<void> {
  // The first look, a sweep, and one that begins after all of it.
  for (const end = clock.now + 3_000; clock.now < end;) clock.now += Math.ceil(await publisher.step());
}

/** Publishes all there is, as a process that begins and ends, or waits until the publisher that holds the lease has done so. */
export async function publishNow({ database }: Pick<Services, 'database'>): Promise<void> {
  const clock = { now: 0 };
  const { publisher, lease } = publisherOn(database, clock);
  await publishAll(publisher, clock);
  if (lease.token !== null) return lease.giveBack();
  const isPublished = async () =>
    (await feedProgressAfter(database.reader, '', 10_000)).every(({ sequence, published }) => sequence === published);
  if (!(await comesTrue(isPublished, 60_000))) throw new Error('The publisher that holds the lease publishes nothing.');
}
