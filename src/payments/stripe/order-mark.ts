import type Stripe from 'stripe';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import { describeOrderLeft, type WhatIsScheduled } from './order-left';

/** Of a value in Stripe's metadata; as many ids of earlier orders fit in as anybody could still be asking for. */
const MOST_CHARACTERS = 500;

/** The order that changes the subscription, for its metadata: with those before it, the newest first. */
export function markOrder(
  { metadata }: Stripe.Subscription,
  orderId: string,
  terms: SubscriptionTerms,
  scheduled: WhatIsScheduled,
) {
  const before = earlierOrders(metadata);
  const last = metadata.order_id;
  const earlier = last && last !== orderId ? [last, ...before] : before;
  while (earlier.join(' ').length > MOST_CHARACTERS) earlier.pop();
  return {
    order_id: orderId,
    order_left: describeOrderLeft(terms, scheduled),
    earlier_orders: earlier.join(' '),
  };
}

/**
 * Whether the order was done and others have come after it: who asks for it again has not heard, and must undo nothing.
 */
export function isSuperseded({ metadata }: Stripe.Subscription, orderId: string): boolean {
  return metadata.order_id !== orderId && earlierOrders(metadata).includes(orderId);
}

function earlierOrders({ earlier_orders: earlier = '' }: Stripe.Metadata): string[] {
  return earlier.split(' ').filter(Boolean);
}
