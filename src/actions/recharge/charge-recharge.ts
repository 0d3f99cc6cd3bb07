import type { OrderRow } from '../../store/billing-orders';
import { changeAsHost } from '../change-organization';
import { applyPayment } from '../payments/apply-payment';
import { chargeFor } from '../payments/settle-order';
import { takeTicket } from '../payments/take-ticket';
import type { Services } from '../services';

/** Charges a recharge that has just been ordered. What becomes of it unheard is looked up later (`reconcilePayments`). */
export async function chargeRecharge(services: Services, order: OrderRow): Promise<void> {
  const { payments, catalog, transactions } = services;
  const { id, organizationId } = order;
  const question = await takeTicket(services, organizationId);
  if (!payments || !question) return;
  const payment = await chargeFor(services, payments, order.customerId ?? question.customerId, order);
  await changeAsHost(transactions, organizationId, (transaction) =>
    applyPayment(transaction, catalog.currency, id, payment, question.asked),
  );
}
