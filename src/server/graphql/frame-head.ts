/** FIN, and the opcode of text. */
const WHOLE_TEXT = 0x81;

/** The markers for a length in two more bytes, or in eight. */
const IN_TWO_BYTES = 126;
const IN_EIGHT_BYTES = 127;

/** What a server sends before a text of `length` bytes that is one frame (RFC 6455, 5.2): unmasked, and not compressed. */
export function frameHead(length: number): Buffer {
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
