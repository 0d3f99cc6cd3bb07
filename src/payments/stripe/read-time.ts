import type Stripe from 'stripe';
import { idOf } from './id-of';
import { fromStripeTime } from './stripe-time';
import type { StripeSurroundings } from './stripe-surroundings';

/** The customer's time: the wall's, or in test mode that of the test clock which the customer lives by. */
export async function readTime(surroundings: StripeSurroundings, customerId: string | null): Promise<number> {
  const { stripe, testMode, clock } = surroundings;
  return customerId === null || !testMode ? clock() : timeOf(surroundings, await stripe.customers.retrieve(customerId));
}

/** As `readTime`, of a customer who was read before. */
export async function timeOf(
  { stripe, testMode, clock }: StripeSurroundings,
  customer: Stripe.Customer | Stripe.DeletedCustomer,
): Promise<number> {
  if (!testMode || customer.deleted || !customer.test_clock) return clock();
  const { frozen_time: frozenTime } = await stripe.testHelpers.testClocks.retrieve(idOf(customer.test_clock));
  return fromStripeTime(frozenTime);
}
