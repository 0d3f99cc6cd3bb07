import { MessageType } from 'graphql-ws';
import type { ClientSocket } from './client-socket';

/** Of a message that has been read; graphql-ws refuses what is not one. */
export interface ReadMessage {
  readonly type?: unknown;
  readonly id?: unknown;
}

/** The id of the operation that the message begins, or null. */
export function begunBy(message: ReadMessage | null | undefined): string | null {
  return message?.type === MessageType.Subscribe && typeof message.id === 'string' ? message.id : null;
}

/**
 * Notes, before graphql-ws forgets it, the id of an operation that the client completes: what it is doing at that moment it does to
 * the end. graphql-ws goes by the id alone, and would then take the end of it for that of another with the same id.
 */
export function noteCompleted(socket: ClientSocket, message: ReadMessage | null | undefined): void {
  if (message?.type !== MessageType.Complete || typeof message.id !== 'string') return;
  if (message.id in socket.subscriptions) (socket.ending ??= new Set()).add(message.id);
}

/** To be called when the operation has come to its end, whoever has ended it. */
export function noteEnded(socket: ClientSocket, id: string): void {
  socket.ending?.delete(id);
  if (socket.ending?.size === 0) socket.ending = null;
}
