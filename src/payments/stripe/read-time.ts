import { idOf } from './id-of';
import { fromStripeTime } from './stripe-time';
import type { StripeSurroundings } from './stripe-surroundings';

/** The customer's time: the wall's, or in test mode that of the test clock which the customer lives by. */
export async function readTime(
  { stripe, testMode, clock }: StripeSurroundings,
  customerId: string | null,
): Promise<number> {
  if (customerId === null || !testMode) return clock();
  const customer = await stripe.customers.retrieve(customerId);
  if (customer.deleted || !customer.test_clock) return clock();
  const { frozen_time: frozenTime } = await stripe.testHelpers.testClocks.retrieve(idOf(customer.test_clock));
  return fromStripeTime(frozenTime);
}
