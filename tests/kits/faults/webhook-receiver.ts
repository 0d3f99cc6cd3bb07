import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { DeliveriesTaken, type FeedTold, type ToldEvent } from './feed-told';
import type { Findings } from './findings';
import { passes } from '../basics/passing-time';

/** WELL, or it takes long to answer, or answers 500 to all, or takes what comes and never answers. */
export type Health = { readonly delay: number } | 'WELL' | 'FAILS' | 'SILENT';

/** The receiver of webhooks. */
export class WebhookReceiver {
  readonly secret = `whsec_${randomBytes(32).toString('base64')}`;
  readonly deliveries: DeliveriesTaken;
  health: Health = 'WELL';
  private server: Server | null = null;
  private port = 0;

  constructor(
    told: FeedTold,
    private readonly findings: Findings,
  ) {
    this.deliveries = new DeliveriesTaken(told, (law) => findings.breaks(law));
  }

  /** For the settings of an instance. */
  get environment(): NodeJS.ProcessEnv {
    return { WEBHOOK_URL: `http://127.0.0.1:${this.port}/hooks`, WEBHOOK_SECRETS: this.secret };
  }

  /** On the same port as before, if there was one. */
  async start(): Promise<void> {
    this.server = createServer((request, response) => void this.take(request, response)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** As a process that is killed: connections are cut off, and nobody listens. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      await this.answer(request, response, Buffer.concat(pieces).toString());
    } catch (error) {
      // The sender was killed, or this receiver.
      if (!request.destroyed) throw error;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const event = this.verified(request, body);
    if (!event) return;
    this.deliveries.hear(event);
    const { health } = this;
    this.findings.count('done', 'webhooks tried');
    if (health === 'SILENT') return;
    if (health === 'FAILS') return void response.writeHead(500).end();
    if (health !== 'WELL') await passes(health.delay);
    // It was killed in the meantime, and has done nothing.
    if (!this.server || response.destroyed) return;
    if (this.deliveries.accept(event)) this.findings.count('done', 'webhooks accepted');
    response.writeHead(204).end();
  }

  /** Instances' clocks jump by hours, so that the time that was signed is not judged. */
  private verified({ headers }: IncomingMessage, body: string): ToldEvent | null {
    const id = String(headers['webhook-id']);
    const signedAt = new Date(Number(headers['webhook-timestamp']) * 1_000);
    const signature = new Webhook(this.secret).sign(id, signedAt, body);
    if (headers['webhook-signature'] !== signature) {
      this.findings.breaks(`The receiver got ${body}, signed ${String(headers['webhook-signature'])}.`);
      return null;
    }
    const { timestamp, ...event } = JSON.parse(body) as Omit<ToldEvent, 'id' | 'occurredAt'> & { timestamp: string };
    return { ...event, id, occurredAt: timestamp };
  }
}
