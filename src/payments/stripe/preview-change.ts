import type Stripe from 'stripe';
import { periodEnd } from '../../domain/billing/periods';
import { isSame } from '../../domain/billing/subscription-changes';
import type { ChangePreview, PlannedChange } from '../provider';
import { type FoundSubscription, findSubscriptionToChange } from './find-subscription';
import { readTime } from './read-time';
import type { StripeDependencies } from './stripe-dependencies';
import { fromStripeTime, toStripeTime } from './stripe-time';

/** What a change would cost as of `at`, by Stripe's own reckoning. Throws `NoSubscription`. */
export async function previewChange(
  dependencies: StripeDependencies,
  customerId: string,
  change: PlannedChange,
  at: number | null,
): Promise<ChangePreview> {
  const found = await findSubscriptionToChange(dependencies, customerId);
  const moment = at ?? (await readTime(dependencies, customerId));
  return previewFound(dependencies, found, change, fromStripeTime(toStripeTime(moment)));
}

/** As `previewChange`, of a subscription that was read before. */
export async function previewFound(
  dependencies: StripeDependencies,
  found: FoundSubscription,
  change: PlannedChange,
  at: number,
): Promise<ChangePreview> {
  const { stripe, prices } = dependencies;
  const { subscription, item } = found;
  const current = await prices.termsOf(item.price);
  const isNow = change.timing === 'NOW' && !isSame(current, change);
  const price = isSame(current, change) ? item.price.id : await prices.idFor(change);
  const preview = (details: Stripe.InvoiceCreatePreviewParams) =>
    stripe.invoices.createPreview({ subscription: subscription.id, ...details });
  const items = [{ id: item.id, price }];

  const [due, recurring] = await Promise.all([
    // A trial has been paid nothing for, so nothing is owed for the rest of it.
    isNow && subscription.status !== 'trialing'
      ? preview({ subscription_details: { ...howCharged(at), items, ...goingOn(subscription) } })
      : null,
    preview({
      preview_mode: 'recurring',
      subscription_details: { proration_behavior: 'none', items, ...goingOn(subscription) },
    }),
  ]);
  const startsAnew = isNow && current.cadence !== change.cadence && subscription.status !== 'trialing';
  return {
    at,
    amountDueNow: Math.max(0, due?.amount_due ?? 0),
    nextInvoice: Math.max(0, recurring.total),
    nextInvoiceAt: startsAnew ? periodEnd(at, change.cadence, 1) : fromStripeTime(item.current_period_end),
  };
}

/**
 * How a change at once is charged, for the preview and the change alike: prorated to the second as of `at`, on an
 * invoice of its own. https://docs.stripe.com/billing/subscriptions/prorations
 */
export function howCharged(at: number) {
  return { proration_behavior: 'always_invoice', proration_date: toStripeTime(at) } as const;
}

/**
 * Undoes the cancellation. Stripe refuses the two parameters together; each of them resets what either has set.
 */
export function goingOn({ cancel_at_period_end: byPeriod, cancel_at: byDate }: Stripe.Subscription) {
  if (byPeriod) return { cancel_at_period_end: false } as const;
  return byDate === null ? {} : ({ cancel_at: '' } as const);
}
