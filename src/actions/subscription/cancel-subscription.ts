import { Forbidden, Refusal } from '../../domain/refusals';
import { deleteCancellationComment } from '../../store/cancellation-comments';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { orderChange } from './order-change';
import { type Cancellation, isEnding, placeChange, type SubscriptionCommand } from './place-change';

/** Lets the subscription end with its period; it is there until then (B4). */
export async function cancelSubscription(
  services: Services,
  { reason = null, comment = null, ...command }: SubscriptionCommand & Partial<Cancellation>,
): Promise<void> {
  const cancellation = { reason, comment: comment?.trim() ? comment : null };
  const order = await placeChange(
    services,
    command,
    (organization) => (isEnding(organization) ? 'ALREADY_ENDING' : null),
    cancellation,
  );
  try {
    await orderChange(services, order, (payments, customerId) => payments.cancelAtPeriodEnd(customerId, order.id));
  } catch (error) {
    const isRefused = error instanceof Refusal || error instanceof Forbidden;
    if (isRefused && cancellation.comment !== null)
      await changeAsHost(services.transactions, order.organizationId, ({ writer }) =>
        deleteCancellationComment(writer, order.id),
      );
    throw error;
  }
}
