import Stripe from 'stripe';
import type { FoundSubscription } from './find-subscription';
import { goingOn } from './preview-change';
import { scheduleOf } from './read-scheduled';
import type { StripeDependencies } from './stripe-dependencies';

/** Lets the subscription go of its schedule, with whatever that would have changed or ended; there may be none. */
export async function releaseSchedule(
  { stripe }: Pick<StripeDependencies, 'stripe'>,
  { subscription }: FoundSubscription,
): Promise<void> {
  const schedule = scheduleOf(subscription);
  if (!schedule) return;
  try {
    await stripe.subscriptionSchedules.release(schedule.id);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    // Ended or released in the meantime.
    const { status } = await stripe.subscriptionSchedules.retrieve(schedule.id);
    if (status === 'active' || status === 'not_started') throw error;
  }
}

/** Lets the subscription go on as it is, and notes the order that wanted so. */
export async function dropScheduled(
  dependencies: Pick<StripeDependencies, 'stripe'>,
  found: FoundSubscription,
  metadata: Stripe.MetadataParam,
): Promise<void> {
  await releaseSchedule(dependencies, found);
  await dependencies.stripe.subscriptions.update(found.subscription.id, { ...goingOn(found.subscription), metadata });
}
