import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Bytes for the upgrade's answer, `connection_init` with the longest token, and some pings. */
const MOST_BYTES = 16_384;

/** "Message too big" (RFC 6455, section 7.4.1). */
const TOO_BIG = 1009;

/**
 * A socket of which nobody knows yet whose it is: it may send so little that it makes the service neither hold nor echo much (X4).
 * The listener here is removed when the client signs in or leaves.
 */
export class Stranger {
  private readonly readBefore: number;

  /** @param head what came with the upgrade, and is read from the connection once more. */
  constructor(
    readonly address: string,
    private readonly socket: WebSocket,
    private readonly connection: Socket,
    head: Buffer,
  ) {
    this.readBefore = connection.bytesRead - head.length;
    connection.prependListener('data', this.heard);
  }

  release(): void {
    this.connection.off('data', this.heard);
  }

  private readonly heard = (): void => {
    if (this.connection.bytesRead - this.readBefore <= MOST_BYTES) return;
    // What comes from here on is thrown away, so that the client's end of the connection hears of the close.
    this.connection.removeAllListeners('data');
    this.connection.resume();
    this.socket.close(TOO_BIG, 'Too much before connection_ack');
    this.connection.end();
  };
}
