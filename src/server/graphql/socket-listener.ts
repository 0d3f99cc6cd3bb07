import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { LiveListener, SharedAnswer } from '../../actions/live/live-listener';
import type { OperationReads } from '../../actions/reads/operation-reads';
import type { Viewer } from '../../domain/viewer';
import type { OperationContext, StandingContext } from '../../graphql/context';
import type { ClientSocket } from './client-socket';

/** An answer to an operation, as it leaves the service. */
export type FormatOf = (result: ExecutionResult, payload: SubscribePayload) => object;

/** Bytes of messages are cut from blocks of this size: a block for each would cost more than filling it. */
const BLOCK = 256 * 1024;

let block = Buffer.alloc(0);
let used = 0;

function bytes(length: number): Buffer {
  if (length > BLOCK / 8) return Buffer.allocUnsafe(length);
  if (used + length > block.length) {
    block = Buffer.allocUnsafeSlow(BLOCK);
    used = 0;
  }
  used += length;
  return block.subarray(used - length, used);
}

const TEXT = { binary: false, compress: false };

/**
 * Tells one subscription of a socket what is the same for many (L8): past graphql-ws's loop, which makes each message anew.
 * A message is the operation's id and then bytes that all share.
 */
export class SocketListener implements LiveListener {
  /** What the operation is executed with; it holds this listener, which is made before. */
  args: ExecutionArgs | null = null;
  /** Whether the id stands in JSON as it is, a byte for each character: what a message begins with is made each time, and soon. */
  private readonly isPlain: boolean;

  constructor(
    private readonly format: FormatOf,
    private readonly socket: ClientSocket,
    /** The operation's id, as the client chose it. */
    private readonly id: string,
    readonly shares: string,
    private readonly payload: SubscribePayload,
  ) {
    this.isPlain = /^[\w-]+$/.test(id);
  }

  isReady(): boolean {
    const { socket } = this;
    return socket.bufferedAmount === 0 && socket.readyState === socket.OPEN;
  }

  async answer(event: unknown, reads: OperationReads): Promise<SharedAnswer | null> {
    if (!this.args) return null;
    const given = this.args.contextValue as StandingContext;
    const contextValue: OperationContext = { ...given, viewer: EVERYBODY, reads, freshReads: () => reads };
    const result = await execute({ ...this.args, rootValue: event, contextValue });
    if (result.data == null) return null;
    return Buffer.from(`"type":"next","payload":${JSON.stringify(this.format(result, this.payload))}}`);
  }

  tell(answer: SharedAnswer): void {
    const start = `{"id":${this.isPlain ? `"${this.id}"` : JSON.stringify(this.id)},`;
    const startLength = this.isPlain ? start.length : Buffer.byteLength(start);
    const message = bytes(startLength + answer.length);
    message.write(start);
    message.set(answer, startLength);
    this.socket.send(message, TEXT);
  }
}

/** Signed in, and nobody in particular. */
const EVERYBODY = Object.defineProperties({} as Viewer, {
  id: { get: forOneViewer },
  scopes: { get: forOneViewer },
  expiresAt: { get: forOneViewer },
});

function forOneViewer(): never {
  throw new Error('An answer that is shared asks who is asking: mark the field with DEPENDS_ON_VIEWER.');
}
