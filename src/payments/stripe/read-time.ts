import type Stripe from 'stripe';
import { findCustomer } from './find-customer';
import { idOf } from './id-of';
import { fromStripeTime } from './stripe-time';
import type { StripeSurroundings } from './stripe-surroundings';

/** The customer's time: the wall's, or in test mode that of the test clock which the customer lives by. */
export async function readTime(surroundings: StripeSurroundings, customerId: string | null): Promise<number> {
  const { testMode, clock } = surroundings;
  const customer = customerId === null || !testMode ? null : await findCustomer(surroundings, customerId);
  return customer === null ? clock() : timeOf(surroundings, customer);
}

/** As `readTime`, of a customer who was read before. */
export async function timeOf(
  { stripe, testMode, clock }: StripeSurroundings,
  customer: Stripe.Customer,
): Promise<number> {
  if (!testMode || !customer.test_clock) return clock();
  const { frozen_time: frozenTime } = await stripe.testHelpers.testClocks.retrieve(idOf(customer.test_clock));
  return fromStripeTime(frozenTime);
}
