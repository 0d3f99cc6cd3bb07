import { checkoutCalls } from './checkout-calls';
import type { Form } from './form-body';
import { customerCalls } from './customer-calls';
import { paymentCalls } from './payment-calls';
import { priceCalls } from './price-calls';
import type { StripeState } from './stripe-state';
import { subscriptionCalls } from './subscription-calls';

/** Answers one call: the ids from its path and its parameters, which have been checked, as text as they came. */
export type Call = (state: StripeState, parameters: Form, ids: readonly string[]) => object;

/** By the names that the package gives them. Whatever is not here, we don't ask Stripe for. */
export const STRIPE_CALLS: Readonly<Record<string, Call>> = {
  ...customerCalls,
  ...priceCalls,
  ...checkoutCalls,
  ...paymentCalls,
  ...subscriptionCalls,
};
