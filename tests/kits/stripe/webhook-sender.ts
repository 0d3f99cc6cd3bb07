import Stripe from 'stripe';
import type { StoredEvent } from './stored-objects';
import { WEBHOOK_SECRET } from './stripe-under-test';

interface Signing {
  readonly secret?: string;
  /** When Stripe has signed it, in seconds since the epoch. */
  readonly timestamp?: number;
}

/** Sends webhooks as Stripe does, signed by the package's own test function. */
export class WebhookSender {
  constructor(private readonly url: string) {}

  /** The status that it was answered with. */
  async send(event: StoredEvent | object, signing: Signing = {}): Promise<number> {
    const payload = JSON.stringify(event);
    return this.post(payload, signatureOf(payload, signing));
  }

  async post(body: string, signature: string | null, contentType = 'application/json; charset=utf-8'): Promise<number> {
    const headers = { 'content-type': contentType, ...(signature !== null && { 'stripe-signature': signature }) };
    const answer = await fetch(this.url, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }
}

export function signatureOf(payload: string, { secret = WEBHOOK_SECRET, timestamp }: Signing = {}): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, ...(timestamp !== undefined && { timestamp }) });
}
