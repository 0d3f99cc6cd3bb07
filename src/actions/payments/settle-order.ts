import { CustomerGone } from '../../payments/payment-faults';
import type { Payment, PaymentProvider } from '../../payments/provider';
import { findOrder, type OrderRow } from '../../store/billing-orders';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { applyPayment } from './apply-payment';
import { syncAccount } from './sync-account';
import { takeTicket } from './take-ticket';

/**
 * If the provider shows nothing of a change of a subscription after so many milliseconds, it was never made: the process that
 * requested it ended before, or was refused. No call to a provider lasts as long.
 */
const CHANGE_LOST_AFTER = 3 * 60 * 1000;

/** By so many milliseconds the clocks of instances may differ. What lies further ahead was made by a clock that was wrong. */
export const CLOCK_SKEW = 60 * 60 * 1000;

/** A page that was never made can't be used, and the user would have tried again long ago. Milliseconds. */
const CHECKOUT_LOST_AFTER = 25 * 60 * 60 * 1000;

/**
 * Asks the provider what has become of an order, and takes it over. May be repeated, in any order, by any instance; an order
 * that is not this organization's, or that is unknown, is nobody's.
 */
export async function settleOrder(services: Services, organizationId: string, orderId: string): Promise<void> {
  const { database, payments, catalog, transactions } = services;
  const order = await findOrder(database.reader, organizationId, orderId);
  if (!payments || !order) return;
  // The account shows what became of the subscription.
  if (order.kind === 'SUBSCRIPTION' || order.kind === 'CHANGE') await syncAccount(services, organizationId);
  const question = await takeTicket(services, organizationId);
  if (!question) return;
  const payment = await paymentOf(services, payments, order.customerId ?? question.customerId, order);
  if (!payment) return;
  await changeAsHost(transactions, organizationId, (transaction) =>
    applyPayment(transaction, catalog.currency, orderId, payment, question.asked),
  );
}

async function paymentOf(
  services: Services,
  payments: PaymentProvider,
  customerId: string,
  order: OrderRow,
): Promise<Payment | null> {
  const now = services.clock();
  const age = order.createdAt > now + CLOCK_SKEW ? Infinity : now - order.createdAt;
  if (order.kind === 'CHANGE') return age < CHANGE_LOST_AFTER ? null : EXPIRED;
  const { id: orderId, checkoutId } = order;
  const createdAt = Math.min(order.createdAt, now);
  const known = await payments.readPayment({ orderId, customerId, checkoutId, createdAt });
  if (known) return known;
  if (order.kind === 'RECHARGE')
    return order.status === 'OPEN' ? chargeFor(services, payments, customerId, order) : null;
  return age < CHECKOUT_LOST_AFTER ? null : EXPIRED;
}

const EXPIRED: Payment = { status: 'EXPIRED', amountReturned: 0, declineId: null };

/**
 * Charges the payment method on file for the order, once, however often it is called. A removed customer has no payment method:
 * nothing was charged, and nothing will be.
 */
export async function chargeFor(
  services: Services,
  payments: PaymentProvider,
  customerId: string,
  order: OrderRow,
): Promise<Payment> {
  const { id: orderId, organizationId, amount, credits } = order;
  try {
    return await payments.charge({ orderId, organizationId, customerId, amount, description: `${credits} credits` });
  } catch (error) {
    if (!(error instanceof CustomerGone)) throw error;
    await syncAccount(services, organizationId);
    return { status: 'DECLINED', amountReturned: 0, declineId: `customer_gone/${orderId}` };
  }
}
