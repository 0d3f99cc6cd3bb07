import { Refusal } from '../../domain/refusals';
import { findOrder, type OrderRow, openOrdersOf } from '../../store/billing-orders';
import { customerOf } from '../payments/customer-of';
import { paymentsOf } from '../payments/payments-of';
import { settleOrder } from '../payments/settle-order';
import type { Services } from '../services';

/** Two pages that were both paid would be two subscriptions: before there is a new one, those before it are closed. */
export async function closeEarlierPages(services: Services, order: OrderRow): Promise<void> {
  const { organizationId } = order;
  const { reader } = services.database;
  for (const earlier of await openOrdersOf(reader, organizationId, 'SUBSCRIPTION')) {
    if (earlier.id === order.id || earlier.checkoutId === null) continue;
    const customerId = earlier.customerId ?? (await customerOf(services, organizationId));
    await paymentsOf(services).expireCheckout(customerId, earlier.checkoutId);
    await settleOrder(services, organizationId, earlier.id);
    if ((await findOrder(reader, organizationId, earlier.id))?.status === 'COMPLETED')
      throw new Refusal('SUBSCRIBED_MEANWHILE');
  }
}
