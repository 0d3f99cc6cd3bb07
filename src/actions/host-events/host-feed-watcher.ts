import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '../../domain/refusals';

/** How often the end of the feed is read while somebody waits for it, in milliseconds: another instance may add to the feed. */
const POLL_EVERY = 250;

/** Tells those who follow the feed of host events on this instance how far it has come. */
export class HostFeedWatcher {
  private readonly ends = new EventEmitter<{ end: [number] }>().setMaxListeners(0);
  private isPolling = false;

  constructor(
    private readonly readEnd: () => Promise<number>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The feed of this instance's publisher has come to `end`. */
  hear(end: number): void {
    this.ends.emit('end', end);
  }

  /** Resolves when the feed ends elsewhere than at `position`, which may be a while later, or when `signal` is aborted. */
  async leaves(position: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const told = once(this.ends, 'end', { signal }) as Promise<[number]>;
      if (!this.isPolling) void this.poll();
      const [end] = await told.catch(() => [position]);
      if (end !== position) return;
    }
  }

  private async poll(): Promise<void> {
    this.isPolling = true;
    do {
      await delay(POLL_EVERY, undefined, { ref: false });
      await this.readEnd().then(
        (end) => this.hear(end),
        // The look for readiness tells of a database that is away, and this would tell of it four times a second.
        (error: unknown) => error instanceof Unavailable || this.onError(error),
      );
    } while (this.ends.listenerCount('end') > 0);
    this.isPolling = false;
  }
}
