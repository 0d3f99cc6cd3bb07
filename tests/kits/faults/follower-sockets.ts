import type { ClientRequestArgs } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';

/** How long an instance may take to open a socket, in milliseconds: one that hangs is left as one that is gone. */
const TIMEOUT = 2_000;

/** How long a slow subscriber reads nothing, and then reads, in milliseconds. */
const SLOWNESS = 250;

/** With which graphql-ws's client closes a socket that it was told to give up. */
const GIVEN_UP = 4499;

export class TimedWebSocket extends WebSocket {
  constructor(address: string | URL, protocols?: string | string[], options?: ClientOptions | ClientRequestArgs) {
    super(address, protocols, { ...options, handshakeTimeout: TIMEOUT });
  }

  /**
   * What graphql-ws gives up it closes politely, and goes on hearing what an instance that hung has still to say there. A browser
   * would not.
   */
  override close(code?: number, reason?: string | Buffer): void {
    if (code === GIVEN_UP) this.terminate();
    else super.close(code, reason);
  }
}

/** Reads half of the time. */
export class SlowWebSocket extends TimedWebSocket {
  constructor(address: string | URL, protocols?: string | string[], options?: ClientOptions | ClientRequestArgs) {
    super(address, protocols, options);
    const timer = setInterval(() => {
      if (this.readyState !== this.OPEN) return;
      if (this.isPaused) this.resume();
      else this.pause();
    }, SLOWNESS);
    this.on('close', () => clearInterval(timer));
  }
}
