import type { WebSocket } from 'ws';

const START = Buffer.from('{"id":"');
const TEXT = { binary: false, compress: false };

/**
 * One message to many, each under the id of an operation of theirs. The bytes are written once and each id over the one before,
 * because a socket with nothing buffered has handed over all that it was given; where some has stayed, those bytes stay too.
 */
export class SharedMessage {
  private message: Buffer | null = null;
  private idLength = 0;

  /** `rest` is what comes after the id. */
  constructor(private readonly rest: Buffer) {}

  /** `id` as it stands in JSON between its quotation marks. */
  send(socket: WebSocket, id: string): void {
    const idLength = Buffer.byteLength(id);
    const message = this.message && this.idLength === idLength ? this.message : this.withRoomFor(idLength);
    message.write(id, START.length);
    socket.send(message, TEXT);
    if (socket.bufferedAmount > 0) this.message = null;
  }

  private withRoomFor(idLength: number): Buffer {
    this.idLength = idLength;
    return (this.message = Buffer.concat([START, Buffer.allocUnsafe(idLength), this.rest]));
  }
}
