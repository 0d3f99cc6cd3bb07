import { CloseCode, makeServer, MessageType, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import type { Server } from 'ws';
import type { SmallSteps } from '../../actions/small-steps';
import { refuseDeepJson } from '../limits/json-depth';
import type { TurnBudget } from '../limits/turn-budget';
import { type ClientSocket, ofEach, ofEachConnection } from './client-socket';
import { noteCompleted, type ReadMessage, tellingOfEnds, waitsForEnd } from './ending-operations';
import type { AskingMessage } from './counted-payload';
import { Heartbeat } from './heartbeat';
import { MessagesOnce } from './messages-once';

/** "Policy violation" (RFC 6455, section 7.4.1): graphql-ws clients give up after it, since theirs is the fault. */
const TOO_MANY_MESSAGES = 1008;

/** Counts a message. Closes a socket on which more come in a second than may; what comes after is not to be read. */
function isOneTooMany(socket: ClientSocket, most: number): boolean {
  // Whole milliseconds: a fraction would be an object on the heap for each socket.
  const now = Math.floor(performance.now());
  if (now - socket.messagesSince >= 1_000) {
    socket.messagesSince = now;
    socket.messages = 0;
  }
  socket.messages += 1;
  if (socket.messages <= most) return false;
  socket.removeAllListeners('message');
  socket.removeAllListeners('ping');
  socket.close(TOO_MANY_MESSAGES, 'Too many messages');
  return true;
}

export type ClientSocketServer = Server<typeof ClientSocket>;

/** What graphql-ws hands to each hook besides its own. */
export interface SocketExtra {
  readonly socket: ClientSocket;
}

export interface ProtocolSocketsOptions {
  readonly hooks: ServerOptions<Record<string, unknown>, SocketExtra>;
  readonly sockets: ClientSocketServer;
  /** Any number of sockets may have sent large messages that come in the same turn of the event loop. */
  readonly steps: SmallSteps;
  readonly turn: TurnBudget;
  /** Messages that may come on a socket in a second. */
  readonly mostMessages: number;
  /** The same text, where it is held already. */
  readonly heldSource: (source: string) => string;
  readonly onOpen: (socket: ClientSocket) => void;
  /** Called with each message that asks for an operation, before anything keeps it. */
  readonly onAsked: (socket: ClientSocket, message: AskingMessage) => void;
  /** Called when nothing of an operation goes on, however it has ended. */
  readonly onEnded: (payload: SubscribePayload) => void;
  /** Takes what goes wrong on a socket outside of any operation. */
  readonly onError: (error: unknown) => void;
}

/** Messages that only a server sends. graphql-ws fails on one that comes from a client, as if the fault were the server's. */
const OF_A_SERVER: ReadonlySet<unknown> = new Set([MessageType.ConnectionAck, MessageType.Next, MessageType.Error]);

/** Bytes of a message that may wait to be read while more comes on its socket. */
const LARGE = 16_384;

export interface ProtocolSockets {
  /** Closes every socket with 1001, and resolves when they are closed. */
  close(): Promise<void>;
}

/**
 * graphql-transport-ws on `ws`, by graphql-ws's own server. Its ready-made adapter would do too, but keeps each upgrade's request
 * and a timer for as long as the socket, and writes what goes wrong past the log.
 */
export function serveProtocol({
  hooks,
  sockets,
  steps,
  turn,
  mostMessages,
  heldSource,
  onOpen,
  onAsked,
  onEnded,
  onError,
}: ProtocolSocketsOptions): ProtocolSockets {
  const messages = new MessagesOnce(heldSource);
  const fail = (socket: ClientSocket, error: unknown) => {
    onError(error);
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  };
  const hear = (socket: ClientSocket, message: ReadMessage) => {
    const ended = () => isAsking(message) && onEnded(message.payload);
    const waits = waitsForEnd(socket, message);
    if (waits === 'TOO_MANY') {
      ended();
      socket.close(CloseCode.SubscriberAlreadyExists, 'Subscriber already exists');
    }
    if (waits !== 'NO') return;
    noteCompleted(socket, message);
    messages.hand(message, socket.take).then(ended, (error: unknown) => {
      ended();
      fail(socket, error);
    });
  };
  const server = makeServer({
    ...tellingOfEnds(hooks, hear),
    jsonMessageReviver: messages.revive,
  });
  const heartbeat = new Heartbeat(sockets.clients);

  const read = (socket: ClientSocket, data: Buffer) => {
    socket.noteMessage();
    // What has come on a socket that is being closed has no answer any more.
    if (socket.readyState !== socket.OPEN) return;
    const message = messages.read(data.toString()) as ReadMessage;
    // The operation gets its own error, and only that operation ends.
    const isTooDeep = message?.type !== MessageType.Subscribe && refuseDeepJson(message) !== null;
    if (isTooDeep) socket.close(CloseCode.BadRequest, 'The message has too many levels');
    else if (OF_A_SERVER.has(message?.type)) socket.close(CloseCode.BadRequest, 'Invalid message received');
    else {
      if (isAsking(message)) onAsked(socket, message);
      hear(socket, message);
    }
  };
  const readWaiting = async (socket: ClientSocket, waiting: Buffer[], wait: Promise<void>) => {
    await wait;
    for (let data = waiting.shift(); data; data = waiting.shift()) {
      read(socket, data);
      if (waiting.length > 0) await steps.soon();
    }
    socket.waiting = null;
    if (socket.isPaused) socket.resume();
  };
  const heardMessage = ofEach((socket, data: Buffer) => {
    if (socket.readyState !== socket.OPEN || isOneTooMany(socket, mostMessages)) return socket.noteMessage();
    const wait = socket.waiting ? null : steps.soon();
    if (!socket.waiting && !wait) return read(socket, data);
    // What its client sends during that stays in the network, except what arrived in the same chunk.
    if (socket.waiting || data.length > LARGE) socket.pause();
    if (!wait) return void socket.waiting?.push(data);
    socket.waiting = [data];
    readWaiting(socket, socket.waiting, wait).catch((error: unknown) => fail(socket, error));
  });
  const heardPiece = ofEachConnection((socket, { length }: Buffer) => turn.take(length, socket));
  const heardPing = ofEach((socket, data: Buffer) => {
    socket.noteControl(data);
    isOneTooMany(socket, mostMessages);
  });
  const heardClose = ofEach((socket, code: number, reason: Buffer) => {
    socket.closed(code, reason.toString()).catch(onError);
  });

  sockets.on('connection', (socket) => {
    // What breaks the protocol below ours has been answered by `ws` with a close; without a listener it would end the process.
    socket.on('error', ignored);
    socket.listenToConnection('data', heardPiece);
    socket.on('ping', heardPing);
    socket.on('message', heardMessage);
    socket.on('close', heardClose);
    heartbeat.follow(socket);
    onOpen(socket);
    const protocolSocket = new ProtocolSocket(socket);
    socket.closed = server.opened(protocolSocket, protocolSocket);
  });

  return {
    close: () => {
      heartbeat.stop();
      for (const client of sockets.clients) client.close(1001, 'Going away');
      sockets.removeAllListeners();
      return new Promise((resolve, reject) => {
        sockets.close((error) => (error ? reject(error) : resolve()));
      });
    },
  };
}

/** A socket as graphql-ws takes one. */
class ProtocolSocket implements SocketExtra {
  constructor(readonly socket: ClientSocket) {}

  get protocol(): string {
    return this.socket.protocol;
  }

  /** Resolves when the message has left, or nobody is there to take it. */
  send(message: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState === this.socket.OPEN) this.socket.send(message, () => resolve());
      else resolve();
    });
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason);
  }

  onMessage(take: (message: string) => Promise<void>): void {
    this.socket.take = take;
  }
}

function isAsking(message: ReadMessage): message is AskingMessage & { readonly type: string } {
  const { type, payload } = (message ?? {}) as { readonly type?: unknown; readonly payload?: unknown };
  return type === MessageType.Subscribe && typeof payload === 'object' && payload !== null;
}

const ignored = () => undefined;
