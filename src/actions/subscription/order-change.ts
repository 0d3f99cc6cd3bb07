import { Forbidden, Refusal } from '../../domain/refusals';
import { ChangeOutdated, CustomerGone, NoSubscription, PaymentDeclined } from '../../payments/payment-faults';
import type { PaymentProvider } from '../../payments/provider';
import { findBillingAccount } from '../../store/billing-accounts';
import { findOrder, type OrderRow, openOrdersOf } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { changeAsHost } from '../change-organization';
import { completeOrder, dropOrder, endOrder } from '../checkout/order-outcomes';
import { paymentsOf } from '../payments/payments-of';
import { syncAccount } from '../payments/sync-account';
import type { Services } from '../services';

/** The provider is asked for one change of a subscription at a time: each one's numbers rest on what was there before. */
export async function requireNoChangeUnderWay({ writer, organization }: OrganizationTransaction): Promise<void> {
  if ((await openOrdersOf(writer, organization.id, 'CHANGE')).length > 0) throw new Refusal('CHANGE_IN_PROGRESS');
}

/**
 * Requests the change of `order` from the provider, and stores the result. A refusal there changes nothing here. A change without a
 * response is looked up later (`reconcilePayments`).
 */
export async function orderChange(
  services: Services,
  order: OrderRow,
  ask: (payments: PaymentProvider, customerId: string) => Promise<void>,
): Promise<void> {
  const { database, transactions } = services;
  const { id, organizationId } = order;
  const account = await findBillingAccount(database.reader, organizationId);
  const asHost = (work: (transaction: OrganizationTransaction) => Promise<void>) =>
    changeAsHost(transactions, organizationId, work);
  try {
    if (!account) throw new NoSubscription('The provider does not know this organization.');
    await ask(paymentsOf(services), account.customerId);
  } catch (error) {
    if (error instanceof PaymentDeclined) {
      await asHost((transaction) => noteDecline(transaction, order, services.catalog.currency));
      throw new Refusal('PAYMENT_DECLINED');
    }
    const hasEnded = error instanceof NoSubscription || error instanceof CustomerGone;
    const isOutdated = error instanceof ChangeOutdated || hasEnded;
    if (isOutdated || error instanceof Refusal || error instanceof Forbidden)
      await asHost((transaction) => dropOrder(transaction, order, isOutdated ? 'OUTDATED' : 'DECLINED'));
    if (error instanceof ChangeOutdated) throw previewExpired();
    if (!hasEnded) throw error;
    await syncAccount(services, organizationId);
    throw new Refusal('SUBSCRIPTION_ENDED');
  }
  await syncAccount(services, organizationId);
  // Nothing of it shows where the provider had nothing to change; it is done all the same.
  await asHost(async (transaction) => {
    const present = await findOrder(transaction.writer, organizationId, id);
    if (present?.status === 'OPEN') await completeOrder(transaction, present);
  });
}

export function previewExpired(): Refusal {
  return new Refusal('PREVIEW_EXPIRED', ['input', 'previewToken']);
}

async function noteDecline(transaction: OrganizationTransaction, order: OrderRow, currency: string): Promise<void> {
  // Its amount was not known yet when it was placed.
  const present = await findOrder(transaction.writer, order.organizationId, order.id);
  transaction.append({
    kind: 'PAYMENT_DECLINED',
    actorId: order.actorId,
    details: { orderId: order.id, amount: present?.amount ?? order.amount, currency },
  });
  await endOrder(transaction, order, 'DECLINED');
}
