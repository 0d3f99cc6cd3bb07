import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { OperationReads } from '../../actions/loaders/operation-reads';
import type { SharedOutput } from '../../actions/subscriptions/deliver';
import type { Viewer } from '../../domain/viewer';
import type { OperationContext, BaseContext } from '../../graphql/context';
import { Budget } from '../../graphql/cost/budget';
import type { LiveCost } from '../../graphql/cost/live-cost';
import { costLimitExceededIn } from '../../graphql/errors/cost-limit-exceeded';
import type { ClientSocket } from './client-socket';
import { SharedMessage } from './shared-message';

/** An answer to an operation, as it leaves the service. */
export type FormatOf = (result: ExecutionResult, payload: SubscribePayload) => object;

/**
 * Delivers shared responses to one subscription of a socket (L8). It bypasses graphql-ws's loop, which builds each message
 * again. A message is the operation's id, then bytes that all share.
 */
export class SocketOutput implements SharedOutput {
  /** What the operation is executed with; it holds this listener, which is made before. */
  args: ExecutionArgs | null = null;
  /** The escaped JSON string, without its quotation marks. For most ids it is the id itself, so that graphql-ws's copy is enough. */
  private readonly id: string;

  constructor(
    private readonly format: FormatOf,
    private readonly socket: ClientSocket,
    /** The operation's id, as the client chose it. */
    id: string,
    readonly shares: string,
    private readonly payload: SubscribePayload,
    private readonly liveCost: LiveCost,
  ) {
    const escaped = JSON.stringify(id).slice(1, -1);
    this.id = escaped === id ? id : escaped;
  }

  isReady(): boolean {
    const { socket, liveCost } = this;
    return socket.bufferedAmount === 0 && socket.readyState === socket.OPEN && liveCost.isWithin;
  }

  async answer(event: unknown, reads: OperationReads): Promise<SharedMessage | null> {
    if (!this.args) return null;
    const given = this.args.contextValue as BaseContext;
    // What is left of the other viewers' limits does not change the shared response.
    const budget = new Budget(given.costLimit, given.certainCost, null);
    const contextValue: OperationContext = {
      ...given,
      viewer: EVERYBODY,
      reads,
      freshReads: () => reads,
      budget,
    };
    const result = await execute({ ...this.args, rootValue: event, contextValue });
    if (result.data == null || costLimitExceededIn(result.errors)) return null;
    this.liveCost.note(budget.spent);
    return new SharedMessage(
      Buffer.from(`","type":"next","payload":${JSON.stringify(this.format(result, this.payload))}}`),
    );
  }

  tell(answer: SharedMessage): void {
    const { socket } = this;
    answer.send(socket.connection!, this.id);
    socket.wrote();
  }
}

/** Signed in, and nobody in particular. */
const EVERYBODY = Object.defineProperties({} as Viewer, {
  id: { get: forOneViewer },
  scopes: { get: forOneViewer },
  expiresAt: { get: forOneViewer },
});

function forOneViewer(): never {
  throw new Error('A shared response reads the viewer: mark the field with DEPENDS_ON_VIEWER.');
}
