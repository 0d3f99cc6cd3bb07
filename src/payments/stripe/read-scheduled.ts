import type Stripe from 'stripe';
import { isSame } from '../../domain/billing/subscription-changes';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import type { AccountSubscription } from '../provider';
import type { FoundSubscription } from './find-subscription';
import type { StripeDependencies } from './stripe-dependencies';
import { fromStripeTime } from './stripe-time';

/** The schedule of the subscription. Null without one, or if only its id was requested. */
export function scheduleOf({ schedule }: Stripe.Subscription): Stripe.SubscriptionSchedule | null {
  const isUnder = typeof schedule === 'object' && schedule && ['active', 'not_started'].includes(schedule.status);
  return isUnder ? schedule : null;
}

/** What happens instead of a renewal: by a schedule's next phase, or by a date on which the subscription ends. */
export async function readScheduled(
  { prices }: Pick<StripeDependencies, 'prices'>,
  { subscription, item }: FoundSubscription,
  terms: SubscriptionTerms,
): Promise<AccountSubscription['scheduled']> {
  const schedule = scheduleOf(subscription);
  const phase = schedule?.current_phase;
  if (schedule && phase) {
    const next = schedule.phases.find(({ start_date: start }) => start >= phase.end_date)?.items[0];
    const nextTerms = next ? await prices.termsOf(next.price) : null;
    if (nextTerms && !isSame(nextTerms, terms)) return { terms: nextTerms, at: fromStripeTime(phase.end_date) };
    if (!next && schedule.end_behavior === 'cancel') return { terms: null, at: fromStripeTime(phase.end_date) };
  }
  // Flexible billing mode turns cancel_at_period_end into a date; the portal may set either.
  if (subscription.cancel_at) return { terms: null, at: fromStripeTime(subscription.cancel_at) };
  if (subscription.cancel_at_period_end) return { terms: null, at: fromStripeTime(item.current_period_end) };
  return null;
}
