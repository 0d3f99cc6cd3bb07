import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '../../domain/refusals';
import { feedEnd } from '../../store/host-events';
import type { Services } from '../services';
import type { HostEvent } from './host-event';
import { readHostEvents } from './read-host-events';

/** Events that are read at once, and held until they are taken. */
const PAGE = 100;

/** How long to wait before an unreachable database is asked again, in milliseconds. */
const ASK_AGAIN_AFTER = 1_000;

const DONE = { done: true, value: undefined } as const;

type Dependencies = Pick<Services, 'database' | 'hostFeedWatcher'>;

/**
 * The events of the feed after a position, as they come, and from its present end where that is null (H4). Each is taken before the next
 * page is read, so that a slow client holds one page at most. While the database is away nothing is told, and it goes on from there.
 */
export function followHostEvents(
  dependencies: Dependencies,
  after: number | null,
): AsyncIterableIterator<HostEvent, undefined> {
  const end = new AbortController();
  const events = eventsAfter(dependencies, after, end.signal);
  return {
    next: () => events.next(),
    // A generator that waits can't be returned from outside: it must be woken first.
    return: async () => {
      end.abort();
      await events.return(undefined);
      return DONE;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* eventsAfter(
  { database, hostFeedWatcher }: Dependencies,
  after: number | null,
  signal: AbortSignal,
): AsyncGenerator<HostEvent, undefined> {
  let position = after ?? (await retryWhileUnavailable(() => feedEnd(database.reader), signal));
  while (!signal.aborted) {
    const page = await retryWhileUnavailable(() => readHostEvents(database, position, PAGE), signal);
    yield* page.events;
    ({ position } = page);
    if (page.events.length === 0) await hostFeedWatcher.leaves(position, signal);
  }
}

async function retryWhileUnavailable<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Unavailable) || signal.aborted) throw error;
      await delay(ASK_AGAIN_AFTER, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
}
