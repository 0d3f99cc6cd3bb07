import { dropScheduled } from './drop-scheduled';
import { findSubscriptionToChange } from './find-subscription';
import { isSuperseded, markOrder } from './order-mark';
import type { StripeSurroundings } from './stripe-surroundings';

/** Throws `NoSubscription`. */
export async function resume(surroundings: StripeSurroundings, customerId: string, orderId: string): Promise<void> {
  const found = await findSubscriptionToChange(surroundings, customerId);
  if (isSuperseded(found.subscription, orderId)) return;
  const terms = await surroundings.prices.termsOf(found.item.price);
  await dropScheduled(surroundings, found, markOrder(found.subscription, orderId, terms, null));
}
