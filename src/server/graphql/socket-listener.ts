import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { LiveListener, SharedAnswer } from '../../actions/live/live-listener';
import type { OperationReads } from '../../actions/reads/operation-reads';
import type { Viewer } from '../../domain/viewer';
import type { OperationContext } from '../../graphql/context';

export interface SocketListenerOptions {
  readonly socket: WebSocket;
  /** The operation's id, as the client chose it. */
  readonly id: string;
  readonly shares: string;
  /** What the operation was asked with. */
  readonly args: () => ExecutionArgs;
  /** An answer as it leaves the service. */
  readonly format: (result: ExecutionResult) => object;
}

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
  // Kept as text: a buffer would hold on to the whole of the pool that it was cut from.
  private readonly start: string;
  private readonly startLength: number;

  constructor(private readonly options: SocketListenerOptions) {
    this.start = `{"id":${JSON.stringify(options.id)},`;
    this.startLength = Buffer.byteLength(this.start);
  }

  get shares(): string {
    return this.options.shares;
  }

  isReady(): boolean {
    const { socket } = this.options;
    return socket.bufferedAmount === 0 && socket.readyState === socket.OPEN;
  }

  async answer(event: unknown, reads: OperationReads): Promise<SharedAnswer | null> {
    const { args, format } = this.options;
    const own = args();
    const contextValue: OperationContext = {
      ...(own.contextValue as OperationContext),
      viewer: EVERYBODY,
      reads,
      freshReads: () => reads,
    };
    const result = await execute({ ...own, rootValue: event, contextValue });
    if (result.data == null) return null;
    return Buffer.from(`"type":"next","payload":${JSON.stringify(format(result))}}`);
  }

  tell(answer: SharedAnswer): void {
    const message = bytes(this.startLength + answer.length);
    message.write(this.start);
    message.set(answer, this.startLength);
    this.options.socket.send(message, TEXT);
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
