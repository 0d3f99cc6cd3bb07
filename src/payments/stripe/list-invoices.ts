import type Stripe from 'stripe';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * An invoice may be paid long after a newer one: Stripe tries for two months, and the payer may pay an old one by hand.
 * So far before the last one seen is looked for such; seconds.
 */
const LATE_PAYMENT = 400 * 24 * 60 * 60;

/**
 * The customer's invoices, newest first: all of them, or with `knownId`, one that was paid, at least those that may have changed
 * since: that were paid after it, are open, or are of the present period.
 */
export async function listInvoices(
  { stripe }: Pick<StripeDependencies, 'stripe'>,
  customerId: string,
  knownId: string | null,
): Promise<Stripe.Invoice[]> {
  const newestFirst: Stripe.Invoice[] = [];
  let known: Stripe.Invoice | null = null;
  for await (const invoice of stripe.invoices.list({ customer: customerId, limit: 100 })) {
    newestFirst.push(invoice);
    if (invoice.id === knownId) known = invoice;
    if (known && invoice.created < paidAt(known) - LATE_PAYMENT) break;
  }
  return newestFirst;
}

/** Those of the invoices, newest first, that were paid: in the order in which they were, oldest first. */
export function paidOf(newestFirst: readonly Stripe.Invoice[]): Stripe.Invoice[] {
  // The sort is stable: invoices that were paid in one second stay in the order in which they were made.
  return newestFirst
    .filter(({ status }) => status === 'paid')
    .reverse()
    .sort((one, other) => paidAt(one) - paidAt(other));
}

function paidAt({ status_transitions: transitions, created }: Stripe.Invoice): number {
  return transitions.paid_at ?? created;
}
