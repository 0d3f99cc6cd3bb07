import type Stripe from 'stripe';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import type { FoundSubscription } from './find-subscription';
import { describeOrderLeft } from './order-left';
import { markOrder } from './order-mark';
import { goingOn } from './preview-change';
import { scheduleOf } from './read-scheduled';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * Changes the subscription at the end of its period, by a schedule of the present phase and a next one. After that, the schedule
 * releases the subscription. An existing schedule is rewritten, because a subscription can't have two.
 * https://docs.stripe.com/billing/subscriptions/subscription-schedules
 */
export async function scheduleChange(
  { stripe, prices }: StripeDependencies,
  { subscription, item }: FoundSubscription,
  orderId: string,
  current: SubscriptionTerms,
  target: SubscriptionTerms,
): Promise<void> {
  const price = await prices.idFor(target);
  const ending = goingOn(subscription);
  // A subscription under a schedule can't be canceled, so the schedule has to be released first.
  if (Object.keys(ending).length > 0) await stripe.subscriptions.update(subscription.id, ending);
  const schedule =
    scheduleOf(subscription) ?? (await stripe.subscriptionSchedules.create({ from_subscription: subscription.id }));

  const quantity = item.quantity ?? 1;
  await stripe.subscriptionSchedules.update(schedule.id, {
    end_behavior: 'release',
    phases: [
      {
        // A phase that has begun keeps its start.
        start_date: startOf(schedule, item),
        end_date: item.current_period_end,
        items: [{ price: item.price.id, quantity }],
        proration_behavior: 'none',
        ...(subscription.trial_end && subscription.status === 'trialing' && { trial_end: subscription.trial_end }),
      },
      {
        duration: { interval: target.cadence === 'ANNUAL' ? 'year' : 'month', interval_count: 1 },
        items: [{ price, quantity }],
        proration_behavior: 'none',
        // Stripe writes them into the subscription's when the phase begins.
        metadata: { order_id: orderId, order_left: describeOrderLeft(target, null) },
      },
    ],
  });
  await stripe.subscriptions.update(subscription.id, {
    metadata: markOrder(subscription, orderId, current, target),
  });
}

function startOf(schedule: Stripe.SubscriptionSchedule, item: Stripe.SubscriptionItem): number {
  return schedule.current_phase?.start_date ?? schedule.phases[0]?.start_date ?? item.current_period_start;
}
