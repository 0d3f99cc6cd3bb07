import type { Socket } from 'node:net';
import type { Context } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Connection } from '../../actions/subscriptions/subscriber';
import type { Viewer } from '../../domain/viewer';
import type { UnreadBytes } from '../limits/unread-bytes';
import type { ReadMessage } from './ending-operations';
import type { Stranger } from './stranger';

const NONE = Object.create(null) as Context['subscriptions'];

const CLIENT = Symbol('client');

/** What a client's socket was made of, which knows whose it is. */
interface ClientConnection extends Socket {
  [CLIENT]?: ClientSocket;
}

const nobody = () => Promise.resolve();

/** Before the payload of a client's control frame, which is short and masked (RFC 6455, 5.2). */
const HEAD_OF_CONTROL_FRAME = 6;

/**
 * A client's socket, with all that the service knows of it. Most sockets do nothing most of the time, so that what each of them
 * costs is its memory: one object for all of it, and no listener or timer of its own.
 */
export class ClientSocket extends WebSocket implements Connection {
  /** What it was made of; frames may be written to it as long as it is open. */
  connection: Socket | null = null;
  /** What bounds its backlog, once it is open. */
  unread: UnreadBytes | null = null;
  /** As long as nobody knows whose it is. */
  stranger: Stranger | null = null;
  /** Null until it has signed in. */
  viewer: Viewer | null = null;
  /** graphql-ws's own, once it has signed in. Null means that it is not a running subscription. */
  subscriptions: Context['subscriptions'] = NONE;
  /** The ids of the operations that have been asked for and not begun yet. Null if there are none. */
  opening: Set<string> | null = null;
  /** What waits, by id, for the end of an operation that the client has completed. Null if none is ending. */
  ending: Map<string, ReadMessage[]> | null = null;
  /** The turn in which it is pinged, and whether it owes the answer to a ping. */
  turn = 0;
  isSilent = false;
  /** Messages that have come since then, in milliseconds of `performance.now()`. */
  messages = 0;
  messagesSince = 0;
  /** Messages that have come and are not read yet. Null if there are none. */
  waiting: Buffer[] | null = null;
  /** Up to which byte of its connection messages have come whole. */
  readUpTo = 0;
  /** graphql-ws's handlers for its messages and for its close. */
  take: (message: string) => Promise<void> = nobody;
  closed: (code: number, reason: string) => Promise<void> = nobody;

  override send(...written: unknown[]): void {
    super.send.apply(this, written as never);
    this.wrote();
  }

  override ping(...written: unknown[]): void {
    super.ping.apply(this, written as never);
    this.wrote();
  }

  /** `ws` answers the pings of WebSocket itself with it. */
  override pong(...written: unknown[]): void {
    super.pong.apply(this, written as never);
    this.wrote();
  }

  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    this.wrote();
  }

  /** To be called after a write to its connection that bypasses the socket. Ends a socket whose client leaves too much unread (L7). */
  wrote(): void {
    if (this.connection && this.connection.writableLength > 0) this.unread?.check(this.connection);
  }

  /** Bytes of a message of which the end has not come yet, or that is not read yet. */
  get unfinished(): number {
    return this.connection && this.readyState !== this.CLOSED ? this.connection.bytesRead - this.readUpTo : 0;
  }

  /** To be called when a message is read, even if more has come in the same piece. */
  noteMessage(): void {
    this.readUpTo = this.connection?.bytesRead ?? 0;
  }

  /** To be called with the payload of each ping and pong of WebSocket itself: they may come in the middle of a message. */
  noteControl({ length }: Buffer): void {
    this.readUpTo += HEAD_OF_CONTROL_FRAME + length;
  }

  /** With a listener of `ofEachConnection`. */
  listenToConnection(event: 'data', listener: (this: ClientConnection, data: Buffer) => void): void {
    const connection: ClientConnection | null = this.connection;
    if (!connection) return;
    connection[CLIENT] = this;
    connection.on(event, listener);
  }

  /** What has come and waits to be read holds it paused: who reads that goes on with it. */
  override resume(): void {
    if (this.waiting === null) super.resume();
  }

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

/** The same for what comes on the connections of all of them. */
export function ofEachConnection<Told extends unknown[]>(listener: (socket: ClientSocket, ...told: Told) => void) {
  return function (this: ClientConnection, ...told: Told): void {
    const socket = this[CLIENT];
    if (socket) listener(socket, ...told);
  };
}
