import type Stripe from 'stripe';
import type { Notice } from '../notices';
import { BadWebhook } from './bad-webhook';
import { idOf } from './id-of';
import { readOrderMetadata } from './order-metadata';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * What a webhook has news of. Nothing if it is not ours, or of a kind that does not matter. Only its ids and metadata are used,
 * because it may be late, repeated, or in the form of another API version. Throws `BadWebhook`.
 */
export async function readWebhook(
  dependencies: Pick<StripeDependencies, 'stripe'>,
  webhookSecret: string,
  rawBody: Buffer,
  signature: string | undefined,
): Promise<Notice[]> {
  return noticesOf(dependencies, verify(dependencies, webhookSecret, rawBody, signature));
}

function verify(
  { stripe }: Pick<StripeDependencies, 'stripe'>,
  webhookSecret: string,
  rawBody: Buffer,
  signature: string | undefined,
): Stripe.Event {
  try {
    // With the package's own tolerance of five minutes, by the wall's clock.
    return stripe.webhooks.constructEvent(rawBody, signature ?? '', webhookSecret);
  } catch {
    // Its errors carry the body.
    throw new BadWebhook();
  }
}

/**
 * The kinds that matter; all others are ignored. `docs/guide/payments.md` lists the same kinds for the operator who creates the
 * endpoint.
 */
async function noticesOf({ stripe }: Pick<StripeDependencies, 'stripe'>, event: Stripe.Event): Promise<Notice[]> {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired': {
      const { metadata, customer, mode } = event.data.object;
      const ofOrder = orderNotice(metadata);
      return ofOrder.length > 0 && mode === 'subscription' ? [...ofOrder, ...accountNotice(customer)] : ofOrder;
    }
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.processing':
    case 'payment_intent.canceled':
    case 'payment_intent.requires_action':
      return orderNotice(event.data.object.metadata);
    case 'charge.refunded':
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated': {
      const { payment_intent: intent } = event.data.object;
      if (!intent) return [];
      return orderNotice((await stripe.paymentIntents.retrieve(idOf(intent))).metadata);
    }
    case 'customer.updated':
    case 'customer.deleted':
      return accountNotice(event.data.object.id);
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
    case 'customer.subscription.paused':
    case 'customer.subscription.resumed':
    case 'payment_method.attached':
    case 'payment_method.updated':
    case 'payment_method.automatically_updated':
    case 'invoice.finalized':
    case 'invoice.updated':
    case 'invoice.paid':
    case 'invoice.payment_failed':
    case 'invoice.voided':
    case 'invoice.marked_uncollectible':
    case 'subscription_schedule.created':
    case 'subscription_schedule.updated':
    case 'subscription_schedule.released':
    case 'subscription_schedule.completed':
    case 'subscription_schedule.canceled':
    case 'subscription_schedule.aborted':
      return accountNotice(event.data.object.customer);
    case 'payment_method.detached':
      // It has no customer any more. The previous attributes name the former one.
      return accountNotice(event.data.previous_attributes?.customer ?? null);
    default:
      return [];
  }
}

function orderNotice(metadata: Stripe.Metadata | null): Notice[] {
  const order = readOrderMetadata(metadata);
  return order ? [{ kind: 'ORDER', ...order }] : [];
}

function accountNotice(customer: string | { readonly id: string } | null): Notice[] {
  return customer ? [{ kind: 'ACCOUNT', customerId: idOf(customer) }] : [];
}
