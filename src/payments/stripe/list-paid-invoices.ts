import type Stripe from 'stripe';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * An invoice may be paid long after a newer one: Stripe tries for two months, and the payer may pay an old one by hand.
 * So far before the last one seen is looked for such; seconds.
 */
const LATE_PAYMENT = 400 * 24 * 60 * 60;

/**
 * The customer's paid invoices in the order in which they were paid, oldest first: all of them, or with `knownId` at
 * least those that were paid after that one, and so many before it that the present period is among them.
 */
export async function listPaidInvoices(
  { stripe }: Pick<StripeDependencies, 'stripe'>,
  customerId: string,
  knownId: string | null,
): Promise<Stripe.Invoice[]> {
  const newestFirst: Stripe.Invoice[] = [];
  let known: Stripe.Invoice | null = null;
  for await (const invoice of stripe.invoices.list({ customer: customerId, status: 'paid', limit: 100 })) {
    newestFirst.push(invoice);
    if (invoice.id === knownId) known = invoice;
    if (known && invoice.created < paidAt(known) - LATE_PAYMENT) break;
  }
  // The sort is stable: invoices that were paid in one second stay in the order in which they were made.
  return newestFirst.reverse().sort((one, other) => paidAt(one) - paidAt(other));
}

function paidAt({ status_transitions: transitions, created }: Stripe.Invoice): number {
  return transitions.paid_at ?? created;
}
