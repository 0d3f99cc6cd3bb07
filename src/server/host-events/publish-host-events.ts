import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { HostEventPublisher } from '../../actions/host-events/host-event-publisher';
import { Lease } from '../../actions/lease';
import type { Services } from '../../actions/services';
import { Unavailable } from '../../domain/refusals';
import type { Notifier } from '../../notifications/notifier';
import { StepLoop } from './step-loop';

/** Least milliseconds between two transactions that give positions: they are few, however many changes there are. */
const REST = 50;

/**
 * Gives the log's entries their positions in the feed as long as this instance holds the lease, until the returned function is called, which
 * gives the lease back.
 */
export function publishHostEvents(
  { database, monotonicClock }: Services,
  notifier: Notifier,
  onError: (error: unknown) => void,
): () => Promise<void> {
  // What operators see in the table; 200 characters leave room for the rest.
  const holder = `${hostname().slice(0, 200)}:${process.pid}:${randomUUID()}`;
  const lease = new Lease({ database, name: 'host-events', holder, monotonicClock });
  const publisher = new HostEventPublisher({ database, lease, monotonicClock });
  const loop = new StepLoop(() => publisher.step(), {
    rest: REST,
    // The look for readiness tells of a database that is away.
    onError: (error) => (error instanceof Unavailable ? undefined : onError(error)),
  });
  const unsubscribe = notifier.subscribeToAll(({ logPosition }) => {
    // What others do is no reason to look: they are not the holder for long, and this instance looks each second whether it may be.
    if (lease.token === null) return;
    publisher.hear(logPosition.organizationId);
    loop.wake();
  });
  return async () => {
    unsubscribe();
    await loop.stop();
    // Another instance waits for some seconds where that fails.
    await lease.giveBack().catch(() => undefined);
  };
}
