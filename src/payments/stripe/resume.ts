import { dropScheduled } from './drop-scheduled';
import { findSubscriptionToChange } from './find-subscription';
import { isSuperseded, markOrder } from './order-mark';
import type { StripeDependencies } from './stripe-dependencies';

/** Throws `NoSubscription`. */
export async function resume(dependencies: StripeDependencies, customerId: string, orderId: string): Promise<void> {
  const found = await findSubscriptionToChange(dependencies, customerId);
  if (isSuperseded(found.subscription, orderId)) return;
  const terms = await dependencies.prices.termsOf(found.item.price);
  await dropScheduled(dependencies, found, markOrder(found.subscription, orderId, terms, null));
}
