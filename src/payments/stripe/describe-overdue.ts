import type Stripe from 'stripe';
import type { OverduePayment } from '../provider';
import { idOf } from './id-of';
import { fromStripeAmount } from './stripe-units';
import { fromStripeTime } from './stripe-time';

/** What is late of the subscription: its open invoices, of which the oldest is to be paid first. */
export function describeOverdue(
  subscription: Stripe.Subscription,
  invoices: readonly Stripe.Invoice[],
): OverduePayment | null {
  const open = invoices
    .filter(({ status, parent, amount_remaining: rest }) => {
      const of = parent?.subscription_details?.subscription;
      return status === 'open' && rest > 0 && of !== undefined && idOf(of) === subscription.id;
    })
    .sort((one, other) => dueAt(one) - dueAt(other));
  const [oldest] = open;
  if (!oldest) return null;
  const attempts = open.flatMap(({ next_payment_attempt: at }) => (at === null ? [] : [fromStripeTime(at)]));
  const amount = open.reduce((sum, { amount_remaining: rest }) => sum + rest, 0);
  return {
    ...fromStripeAmount(amount, oldest.currency),
    since: fromStripeTime(dueAt(oldest)),
    nextAttemptAt: attempts.length === 0 ? null : Math.min(...attempts),
    payUrl: oldest.hosted_invoice_url ?? null,
  };
}

/** When it should have been paid: the card is tried once the invoice is final. */
function dueAt({ due_date: due, status_transitions: transitions, created }: Stripe.Invoice): number {
  return due ?? transitions.finalized_at ?? created;
}
