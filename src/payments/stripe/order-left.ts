import type { SubscriptionTerms } from '../../domain/billing/orders';

/** How a subscription goes on at the end of its period: not at all, with other terms, or as it is (null). */
export type WhatIsScheduled = 'END' | SubscriptionTerms | null;

/**
 * How an order left the subscription, in words of its metadata beside the order's id. What the payer changes at Stripe
 * leaves the metadata alone: where these words don't describe the subscription any more, the order is not the last
 * change.
 */
export function describeOrderLeft(terms: SubscriptionTerms, scheduled: WhatIsScheduled): string {
  const words = ({ planKey, cadence }: SubscriptionTerms) => `${planKey}/${cadence}`;
  if (scheduled === null) return words(terms);
  return `${words(terms)} then ${scheduled === 'END' ? 'end' : words(scheduled)}`.slice(0, MOST_CHARACTERS);
}

/** Of a value in Stripe's metadata. */
const MOST_CHARACTERS = 500;
