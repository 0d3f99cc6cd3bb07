import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isWhole } from './http-load';

/** Servers close a connection on which nothing comes for five seconds; one that has been idle nearly so long is not used. */
const MOST_IDLE = 3_000;

/** A request, and when it is due after the beginning, in milliseconds. */
export interface Due {
  readonly at: number;
  readonly request: Buffer;
}

/**
 * Sends each request when it is due, whether or not those before it have been answered, and resolves with the milliseconds from
 * when each was due to the end of its answer, in their order. A load that waits for answers asks less of a server that stalls, and
 * omits from its figures the requests that would have waited ("coordinated omission"). Rejects where an answer is not 200, or
 * has errors.
 */
export async function loadWhenDue(port: number, due: readonly Due[]): Promise<number[]> {
  const idle: Connection[] = [];
  const all: Connection[] = [];
  const began = performance.now();
  const answers: Promise<number>[] = [];
  try {
    for (const { at, request } of due) {
      const wait = began + at - performance.now();
      if (wait > 0) await delay(wait);
      const last = idle.pop();
      const connection = last && last.idleFor() < MOST_IDLE ? last : new Connection(port);
      if (!all.includes(connection)) all.push(connection);
      const answer = connection.ask(request).then(() => {
        idle.push(connection);
        return performance.now() - began - at;
      });
      // It is looked at with the others in the end.
      answer.catch(() => undefined);
      answers.push(answer);
    }
    return await Promise.all(answers);
  } finally {
    for (const connection of all) connection.close();
  }
}

/** A kept-alive connection with one request at a time. */
class Connection {
  private readonly socket: Socket;
  private answeredAt = 0;
  private received: Buffer = Buffer.alloc(0);
  private answered: () => void = () => undefined;
  private failed: (error: Error) => void = () => undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', (error) => this.failed(error));
    this.socket.on('close', () => this.failed(new Error('A server closed a connection that was under load.')));
    this.socket.on('data', (chunk) => this.take(chunk));
  }

  /** Milliseconds since its last answer. */
  idleFor(): number {
    return performance.now() - this.answeredAt;
  }

  ask(request: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    if (!isWhole(this.received)) return;
    this.answeredAt = performance.now();
    const isGood = this.received.toString('latin1', 9, 12) === '200' && !this.received.includes('"errors":');
    if (isGood) this.answered();
    else this.failed(new Error(`A server answered: ${this.received.toString('utf8', 0, 500)}`));
    this.received = Buffer.alloc(0);
  }
}
