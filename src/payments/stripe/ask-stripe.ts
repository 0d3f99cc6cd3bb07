import Stripe from 'stripe';
import { Unavailable } from '../../domain/refusals';
import { CustomerGone, NoSubscription } from '../payment-faults';
import { findCustomer } from './find-customer';
import { findSubscription } from './find-subscription';
import { isMissing } from './is-missing';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * What Stripe refused, without what its own errors carry along: they hold the card, the payment's client secret and the
 * request's headers as properties, and whatever logs them would log those.
 */
class StripeFault extends Error {
  override readonly name = 'StripeFault';

  constructor(
    readonly type: string,
    readonly code: string | null,
    /** Which parameter of the request was at fault, as Stripe names it. */
    readonly param: string | null,
    readonly statusCode: number | null,
    /** By which Stripe's own log of requests knows it. */
    readonly requestId: string | null,
  ) {
    const about = [code, param === null ? null : `param ${param}`, statusCode, requestId].filter(
      (part) => part !== null,
    );
    super(`Stripe refused a request: ${[type, ...about].join(', ')}.`);
  }
}

/**
 * Runs what asks Stripe, and turns its errors into ours: `Unavailable` where the same call may be repeated,
 * `StripeFault` for the rest. Our own refusals pass. https://docs.stripe.com/error-handling
 */
export async function askStripe<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const fault = new StripeFault(
      error.type,
      error.code ?? null,
      error.param ?? null,
      error.statusCode ?? null,
      error.requestId ?? null,
    );
    if (mayBeRepeated(error)) throw new Unavailable('The payment provider does not respond.', { cause: fault });
    throw fault;
  }
}

/**
 * As `askStripe`, about a customer. What was there when it was looked for, and was deleted before it was named in a request, is gone
 * like what was gone before: throws `CustomerGone` then.
 */
export function askAboutCustomer<Answer>(
  dependencies: StripeDependencies,
  customerId: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return askStripe(async () => {
    try {
      return await ask();
    } catch (error) {
      if (isMissing(error, 'customer') && !(await findCustomer(dependencies, customerId))) throw new CustomerGone();
      throw error;
    }
  });
}

/**
 * As `askAboutCustomer`, about the customer's subscription: throws `NoSubscription` if it ended before it was named. Stripe refuses that in
 * other words for each request ("A canceled subscription can only update its cancellation_details and metadata"), so it is looked for again.
 */
export function askAboutSubscription<Answer>(
  dependencies: StripeDependencies,
  customerId: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return askAboutCustomer(dependencies, customerId, async () => {
    try {
      return await ask();
    } catch (error) {
      const isRefused = error instanceof Stripe.errors.StripeInvalidRequestError && !isMissing(error, 'customer');
      if (isRefused && !(await findSubscription(dependencies, customerId)))
        throw new NoSubscription('The subscription has ended.');
      throw error;
    }
  });
}

function mayBeRepeated(error: InstanceType<typeof Stripe.errors.StripeError>): boolean {
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    // 5xx, and an answer that is no JSON: a proxy's page.
    error instanceof Stripe.errors.StripeAPIError ||
    // Two requests at once on one object, or with one idempotency key.
    error.statusCode === 409 ||
    error.code === 'lock_timeout'
  );
}
