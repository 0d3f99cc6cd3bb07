import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Random } from '../basics/random';

/** What happens to a directory call on its way. After the first two the caller has no response, and sends it again. */
const FAULTS = ['NOT_DELIVERED', 'NO_RESPONSE', 'TWICE', 'LOST', 'LATE'] as const;

export type Fault = (typeof FAULTS)[number];

/** Of the calls, what reaches the service as it should. */
const SOUND = 0.4;

interface Answered {
  readonly status: number;
  readonly answer: string;
}

interface Call {
  readonly path: string;
  readonly authorization: string;
  readonly body: string;
}

/**
 * Between a host and the service: drops, repeats, holds back and shuffles the calls of the directory, and passes all others on. A call that is
 * lost or held back is acknowledged as if it had arrived.
 */
export class UnreliableProxy {
  readonly counts: Record<Fault, number> = { NOT_DELIVERED: 0, NO_RESPONSE: 0, TWICE: 0, LOST: 0, LATE: 0 };
  private choose: () => Fault | null = () => null;
  private held: Call[] = [];

  private constructor(
    private readonly serviceUrl: string,
    private readonly server: Server,
  ) {
    server.on('request', (request, response) => {
      this.take(request, response).catch(() => response.destroy());
    });
  }

  static async before(serviceUrl: string): Promise<UnreliableProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new UnreliableProxy(serviceUrl, server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on, calls meet faults of each kind. */
  misbehave(random: Random): void {
    this.choose = () => (random() < SOUND ? null : FAULTS[Math.floor(random() * FAULTS.length)]!);
  }

  /** From now on, this happens to each call; null is nothing. */
  always(fault: Fault | null): void {
    this.choose = () => fault;
  }

  /** Delivers what was held back, in another order. */
  async release(random: Random): Promise<void> {
    const calls = this.held;
    this.held = [];
    while (calls.length > 0) await this.deliver(calls.splice(Math.floor(random() * calls.length), 1)[0]!);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const call = { path: request.url!, authorization: request.headers.authorization ?? '', body };
    const mutation = /^mutation .*\{ (\w+)\(input/.exec((JSON.parse(body) as { query: string }).query)?.[1];
    const fault = mutation ? this.choose() : null;
    if (fault) this.counts[fault] += 1;
    if (fault === 'LATE') this.held.push(call);
    if (fault === 'LATE' || fault === 'LOST') return reply(response, { status: 200, answer: acknowledge(mutation!) });
    if (fault === 'NOT_DELIVERED') return void response.destroy();
    if (fault === 'TWICE') await this.deliver(call);
    const answered = await this.deliver(call);
    if (fault === 'NO_RESPONSE') return void response.destroy();
    reply(response, answered);
  }

  private async deliver({ path, authorization, body }: Call): Promise<Answered> {
    const headers = { 'content-type': 'application/json', authorization };
    const response = await fetch(`${this.serviceUrl}${path}`, { method: 'POST', headers, body });
    return { status: response.status, answer: await response.text() };
  }
}

function reply(response: ServerResponse, { status, answer }: Answered): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
}

function acknowledge(mutation: string): string {
  return JSON.stringify({ data: { [mutation]: { changed: true, userErrors: [] } } });
}
