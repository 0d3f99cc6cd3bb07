import { releaseSchedule } from './drop-scheduled';
import { findSubscriptionToChange } from './find-subscription';
import { isSuperseded, markOrder } from './order-mark';
import type { StripeSurroundings } from './stripe-surroundings';

/** Throws `NoSubscription`. */
export async function cancelAtPeriodEnd(
  surroundings: StripeSurroundings,
  customerId: string,
  orderId: string,
): Promise<void> {
  const found = await findSubscriptionToChange(surroundings, customerId);
  const { subscription, item } = found;
  if (isSuperseded(subscription, orderId)) return;
  const terms = await surroundings.prices.termsOf(item.price);
  await releaseSchedule(surroundings, found);
  await surroundings.stripe.subscriptions.update(subscription.id, {
    cancel_at_period_end: true,
    metadata: markOrder(subscription, orderId, terms, 'END'),
  });
}
