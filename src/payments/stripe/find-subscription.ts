import type Stripe from 'stripe';
import { NoSubscription } from '../payment-faults';
import type { StripeDependencies } from './stripe-dependencies';

/** A customer's subscription, with the one item of it that is the plan. */
export interface FoundSubscription {
  readonly subscription: Stripe.Subscription;
  readonly item: Stripe.SubscriptionItem;
}

/**
 * The customer's subscription. Null if it does not exist or has ended. If a second one was made by hand, it is the oldest,
 * so that the result does not alternate.
 */
export async function findSubscription(
  { stripe }: Pick<StripeDependencies, 'stripe'>,
  customerId: string,
): Promise<FoundSubscription | null> {
  // Without a status Stripe leaves out those that were canceled.
  const listed = stripe.subscriptions.list({
    customer: customerId,
    limit: 100,
    expand: ['data.latest_invoice', 'data.schedule', 'data.default_payment_method'],
  });
  let oldest: FoundSubscription | null = null;
  for await (const subscription of listed) {
    const item = planItemOf(subscription);
    const isOlder = !oldest || subscription.created <= oldest.subscription.created;
    if (item && hasStarted(subscription) && isOlder) oldest = { subscription, item };
  }
  return oldest;
}

/** As `findSubscription`, for those who can't go on without. Throws `NoSubscription`. */
export async function findSubscriptionToChange(
  dependencies: Pick<StripeDependencies, 'stripe'>,
  customerId: string,
): Promise<FoundSubscription> {
  const found = await findSubscription(dependencies, customerId);
  if (!found) throw new NoSubscription('The customer has no subscription.');
  return found;
}

/** `incomplete`: its first payment has not succeeded, and unless it does within a day it has never been. */
function hasStarted({ status }: Stripe.Subscription): boolean {
  return !['incomplete', 'incomplete_expired', 'canceled'].includes(status);
}

/** Ours has one item. One made by hand may have several: the one that names a plan counts, or else the first. */
function planItemOf({ items }: Stripe.Subscription): Stripe.SubscriptionItem | null {
  return items.data.find(({ price }) => price.metadata.plan_key) ?? items.data[0] ?? null;
}
