import type { Services } from '../services';
import { orderChange } from './order-change';
import { isEnding, placeChange, type SubscriptionCommand } from './place-change';

/** Lets the subscription end with its period; it is there until then (B4). */
export async function cancelSubscription(services: Services, command: SubscriptionCommand): Promise<void> {
  const order = await placeChange(services, command, (organization) =>
    isEnding(organization) ? 'ALREADY_ENDING' : null,
  );
  await orderChange(services, order, (payments, customerId) => payments.cancelAtPeriodEnd(customerId, order.id));
}
