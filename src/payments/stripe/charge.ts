import Stripe from 'stripe';
import type { ChargeOrder, Payment } from '../provider';
import { findPresentCustomer } from './find-customer';
import { findIntent } from './find-intent';
import { findPaymentMethod } from './find-payment-method';
import { findSubscription } from './find-subscription';
import { orderMetadata } from './order-metadata';
import { declineOf, readIntent } from './read-intent';
import { readTime } from './read-time';
import type { StripeDependencies } from './stripe-dependencies';
import { toStripeTime } from './stripe-time';

/**
 * For how long an order that was charged before is looked for; Stripe keeps idempotency keys for a day only.
 * Milliseconds.
 */
const SAME_ORDER = 30 * 24 * 60 * 60 * 1_000;

/**
 * Charges the payment method on file, without the payer. Whatever is not paid at once or on its way is given up: nobody
 * is there to answer a bank that asks. https://docs.stripe.com/payments/save-and-reuse
 */
export async function charge(dependencies: StripeDependencies, order: ChargeOrder): Promise<Payment> {
  const { stripe, currency } = dependencies;
  const before = await findCharge(dependencies, order);
  if (before) return settleCharge(dependencies, before);

  const customer = await findPresentCustomer(dependencies, order.customerId);
  const found = await findSubscription(dependencies, order.customerId);
  const paymentMethod = await findPaymentMethod(dependencies, customer, found?.subscription ?? null);
  if (paymentMethod === null) return declinedUnasked(order);

  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount: order.amount,
        currency,
        customer: order.customerId,
        payment_method: paymentMethod.id,
        confirm: true,
        off_session: true,
        // A method that sends the payer to another page needs a payer.
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        description: order.description,
        metadata: { ...orderMetadata(order), charged: 'off_session' },
      },
      { idempotencyKey: `order/${order.orderId}/charge` },
    );
    return await settleCharge(dependencies, intent);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) {
      if (error.payment_intent) return settleCharge(dependencies, error.payment_intent);
      return declinedUnasked(order);
    }
    // Taken away between the question for it and the charge.
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.param === 'payment_method')
      return declinedUnasked(order);
    // The same order with another card: an earlier call went through, and its answer was lost.
    const earlier =
      error instanceof Stripe.errors.StripeIdempotencyError ? await findCharge(dependencies, order) : null;
    if (earlier) return settleCharge(dependencies, earlier);
    throw error;
  }
}

/** Whether the intent is one that `charge` made: nobody but us can confirm it. */
export function isCharge({ metadata }: Stripe.PaymentIntent): boolean {
  return metadata.charged === 'off_session';
}

/**
 * The state of a charge, after it was given up if only the payer could still pay it. Before the first attempt it is not
 * touched, because another instance may be charging it.
 */
export async function settleCharge(dependencies: StripeDependencies, intent: Stripe.PaymentIntent): Promise<Payment> {
  const { stripe } = dependencies;
  const waitsForThePayer =
    intent.status === 'requires_action' || (intent.status === 'requires_payment_method' && intent.last_payment_error);
  if (waitsForThePayer)
    try {
      await stripe.paymentIntents.cancel(intent.id);
    } catch (error) {
      // Given up or paid in the meantime. The next read tells which.
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    }
  const payment = await readIntent(dependencies, intent.id);
  const declineId = payment.declineId ?? (payment.status === 'DECLINED' ? (declineOf(intent) ?? intent.id) : null);
  return { ...payment, declineId };
}

/** There is nothing to charge, so that Stripe knows of no attempt; the order names it. */
function declinedUnasked({ orderId }: ChargeOrder): Payment {
  return { status: 'DECLINED', amountReturned: 0, declineId: `nothing_to_charge/${orderId}` };
}

async function findCharge(
  dependencies: StripeDependencies,
  { customerId, orderId }: ChargeOrder,
): Promise<Stripe.PaymentIntent | null> {
  // By the customer's own time, for one who lives by a test clock.
  const since = (await readTime(dependencies, customerId)) - SAME_ORDER;
  return findIntent(
    dependencies,
    customerId,
    orderId,
    toStripeTime(Math.min(since, dependencies.clock() - SAME_ORDER)),
  );
}
