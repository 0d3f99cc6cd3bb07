import type Stripe from 'stripe';
import type { Account, AccountSubscription } from '../provider';
import { describeInvoices } from './describe-invoices';
import { describeOverdue } from './describe-overdue';
import { describePaymentMethod } from './describe-payment-method';
import { describeShownInvoices } from './describe-shown-invoices';
import { findPresentCustomer } from './find-customer';
import { findPaymentMethod } from './find-payment-method';
import { type FoundSubscription, findSubscription } from './find-subscription';
import { listInvoices, paidOf } from './list-invoices';
import { describeOrderLeft } from './order-left';
import { previewUpcoming } from './preview-upcoming';
import { readPeriod } from './read-period';
import { readScheduled } from './read-scheduled';
import { timeOf } from './read-time';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * How Stripe's words for a subscription's state read here. `unpaid` and `paused` are subscriptions that nobody pays for
 * and that can be taken up again; those that have not started or have ended are not asked for their status.
 */
const STATUSES: Partial<Record<string, AccountSubscription['status']>> = {
  trialing: 'TRIALING',
  active: 'ACTIVE',
  past_due: 'PAST_DUE',
  unpaid: 'PAST_DUE',
  paused: 'PAST_DUE',
};

export async function readAccount(
  dependencies: StripeDependencies,
  customerId: string,
  afterInvoiceId: string | null,
): Promise<Account> {
  const [customer, found, invoices] = await Promise.all([
    findPresentCustomer(dependencies, customerId),
    findSubscription(dependencies, customerId),
    listInvoices(dependencies, customerId, afterInvoiceId),
  ]);

  const paid = paidOf(invoices);
  const after = paid.findIndex(({ id }) => id === afterInvoiceId);
  const [now, paymentMethod, subscription, paidInvoices] = await Promise.all([
    timeOf(dependencies, customer),
    findPaymentMethod(dependencies, customer, found?.subscription ?? null),
    found && readSubscription(dependencies, found, paid),
    describeInvoices(dependencies, paid.slice(after + 1)),
  ]);
  return {
    now,
    paymentMethod: paymentMethod && describePaymentMethod(paymentMethod),
    subscription,
    invoices: paidInvoices,
    upcomingInvoice: found && subscription && (await previewUpcoming(dependencies, found, subscription)),
    overdue: found && subscription?.status === 'PAST_DUE' ? describeOverdue(found.subscription, invoices) : null,
    shownInvoices: describeShownInvoices(invoices),
  };
}

async function readSubscription(
  dependencies: StripeDependencies,
  found: FoundSubscription,
  invoices: readonly Stripe.Invoice[],
): Promise<AccountSubscription> {
  const { subscription, item } = found;
  const terms = await dependencies.prices.termsOf(item.price);
  const scheduled = await readScheduled(dependencies, found, terms);
  const { order_id: orderId, order_left: orderLeft } = subscription.metadata;
  const left = describeOrderLeft(terms, scheduled && (scheduled.terms ?? 'END'));
  return {
    ...terms,
    // A status that Stripe adds later does not count as paid.
    status: STATUSES[subscription.status] ?? 'PAST_DUE',
    ...(await readPeriod(dependencies, found, invoices)),
    scheduled,
    orderId: orderId && orderLeft === left ? orderId : null,
  };
}
