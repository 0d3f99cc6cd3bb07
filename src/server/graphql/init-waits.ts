import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';

/**
 * Closes sockets on which nobody has begun to say who they are in time (L6). All are given the same time, so that those that came
 * first are the first that are late: one timer does for all.
 */
export class InitWaits {
  /** When they came, in milliseconds of `performance.now()`, the oldest first. */
  private readonly since = new Map<WebSocket, number>();
  private timer: NodeJS.Timeout | null = null;

  /** @param timeout in milliseconds. */
  constructor(private readonly timeout: number) {}

  begin(socket: WebSocket): void {
    this.since.set(socket, performance.now());
    this.timer ??= this.lookIn(this.timeout);
  }

  end(socket: WebSocket): void {
    this.since.delete(socket);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private lookIn(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.look(), milliseconds).unref();
  }

  private look(): void {
    this.timer = null;
    for (const [socket, since] of this.since) {
      const left = since + this.timeout - performance.now();
      if (left > 0) {
        // At least one: timers are no finer, and may come early by a fraction.
        this.timer = this.lookIn(Math.max(1, left));
        return;
      }
      this.since.delete(socket);
      socket.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
    }
  }
}
