import { releaseSchedule } from './drop-scheduled';
import { findSubscriptionToChange } from './find-subscription';
import { isSuperseded, markOrder } from './order-mark';
import type { StripeDependencies } from './stripe-dependencies';

/** Throws `NoSubscription`. */
export async function cancelAtPeriodEnd(
  dependencies: StripeDependencies,
  customerId: string,
  orderId: string,
): Promise<void> {
  const found = await findSubscriptionToChange(dependencies, customerId);
  const { subscription, item } = found;
  if (isSuperseded(subscription, orderId)) return;
  const terms = await dependencies.prices.termsOf(item.price);
  await releaseSchedule(dependencies, found);
  await dependencies.stripe.subscriptions.update(subscription.id, {
    cancel_at_period_end: true,
    metadata: markOrder(subscription, orderId, terms, 'END'),
  });
}
