import type { UnfinishedBytes } from '../limits/unfinished-bytes';
import type { ClientSocket } from './client-socket';

/** How often the sockets are looked at, in milliseconds. */
const LOOK_EVERY = 1_000;

/**
 * Bounds what is kept of messages of which the end has not come yet (X4). `ws` bounds each; of all together the largest end first. One
 * look at all sockets does it: a listener for what comes on each is memory that an idle socket need not cost.
 */
export class UnfinishedMessages {
  private readonly timer = setInterval(() => this.look(), LOOK_EVERY).unref();

  constructor(
    private readonly sockets: ReadonlySet<ClientSocket>,
    private readonly unfinished: UnfinishedBytes,
  ) {}

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    let sum = 0;
    for (const socket of this.sockets) sum += socket.unfinished;
    this.unfinished.messages = sum;
    const most = this.unfinished.most - this.unfinished.ofBodies;
    if (sum <= most) return;
    const largestFirst = [...this.sockets]
      .map((socket) => ({ socket, bytes: socket.unfinished }))
      .sort((one, other) => other.bytes - one.bytes);
    for (const { socket, bytes } of largestFirst) {
      if (sum <= most) return;
      sum -= bytes;
      socket.terminate();
    }
  }
}
