import type Stripe from 'stripe';
import { findCustomer } from './find-customer';
import { idOf } from './id-of';
import { fromStripeTime } from './stripe-time';
import type { StripeDependencies } from './stripe-dependencies';

/** The customer's time: the wall's, or in test mode that of the test clock which the customer lives by. */
export async function readTime(dependencies: StripeDependencies, customerId: string | null): Promise<number> {
  const { testMode, clock } = dependencies;
  const customer = customerId === null || !testMode ? null : await findCustomer(dependencies, customerId);
  return customer === null ? clock() : timeOf(dependencies, customer);
}

/** As `readTime`, of a customer who was read before. */
export async function timeOf(
  { stripe, testMode, clock }: StripeDependencies,
  customer: Stripe.Customer,
): Promise<number> {
  if (!testMode || !customer.test_clock) return clock();
  const { frozen_time: frozenTime } = await stripe.testHelpers.testClocks.retrieve(idOf(customer.test_clock));
  return fromStripeTime(frozenTime);
}
