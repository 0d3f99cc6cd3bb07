import type Stripe from 'stripe';
import { isMissing } from './is-missing';
import { readOrderMetadata } from './order-metadata';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * The payment intent that was made for the order since so many seconds since the epoch; null: none. By a list, which
 * knows of everything at once; Stripe's search takes a minute to. Of a customer who was deleted Stripe may list none.
 */
export async function findIntent(
  { stripe }: Pick<StripeDependencies, 'stripe'>,
  customerId: string,
  orderId: string,
  since: number,
): Promise<Stripe.PaymentIntent | null> {
  const listed = stripe.paymentIntents.list({ customer: customerId, created: { gte: since }, limit: 100 });
  try {
    for await (const intent of listed) if (readOrderMetadata(intent.metadata)?.orderId === orderId) return intent;
  } catch (error) {
    if (!isMissing(error, 'customer')) throw error;
  }
  return null;
}
