import type Stripe from 'stripe';
import { readOrderMetadata } from './order-metadata';
import type { StripeSurroundings } from './stripe-surroundings';

/**
 * The payment intent that was made for the order since so many seconds since the epoch; null: none. By a list, which
 * knows of everything at once; Stripe's search takes a minute to.
 */
export async function findIntent(
  { stripe }: Pick<StripeSurroundings, 'stripe'>,
  customerId: string,
  orderId: string,
  since: number,
): Promise<Stripe.PaymentIntent | null> {
  const listed = stripe.paymentIntents.list({ customer: customerId, created: { gte: since }, limit: 100 });
  for await (const intent of listed) if (readOrderMetadata(intent.metadata)?.orderId === orderId) return intent;
  return null;
}
