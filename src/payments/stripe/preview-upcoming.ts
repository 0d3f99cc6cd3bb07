import Stripe from 'stripe';
import type { AccountSubscription, UpcomingInvoice } from '../provider';
import type { FoundSubscription } from './find-subscription';
import { isMissing } from './is-missing';
import type { StripeDependencies } from './stripe-dependencies';
import { fromStripeTime } from './stripe-time';
import { fromStripeAmount } from './stripe-units';

/**
 * The subscription's next invoice, by Stripe's own reckoning: with what is scheduled, prorations that wait for it, and the customer's
 * balance. Stripe refuses it where none is to come, and where something is missing that only the invoice needs (an address, for taxes):
 * the rest of the account can be told all the same.
 */
export async function previewUpcoming(
  { stripe }: Pick<StripeDependencies, 'stripe'>,
  { subscription, item }: FoundSubscription,
  { scheduled, period }: Pick<AccountSubscription, 'scheduled' | 'period'>,
): Promise<UpcomingInvoice | null> {
  if (scheduled && scheduled.terms === null && scheduled.at <= period.end) return null;
  try {
    const invoice = await stripe.invoices.createPreview({ subscription: subscription.id });
    const dueAt = fromStripeTime(item.current_period_end);
    return { ...fromStripeAmount(invoice.amount_due, invoice.currency), dueAt };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && !isMissing(error, 'customer')) return null;
    throw error;
  }
}
