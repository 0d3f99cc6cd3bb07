import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { Arrivals } from '../basics/arrivals';
import type { Data, TestService } from '../service/service';

/** A message of graphql-transport-ws. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: Data;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A bare WebSocket of the service, on which a test can say what no well-behaved client says. */
export class RawSocket extends Arrivals<Message> {
  readonly closed: Promise<Closed>;
  private last = 0;

  private constructor(private readonly socket: WebSocket) {
    super();
    socket.on('message', (data: Buffer) => this.take(JSON.parse(data.toString()) as Message));
    // What goes wrong ends in a close.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Opens a socket and says nothing yet. */
  static async open(
    service: Pick<TestService, 'address'>,
    { protocols = ['graphql-transport-ws'] }: { protocols?: string[] } = {},
  ): Promise<RawSocket> {
    const socket = new WebSocket(`${service.address.replace('http', 'ws')}/graphql`, protocols);
    const raw = new RawSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return raw;
  }

  /** Opens a socket and signs in on it. */
  static async signIn(service: Pick<TestService, 'address'>, token: string): Promise<RawSocket> {
    const raw = await RawSocket.open(service);
    raw.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    expect(await raw.next()).toEqual({ type: 'connection_ack' });
    return raw;
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Says as a text what may be none. */
  sayBytes(bytes: Buffer): void {
    this.socket.send(bytes, { binary: false });
  }

  /** Says all of it in one piece, so that the service hears it in one turn. */
  sayAtOnce(...messages: readonly object[]): void {
    const { _socket: connection } = this.socket as unknown as { readonly _socket: Socket };
    connection.cork();
    for (const message of messages) this.say(message);
    connection.uncork();
  }

  /** A part of a message, of which more is to come unless it is the last. */
  sayPart(text: string, isLast = false): void {
    this.socket.send(text, { fin: isLast });
  }

  /** A ping of WebSocket itself, which the protocol above knows nothing of. */
  pingBelow(): void {
    this.socket.ping();
  }

  /** Sends one operation, and returns the id under which its answers come. */
  operate(query: string, variables: Record<string, unknown> = {}, operationName?: string): string {
    const id = String((this.last += 1));
    this.say({ type: 'subscribe', id, payload: { query, variables, operationName } });
    return id;
  }

  /** From now on nothing is taken from the network: what the service sends piles up there. */
  stopReading(): void {
    this.socket.pause();
  }

  readAgain(): void {
    this.socket.resume();
  }

  /** Goes away without a word. */
  terminate(): void {
    this.socket.terminate();
  }
}
