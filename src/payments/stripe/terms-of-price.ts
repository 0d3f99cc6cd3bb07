import type Stripe from 'stripe';
import type { SubscriptionTerms } from '../../domain/billing/orders';

/** In a price's metadata. An operator who sells an older price goes on may set them there by hand. */
export function priceMetadata({ planKey, cadence }: SubscriptionTerms) {
  return { plan_key: planKey, cadence };
}

/**
 * The terms of a price. One that was made by hand counts as a plan with the price's own id, which no catalog
 * has: such a subscription can be seen, and changed to one of ours.
 */
export function termsOfPrice({
  id,
  metadata,
  recurring,
}: Pick<Stripe.Price, 'id' | 'metadata' | 'recurring'>): SubscriptionTerms {
  const cadence = metadata.cadence;
  const months = (recurring?.interval_count ?? 1) * (recurring?.interval === 'month' ? 1 : 0);
  return {
    planKey: metadata.plan_key || id,
    cadence:
      cadence === 'MONTHLY' || cadence === 'ANNUAL'
        ? cadence
        : recurring?.interval === 'year' || months >= 12
          ? 'ANNUAL'
          : 'MONTHLY',
  };
}
