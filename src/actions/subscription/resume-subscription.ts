import type { Services } from '../services';
import { orderChange } from './order-change';
import { isEnding, placeChange, type SubscriptionCommand } from './place-change';

/** Takes a cancellation back while the subscription is still there. */
export async function resumeSubscription(services: Services, command: SubscriptionCommand): Promise<void> {
  const order = await placeChange(services, command, (organization) => (isEnding(organization) ? null : 'NOT_ENDING'));
  await orderChange(services, order, (payments, customerId) => payments.resume(customerId, order.id));
}
