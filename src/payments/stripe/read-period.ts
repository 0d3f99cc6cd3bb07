import type Stripe from 'stripe';
import type { AccountSubscription } from '../provider';
import type { FoundSubscription } from './find-subscription';
import { idOf } from './id-of';
import { fromStripeTime } from './stripe-time';

/** The present period: when it is, whether it has been paid for, and since when in it the plan is what it is. */
export function readPeriod(
  { subscription, item }: FoundSubscription,
  /** Those that were paid, newest last. */
  invoices: readonly Stripe.Invoice[],
): Pick<AccountSubscription, 'period' | 'isPeriodPaid' | 'planSince'> {
  // The period is the item's since API version 2025-03-31; the subscription has none any more.
  const { current_period_start: start, current_period_end: end } = item;
  const paid = invoices.filter(
    ({ parent }) => parent?.subscription_details && idOf(parent.subscription_details.subscription) === subscription.id,
  );
  const lines = paid.flatMap((invoice) => invoice.lines.data);
  const isForPresentPrice = ({ amount, pricing }: Stripe.InvoiceLineItem) =>
    amount >= 0 && pricing?.price_details && idOf(pricing.price_details.price) === item.price.id;

  const upgraded = lines.findLast(
    (line) => isForPresentPrice(line) && isProration(line) && line.period.start > start && line.period.end === end,
  );
  return {
    period: { start: fromStripeTime(start), end: fromStripeTime(end) },
    isPeriodPaid: subscription.status === 'trialing' || isPaid(subscription, lines, start, end),
    planSince: fromStripeTime(upgraded?.period.start ?? start),
  };
}

/**
 * Whether an invoice for the period has been paid. Not what `status` says: a renewal's invoice is a draft for an hour,
 * and the subscription is active all the while. The first period of a change from monthly to annual begins as the
 * change is made, and its invoice may say a second more or less; a paid proration says nothing of the period that it is
 * a part of.
 */
function isPaid(
  { latest_invoice: latest }: Stripe.Subscription,
  paidLines: readonly Stripe.InvoiceLineItem[],
  start: number,
  end: number,
): boolean {
  if (paidLines.some(({ period, amount }) => amount >= 0 && period.start === start && period.end === end)) return true;
  if (!latest || typeof latest === 'string' || latest.status !== 'paid') return false;
  return latest.lines.data.some((line) => !isProration(line) && Math.abs(line.period.end - end) <= ABOUT_AS_LATE);
}

/** Seconds between the moment that a change was priced for and that in which Stripe made it. */
const ABOUT_AS_LATE = 15 * 60;

function isProration({ parent }: Stripe.InvoiceLineItem): boolean {
  return Boolean(parent?.subscription_item_details?.proration ?? parent?.invoice_item_details?.proration);
}
