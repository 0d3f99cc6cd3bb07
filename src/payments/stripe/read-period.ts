import type Stripe from 'stripe';
import type { AccountSubscription, PaidPlan } from '../provider';
import type { FoundSubscription } from './find-subscription';
import { idOf } from './id-of';
import type { StripeDependencies } from './stripe-dependencies';
import { fromStripeTime } from './stripe-time';

/** The present period: when it is, and which plans were paid for in it. */
export async function readPeriod(
  { prices }: Pick<StripeDependencies, 'prices'>,
  { subscription, item }: FoundSubscription,
  /** Those that were paid, newest last. */
  invoices: readonly Stripe.Invoice[],
): Promise<Pick<AccountSubscription, 'period' | 'paidPlans'>> {
  // The period is the item's since API version 2025-03-31; the subscription has none any more.
  const { current_period_start: start, current_period_end: end } = item;
  const period = { start: fromStripeTime(start), end: fromStripeTime(end) };
  if (subscription.status === 'trialing') {
    const { planKey } = await prices.termsOf(item.price);
    return { period, paidPlans: [{ planKey, since: period.start }] };
  }
  const lines = paidLinesOf(subscription, invoices).filter(({ amount }) => amount >= 0);
  const whole = lines.filter((line) => !isProration(line) && Math.abs(line.period.end - end) <= ABOUT_AS_LATE);
  // A paid proration says nothing of the period that it is a part of.
  if (whole.length === 0) return { period, paidPlans: [] };

  const parts = lines.filter((line) => isProration(line) && line.period.end === end && line.period.start >= start);
  const paidPlans: PaidPlan[] = [];
  for (const { pricing, period: paid } of [...whole, ...parts]) {
    const price = pricing?.price_details?.price;
    if (!price) continue;
    const { planKey } = await prices.termsOf(idOf(price));
    paidPlans.push({ planKey, since: fromStripeTime(Math.max(start, paid.start)) });
  }
  // The sort is stable: of changes in the same second the one that was paid later counts as the later one.
  return { period, paidPlans: paidPlans.sort((one, other) => one.since - other.since) };
}

/**
 * The first period of a change from monthly to annual begins as the change is made, and its invoice may say a second more
 * or less. Seconds between the moment that a change was priced for and that in which Stripe made it.
 */
const ABOUT_AS_LATE = 15 * 60;

/**
 * What was paid for the subscription. Not what its `status` says: a renewal's invoice is a draft for an hour, and the
 * subscription is active all the while.
 */
function paidLinesOf(
  { id, latest_invoice: latest }: Stripe.Subscription,
  invoices: readonly Stripe.Invoice[],
): readonly Stripe.InvoiceLineItem[] {
  const paid = invoices.filter(
    ({ parent }) => parent?.subscription_details && idOf(parent.subscription_details.subscription) === id,
  );
  // The list was asked for at the same time as the subscription, so that it may be older.
  const isNewer =
    latest && typeof latest === 'object' && latest.status === 'paid' && !paid.some((known) => known.id === latest.id);
  return [...paid, ...(isNewer ? [latest] : [])].flatMap((invoice) => invoice.lines.data);
}

function isProration({ parent }: Stripe.InvoiceLineItem): boolean {
  return Boolean(parent?.subscription_item_details?.proration ?? parent?.invoice_item_details?.proration);
}
