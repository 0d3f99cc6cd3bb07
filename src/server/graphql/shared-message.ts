import type { Writable } from 'node:stream';

/** FIN, and the opcode of text. */
const WHOLE_TEXT = 0x81;

/** The markers for a length in two more bytes, or in eight. */
const IN_TWO_BYTES = 126;
const IN_EIGHT_BYTES = 127;

/** What a server sends before a text of `length` bytes that is one frame (RFC 6455, 5.2): unmasked, and not compressed. */
function frameHead(length: number): Buffer {
  if (length < IN_TWO_BYTES) return Buffer.from([WHOLE_TEXT, length]);
  if (length <= 0xffff) {
    const head = Buffer.from([WHOLE_TEXT, IN_TWO_BYTES, 0, 0]);
    head.writeUInt16BE(length, 2);
    return head;
  }
  const head = Buffer.alloc(10);
  head.writeUInt8(WHOLE_TEXT, 0);
  head.writeUInt8(IN_EIGHT_BYTES, 1);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

const START = Buffer.from('{"id":"');

/**
 * One message to many, each under the id of an operation of theirs. The bytes are written once, the head of the frame with them, and
 * each id over the one before, because a socket with nothing buffered has handed over all that it was given; where some has stayed,
 * those bytes stay too.
 *
 * They go past `ws`, which would write the head and the text separately: the same system call, with a fifth more processor time around it
 * (bench/README.md). It writes whole frames at once as long as nothing is compressed, so none is cut in two.
 */
export class SharedMessage {
  private message: Buffer | null = null;
  private idLength = 0;
  private idAt = 0;

  /** `rest` is what comes after the id. */
  constructor(private readonly rest: Buffer) {}

  /** To the connection under an open WebSocket; `id` is the escaped JSON string, without its quotation marks. */
  send(connection: Writable, id: string): void {
    const idLength = Buffer.byteLength(id);
    const message = this.message && this.idLength === idLength ? this.message : this.withRoomFor(idLength);
    message.write(id, this.idAt);
    connection.write(message);
    if (connection.writableLength > 0) this.message = null;
  }

  private withRoomFor(idLength: number): Buffer {
    const head = frameHead(START.length + idLength + this.rest.length);
    this.idLength = idLength;
    this.idAt = head.length + START.length;
    return (this.message = Buffer.concat([head, START, Buffer.allocUnsafe(idLength), this.rest]));
  }
}
