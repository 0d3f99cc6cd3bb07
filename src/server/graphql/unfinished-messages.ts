import type { Limits } from '../limits/limits';
import { mostUnfinished } from '../limits/unfinished-bytes';
import type { ClientSocket } from './client-socket';

/** How often the sockets are looked at, in milliseconds. */
const LOOK_EVERY = 1_000;

/**
 * Limits the memory of unfinished messages (X4). `ws` limits each. If all together exceed the limit, the largest ones end first. One
 * look at all sockets does it: a listener for what comes on each is memory that an idle socket need not cost.
 */
export class UnfinishedMessages {
  private readonly timer = setInterval(() => this.look(), LOOK_EVERY).unref();
  private readonly most: number;

  constructor(
    private readonly sockets: ReadonlySet<ClientSocket>,
    private readonly limits: Pick<Limits, 'unfinished' | 'bodyBytes'>,
  ) {
    this.most = mostUnfinished(limits);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    let sum = 0;
    for (const socket of this.sockets) sum += this.heldOf(socket);
    if (sum <= this.most) return;
    const largestFirst = [...this.sockets]
      .map((socket) => ({ socket, bytes: this.heldOf(socket) }))
      .sort((one, other) => other.bytes - one.bytes);
    for (const { socket, bytes } of largestFirst) {
      if (sum <= this.most) return;
      sum -= bytes;
      socket.terminate();
    }
  }

  /** What comes on a socket that is being closed is dropped, and no message is kept that is longer than it may be. */
  private heldOf({ unfinished }: ClientSocket): number {
    return Math.min(unfinished, this.limits.bodyBytes);
  }
}
