import { MessageType } from 'graphql-ws';

/** A message that has been read; graphql-ws refuses what is none. */
export type ReadMessage = { readonly type?: unknown; readonly id?: unknown } | null | undefined;

/** What is known of the operations of a socket. */
interface OperationsOfSocket {
  /** Those that have begun, or are about to, by id. */
  readonly subscriptions: Readonly<Record<string, unknown>>;
  /** What waits, by id, for the end of an operation that the client has completed; null where none is ending. */
  ending: Map<string, ReadMessage[]> | null;
}

/** Messages that may wait for the end of one operation: one that takes its id again, and the end of that. */
const MOST_WAITING = 2;

/** The id of the operation that the message begins, or null. */
export function begunBy(message: ReadMessage): string | null {
  return message?.type === MessageType.Subscribe && typeof message.id === 'string' ? message.id : null;
}

/**
 * Notes, before graphql-ws forgets it, the id of an operation that the client completes: what it is doing at that moment it does to
 * the end. graphql-ws goes by the id alone, and would then take the end of it for that of another with the same id.
 */
export function noteCompleted(socket: OperationsOfSocket, message: ReadMessage): void {
  if (message?.type !== MessageType.Complete || typeof message.id !== 'string') return;
  if (message.id in socket.subscriptions) (socket.ending ??= new Map()).set(message.id, []);
}

/**
 * Where the message is about an id whose last operation has been completed and has not ended yet: `WAITS` until `noteEnded` gives it
 * back, or `TOO_MANY` of them wait already.
 */
export function waitsForEnd(socket: OperationsOfSocket, message: ReadMessage): 'NO' | 'WAITS' | 'TOO_MANY' {
  if (!socket.ending || typeof message?.id !== 'string') return 'NO';
  const waiting = socket.ending.get(message.id);
  if (!waiting) return 'NO';
  return waiting.push(message) > MOST_WAITING ? 'TOO_MANY' : 'WAITS';
}

/** To be called when an operation has come to its end, whoever has ended it. Returns what has waited for that, in order. */
export function noteEnded(socket: OperationsOfSocket, id: string): readonly ReadMessage[] {
  const waiting = socket.ending?.get(id) ?? [];
  socket.ending?.delete(id);
  if (socket.ending?.size === 0) socket.ending = null;
  return waiting;
}
