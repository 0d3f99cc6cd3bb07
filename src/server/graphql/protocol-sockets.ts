import { CloseCode, makeServer, type ServerOptions } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import { Heartbeat } from './heartbeat';

/** What graphql-ws hands to each hook besides its own. */
export interface SocketExtra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
}

export interface ProtocolSockets {
  /** Closes every socket with 1001, and resolves when they are closed. */
  close(): Promise<void>;
}

/**
 * graphql-transport-ws on `ws`, by graphql-ws's own server. Its ready-made adapter would do too, but keeps each upgrade's request
 * and a timer for as long as the socket, and writes what goes wrong past the log.
 */
export function serveProtocol(
  hooks: ServerOptions<Record<string, unknown>, SocketExtra>,
  sockets: WebSocketServer,
  onError: (error: unknown) => void,
): ProtocolSockets {
  const server = makeServer(hooks);
  const heartbeat = new Heartbeat();

  sockets.on('connection', (socket) => {
    // What breaks the protocol below ours has been answered by `ws` with a close; without a listener it would end the process.
    socket.on('error', ignored);
    heartbeat.follow(socket);
    const closed = server.opened(new ProtocolSocket(socket, onError), { socket });
    socket.once('close', (code, reason) => {
      closed(code, reason.toString()).catch(onError);
    });
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
class ProtocolSocket {
  constructor(
    private readonly socket: WebSocket,
    private readonly onError: (error: unknown) => void,
  ) {}

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
    this.socket.on('message', (message: Buffer) => {
      take(message.toString()).catch((error: unknown) => {
        this.onError(error);
        this.socket.close(CloseCode.InternalServerError, 'Internal server error');
      });
    });
  }
}

const ignored = () => undefined;
