import Stripe from 'stripe';

/**
 * Whether Stripe refused a request because it does not know such a thing, or none any more. The sentence names the kind of thing; the
 * parameter does not, where the path named it. An id of the other mode is no missing thing but a wrong key: Stripe says so.
 * https://docs.stripe.com/error-codes#resource-missing
 */
export function isMissing(error: unknown, kind: 'customer' | 'price' | 'subscription' | null = null): boolean {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError) || error.code !== 'resource_missing') return false;
  if (/a similar object exists in (live|test) mode/.test(error.message)) return false;
  return kind === null || error.message.startsWith(`No such ${kind}:`);
}
