import type Stripe from 'stripe';
import type { Account, AccountSubscription } from '../provider';
import { describeInvoices } from './describe-invoices';
import { findPresentCustomer } from './find-customer';
import { findPaymentMethod } from './find-payment-method';
import { type FoundSubscription, findSubscription } from './find-subscription';
import { listPaidInvoices } from './list-paid-invoices';
import { describeOrderLeft } from './order-left';
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
    listPaidInvoices(dependencies, customerId, afterInvoiceId),
  ]);

  const after = invoices.findIndex(({ id }) => id === afterInvoiceId);
  const [now, paymentMethod, subscription, paidInvoices] = await Promise.all([
    timeOf(dependencies, customer),
    findPaymentMethod(dependencies, customer, found?.subscription ?? null),
    found && readSubscription(dependencies, found, invoices),
    describeInvoices(dependencies, invoices.slice(after + 1)),
  ]);
  return { now, hasPaymentMethod: paymentMethod !== null, subscription, invoices: paidInvoices };
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
