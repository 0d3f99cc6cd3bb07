import type { Duplex } from 'node:stream';
import type { Context } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Connection } from '../../actions/live/followed-log';
import type { Viewer } from '../../domain/viewer';
import type { ReadMessage } from './ending-operations';

const NONE = Object.create(null) as Context['subscriptions'];

const nobody = () => Promise.resolve();

/**
 * A client's socket, with all that the service knows of it. Most sockets do nothing most of the time, so that what each of them
 * costs is its memory: one object for all of it, and no listener or timer of its own.
 */
export class ClientSocket extends WebSocket implements Connection {
  /** What it was made of; frames may be written to it as long as it is open. */
  connection: Duplex | null = null;
  /** Where it comes from, as long as nobody knows whose it is. */
  address: string | null = null;
  /** Null until it has signed in. */
  viewer: Viewer | null = null;
  /** graphql-ws's own, once it has signed in: null stands for what is no running subscription. */
  subscriptions: Context['subscriptions'] = NONE;
  /** The ids of the operations that have been asked for and not begun yet; null where there are none. */
  opening: Set<string> | null = null;
  /** What waits, by id, for the end of an operation that the client has completed; null where none is ending. */
  ending: Map<string, ReadMessage[]> | null = null;
  /** The turn in which it is pinged, and whether it owes the answer to a ping. */
  turn = 0;
  isSilent = false;
  /** Messages that have come since then, in milliseconds of `performance.now()`. */
  messages = 0;
  messagesSince = 0;
  /** What takes its messages, and what is told that it has closed; both are graphql-ws's. */
  take: (message: string) => Promise<void> = nobody;
  closed: (code: number, reason: string) => Promise<void> = nobody;

  cutOff(): void {
    this.terminate();
  }
}

/** A listener for all of them, which `ws` tells whose it is by `this`: one of its own is memory that each would cost. */
export function ofEach<Told extends unknown[]>(listener: (socket: ClientSocket, ...told: Told) => void) {
  return function (this: WebSocket, ...told: Told): void {
    listener(this as ClientSocket, ...told);
  };
}
