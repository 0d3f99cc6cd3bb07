import { createHmac } from 'node:crypto';
import type { HostEvent } from '../../actions/host-events/host-event';
import type { DeliveryOutcome } from '../../actions/host-events/webhook-deliverer';
import type { WebhookSettings } from '../settings';

/** How long the receiver may take to answer, in milliseconds (Standard Webhooks: 15 to 30 seconds). */
const TIMEOUT = 15_000;

const USER_AGENT = 'billing-admins';

/**
 * Tries to deliver one event as a Standard Webhook: https://www.standardwebhooks.com. Any answer but 2xx is a failure, a redirect too: the
 * operator has not named its target. Only the status and `Retry-After` of the answer are read.
 */
export async function sendWebhook(
  { url, secrets }: WebhookSettings,
  event: HostEvent,
  { clock, signal }: { readonly clock: () => number; readonly signal: AbortSignal },
): Promise<DeliveryOutcome> {
  const body = webhookBody(event);
  const timestamp = String(Math.floor(clock() / 1_000));
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        'webhook-id': event.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures(secrets, `${event.id}.${timestamp}.${body}`),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    });
    // The rest of the answer is not read.
    await response.body?.cancel().catch(() => undefined);
    if (response.ok) return { kind: 'DELIVERED' };
    if (response.status === 410) return { kind: 'GONE' };
    const retryAfter = readRetryAfter(response.headers.get('retry-after'), clock());
    return { kind: 'FAILED', reason: `The receiver answered ${response.status}.`, retryAfter };
  } catch (error) {
    return { kind: 'FAILED', reason: reasonOf(error), retryAfter: null };
  }
}

/** The same bytes each time. */
export function webhookBody({
  type,
  occurredAt,
  organizationId,
  rosterVersion,
  feedId,
  position,
  data,
}: HostEvent): string {
  const timestamp = new Date(occurredAt).toISOString();
  return JSON.stringify({ type, timestamp, organizationId, rosterVersion, feedId, position, data });
}

/** One for each secret, so that a receiver knows either while one is being replaced. */
function signatures(secrets: readonly Buffer[], content: string): string {
  return secrets.map((secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`).join(' ');
}

/** Seconds, or a date; null for anything else. */
function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null || value.length > 40) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** The code of a system error, which operators search for. It contains no part of the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The receiver was not reached.';
  if (error.name === 'TimeoutError') return `The receiver did not answer within ${TIMEOUT} milliseconds.`;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `The receiver was not reached: ${code}.` : 'The receiver was not reached.';
}
