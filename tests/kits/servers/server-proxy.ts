import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** An answer in place of the server's. */
interface Refusal {
  readonly errno: number;
  readonly to: (chunk: Buffer) => boolean;
  readonly ends: boolean;
}

interface Cut {
  readonly text: string;
  readonly when: 'BEFORE' | 'AFTER';
  readonly done: () => void;
}

const DEFAULT_PORTS: Record<string, number> = { 'mysql:': 3306, 'redis:': 6379 };

/**
 * Stands between the service and its MySQL or Redis server, and cuts the line when a test says so: `BEFORE` a statement has reached the
 * server, or `AFTER` the server has answered it and before the service hears.
 */
export class ServerProxy {
  readonly url: string;
  private readonly lines = new Set<Socket>();
  private cut: Cut | null = null;
  private isOpen = true;
  private isStalled = false;
  private stallsAt: string | null = null;
  private refusal: Refusal | null = null;
  private forgotten = new Set<Socket>();
  private lag = 0;

  private constructor(
    private target: URL,
    private readonly server: ReturnType<typeof createServer>,
  ) {
    const through = new URL(target);
    through.hostname = '127.0.0.1';
    through.port = String((server.address() as AddressInfo).port);
    this.url = through.href;
    server.on('connection', (client) => this.relay(client, this.target));
  }

  static async before(url: string): Promise<ServerProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ServerProxy(new URL(url), server);
  }

  /** Cuts the connection that sends the next statement with this text. Resolves when that has happened. */
  cutAt(text: string, when: 'BEFORE' | 'AFTER'): Promise<void> {
    return new Promise((resolve) => {
      this.cut = { text, when, done: resolve };
    });
  }

  /** Ends all lines, as a server does that stops; with `refuse`, no new one gets through until `accept`. */
  async cutAll(how: 'reset' | 'end' = 'reset'): Promise<void> {
    const closed = [...this.lines].map((line) => once(line, 'close'));
    for (const line of this.lines) {
      if (how === 'reset') reset(line);
      else line.end();
    }
    await Promise.all(closed);
  }

  /** Resolves when somebody tries the next line. */
  async tried(): Promise<void> {
    await once(this.server, 'connection');
  }

  refuse(): void {
    this.isOpen = false;
  }

  accept(): void {
    this.isOpen = true;
  }

  /** What is said from now on gets lost, on lines that stay open: so looks a server that hangs. */
  stall(): void {
    this.isStalled = true;
  }

  /** The same, from the next statement with this text. */
  stallAt(text: string): void {
    this.stallsAt = text;
  }

  /** The next statement that matches is answered with an error, and does not reach the MySQL server; the line ends then, or goes on. */
  refuseNext(errno: number, to: Refusal['to'], { ends }: { ends: boolean }): void {
    this.refusal = { errno, to, ends };
  }

  /** Ends all lines after an error that nobody has asked for, as MySQL does with those that nobody has used for long. */
  async endAll(errno: number): Promise<void> {
    for (const line of this.lines) line.write(errorPacket(errno, 0));
    await this.cutAll('end');
  }

  /** Each way takes so many milliseconds longer. To be set while nobody says anything. */
  slowDown(milliseconds: number): void {
    this.lag = milliseconds;
  }

  /** What is said on the present lines gets lost from now on, as where a middlebox has forgotten them. New ones work. */
  forget(): void {
    this.forgotten = new Set(this.lines);
  }

  /** New lines lead to another server; those that are open stay where they are. */
  moveTo(url: string): void {
    this.target = new URL(url);
  }

  /** What is said from now on gets through. */
  flow(): void {
    this.isStalled = false;
    this.stallsAt = null;
  }

  async close(): Promise<void> {
    this.server.close();
    await this.cutAll();
  }

  private relay(client: Socket, target: URL): void {
    if (!this.isOpen) return reset(client);
    const upstream = connect({ host: target.hostname, port: Number(target.port || DEFAULT_PORTS[target.protocol]) });
    let cutting: Cut | null = null;
    const cutNow = () => {
      reset(client);
      upstream.destroy();
      cutting?.done();
    };
    this.lines.add(client);
    client.on('data', (chunk) => {
      if (this.stallsAt !== null && chunk.includes(this.stallsAt)) this.isStalled = true;
      if (this.isStalled || this.forgotten.has(client)) return;
      if (this.refusal?.to(chunk)) {
        const { errno, ends } = this.refusal;
        this.refusal = null;
        client.write(errorPacket(errno, 1));
        if (ends) client.end();
        return;
      }
      if (this.cut && chunk.includes(this.cut.text)) {
        cutting = this.cut;
        this.cut = null;
        if (cutting.when === 'BEFORE') return cutNow();
      }
      this.later(() => upstream.writable && upstream.write(chunk));
    });
    upstream.on('data', (chunk) => {
      if (this.isStalled || this.forgotten.has(client)) return;
      if (cutting) cutNow();
      else this.later(() => client.writable && client.write(chunk));
    });
    client
      .on('error', () => undefined)
      .on('close', () => {
        this.lines.delete(client);
        upstream.destroy();
      });
    upstream.on('error', () => undefined).on('close', () => client.destroy());
  }

  private later(pass: () => void): void {
    if (this.lag === 0) pass();
    else setTimeout(pass, this.lag);
  }
}

/** MySQL's error, as the packet of this number. */
function errorPacket(errno: number, packet: number): Buffer {
  const text = Buffer.from('#HY000An error of a test');
  const head = Buffer.from([0, 0, 0, packet, 0xff, errno & 0xff, errno >> 8]);
  head.writeUIntLE(text.length + 3, 0, 3);
  return Buffer.concat([head, text]);
}

/** A line that is being closed can't be reset any more. */
function reset(line: Socket): void {
  if (line.writable) line.resetAndDestroy();
  else line.destroy();
}
