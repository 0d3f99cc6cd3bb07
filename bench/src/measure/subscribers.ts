import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

/** Sockets that are being opened at a time: more would overrun the server's queue of connections. */
const OPENING_AT_ONCE = 50;

const NEXT = Buffer.from('"type":"next"');
const ACK = Buffer.from('"type":"connection_ack"');

export interface SubscribersOptions {
  readonly port: number;
  readonly count: number;
  readonly query: string;
  /** What the `index`-th of them signs in and asks with. */
  readonly tokenOf: (index: number) => string;
  readonly variablesOf: (index: number) => object;
}

/** Clients of graphql-transport-ws, each on a socket of its own with one subscription, that count what they are told. */
export class Subscribers {
  /** The newest message of any of them, to be looked at. */
  last: Buffer = Buffer.alloc(0);
  private readonly sockets: WebSocket[] = [];
  private received = 0;
  private awaited = Infinity;
  private reached: () => void = () => undefined;

  /** Connects all of them, and waits for what each is told first. */
  static async of(options: SubscribersOptions, firstMessages = options.count): Promise<Subscribers> {
    const subscribers = new Subscribers();
    const first = subscribers.receive(firstMessages);
    let next = 0;
    const open = async () => {
      while (next < options.count) await subscribers.connect(options, next++);
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, open));
    await first;
    return subscribers;
  }

  get size(): number {
    return this.sockets.length;
  }

  /** Resolves with the time of the last, in milliseconds, when so many more messages have come. */
  receive(count: number): Promise<number> {
    if (count === 0) return Promise.resolve(performance.now());
    this.awaited = this.received + count;
    return new Promise((resolve) => {
      this.reached = () => resolve(performance.now());
    });
  }

  /** Goes away without a word. */
  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  private connect({ port, query, tokenOf, variablesOf }: SubscribersOptions, index: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
        perMessageDeflate: false,
      });
      this.sockets.push(socket);
      socket.on('error', reject);
      socket.on('open', () =>
        socket.send(
          JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${tokenOf(index)}` } }),
        ),
      );
      socket.on('message', (data: Buffer) => {
        if (data.includes(NEXT)) this.count(data);
        else if (data.includes(ACK)) {
          const payload = { query, variables: variablesOf(index) };
          socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload }));
          resolve();
        } else reject(new Error(`A socket was told: ${data.toString().slice(0, 500)}`));
      });
    });
  }

  private count(data: Buffer): void {
    this.last = data;
    if (++this.received === this.awaited) this.reached();
  }
}
