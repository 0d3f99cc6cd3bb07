import type { Catalog } from '../../domain/billing/catalog';
import type { Account, AccountSubscription, PaidInvoice } from '../../payments/provider';
import type { BillingAccountRow } from '../../store/billing-accounts';
import { findOrder, type OrderRow } from '../../store/billing-orders';
import type { OrganizationColumns, OrganizationTransaction } from '../../store/organization-transaction';
import type { OrganizationRow } from '../../store/organizations';
import { completeOrder } from '../checkout/order-outcomes';
import { disableAutoRecharge } from '../recharge/disable-auto-recharge';
import { type Included, renewIncludedCredits } from './included-credits';
import { subscriptionEntries } from './subscription-entries';

/**
 * Makes the organization what the provider says it is, and logs what that changes: the subscription, its invoices, its included
 * credits and the payment method. Returns what is new of the bookkeeping.
 */
export async function takeOverAccount(
  transaction: OrganizationTransaction,
  catalog: Catalog,
  known: BillingAccountRow,
  account: Account,
): Promise<Partial<BillingAccountRow>> {
  const { organization } = transaction;
  const { subscription } = account;
  const behind = await orderBehind(transaction, subscription);
  // Its author is the actor, if it is not stored here yet.
  const order = behind?.status === 'OPEN' ? behind : null;
  const author = {
    actorId: order?.actorId ?? null,
    isOrdered: behind !== null,
    cancelReason: order?.cancelReason ?? null,
  };
  for (const entry of subscriptionEntries(organization, known.currentPeriodStart, subscription, author))
    transaction.append(entry);
  if (order) await completeOrder(transaction, order);
  const invoices = notYetLogged(account.invoices, known.lastInvoiceId);
  for (const invoice of invoices) await logInvoice(transaction, catalog, invoice, behind);
  takeOverPaymentMethod(transaction, account.paymentMethod !== null);
  const included = renewIncludedCredits(transaction, catalog, known, account);
  transaction.set({ ...columnsOf(organization, subscription), creditsDueAt: creditsDueAt(subscription, included) });

  return {
    ...included,
    currentPeriodStart: subscription?.period.start ?? null,
    lastInvoiceId: invoices.at(-1)?.id ?? known.lastInvoiceId,
  };
}

/** The order that led to the present subscription. Null if it was made at the provider. */
async function orderBehind(
  transaction: OrganizationTransaction,
  subscription: AccountSubscription | null,
): Promise<OrderRow | null> {
  if (!subscription?.orderId) return null;
  return (await findOrder(transaction.writer, transaction.organization.id, subscription.orderId)) ?? null;
}

/** The list was asked for from an earlier point where an answer in between has been taken over. */
function notYetLogged(invoices: readonly PaidInvoice[], lastInvoiceId: string | null): readonly PaidInvoice[] {
  return invoices.slice(invoices.findIndex(({ id }) => id === lastInvoiceId) + 1);
}

async function logInvoice(
  transaction: OrganizationTransaction,
  { currency }: Catalog,
  invoice: PaidInvoice,
  behind: OrderRow | null,
): Promise<void> {
  const { id, amount, reason, orderId } = invoice;
  const find = (known: string) => findOrder(transaction.writer, transaction.organization.id, known);
  const order = orderId === null ? null : orderId === behind?.id ? behind : await find(orderId);
  transaction.append({
    kind: 'INVOICE_PAID',
    actorId: order?.actorId ?? null,
    details: { invoiceId: id, amount, currency, reason },
  });
}

function takeOverPaymentMethod(transaction: OrganizationTransaction, hasPaymentMethod: boolean): void {
  if ((transaction.organization.hasPaymentMethod === 1) === hasPaymentMethod) return;
  transaction.set({ hasPaymentMethod: hasPaymentMethod ? 1 : 0 });
  transaction.append({ kind: hasPaymentMethod ? 'PAYMENT_METHOD_ADDED' : 'PAYMENT_METHOD_REMOVED' });
  if (!hasPaymentMethod && transaction.organization.autoRechargeEnabled === 1)
    disableAutoRecharge(transaction, 'PAYMENT_METHOD_REMOVED', null);
}

/** A year's months end before it does. Otherwise the period's end is looked at, and 0 makes a later year be looked at once. */
function creditsDueAt(subscription: AccountSubscription | null, { includedMonthEnd }: Included): number {
  return subscription?.cadence === 'ANNUAL' ? (includedMonthEnd ?? 0) : 0;
}

function columnsOf({ status }: OrganizationRow, subscription: AccountSubscription | null): OrganizationColumns {
  const scheduled = subscription?.scheduled ?? null;
  return {
    status: subscription?.status ?? (status === 'NONE' ? 'NONE' : 'CANCELED'),
    planKey: subscription?.planKey ?? null,
    cadence: subscription?.cadence ?? null,
    currentPeriodEnd: subscription?.period.end ?? null,
    scheduledPlanKey: scheduled?.terms?.planKey ?? null,
    scheduledCadence: scheduled?.terms?.cadence ?? null,
    scheduledAt: scheduled?.at ?? null,
  };
}
