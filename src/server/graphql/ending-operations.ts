import { MessageType, type ServerOptions } from 'graphql-ws';

/** A parsed message. graphql-ws refuses an invalid one. */
export type ReadMessage = { readonly type?: unknown; readonly id?: unknown } | null | undefined;

/** What is known of the operations of a socket. */
interface OperationsOfSocket {
  /** Those that have begun, or are about to, by id. */
  readonly subscriptions: Readonly<Record<string, unknown>>;
  /** What waits, by id, for the end of an operation that the client has completed. Null if none is ending. */
  ending: Map<string, ReadMessage[]> | null;
}

type Hooks<Socket> = ServerOptions<Record<string, unknown>, { readonly socket: Socket }>;

/** Messages that may wait for the end of one operation: one that takes its id again, and the end of that. */
const MOST_WAITING = 2;

/**
 * Notes the id of an operation that the client completes, before graphql-ws forgets it: its running step still continues to the end.
 * graphql-ws only knows the id, and would take that end for the end of another operation with the same id.
 */
export function noteCompleted(socket: OperationsOfSocket, message: ReadMessage): void {
  if (message?.type !== MessageType.Complete || typeof message.id !== 'string') return;
  if (message.id in socket.subscriptions) (socket.ending ??= new Map()).set(message.id, []);
}

/**
 * Where the message is about an id whose last operation has been completed and has not ended yet: `WAITS` until that has
 * ended, or `TOO_MANY` of them wait already.
 */
export function waitsForEnd(socket: OperationsOfSocket, message: ReadMessage): 'NO' | 'WAITS' | 'TOO_MANY' {
  if (!socket.ending || typeof message?.id !== 'string') return 'NO';
  const waiting = socket.ending.get(message.id);
  if (!waiting) return 'NO';
  return waiting.push(message) > MOST_WAITING ? 'TOO_MANY' : 'WAITS';
}

/**
 * The same hooks, which have `hear` take what has waited for the end of an operation. No promise or listener of each operation's own
 * tells of that, because it would cost every subscription its memory. graphql-ws calls `onComplete` last, but where `onSubscribe` gives
 * errors; and is done with the id in the same turn of the event loop.
 */
export function tellingOfEnds<Socket extends OperationsOfSocket>(
  hooks: Hooks<Socket>,
  hear: (socket: Socket, message: ReadMessage) => void,
): Hooks<Socket> {
  const ended = (socket: Socket, id: string) => {
    if (!socket.ending?.has(id)) return;
    setImmediate(() => {
      const waiting = socket.ending?.get(id) ?? [];
      socket.ending?.delete(id);
      if (socket.ending?.size === 0) socket.ending = null;
      for (const message of waiting) hear(socket, message);
    });
  };
  return {
    ...hooks,
    onSubscribe: async (context, id, payload) => {
      const given = await hooks.onSubscribe?.(context, id, payload);
      if (Array.isArray(given)) ended(context.extra.socket, id);
      return given;
    },
    onComplete: async (context, id, payload) => {
      await hooks.onComplete?.(context, id, payload);
      ended(context.extra.socket, id);
    },
  };
}
