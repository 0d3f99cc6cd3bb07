import type Stripe from 'stripe';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * What the customer can be charged by without being there, in the order: the customer's default, which the portal sets; the
 * subscription's, which Checkout sets; the card that was attached last, as Checkout for a credit pack leaves it. Null: nothing.
 *
 * Both references were asked for whole: what somebody has detached may still be named, is nobody's, and can't be charged.
 */
export async function findPaymentMethod(
  { stripe }: Pick<StripeDependencies, 'stripe'>,
  customer: Stripe.Customer,
  subscription: Stripe.Subscription | null,
): Promise<Stripe.PaymentMethod | null> {
  const named = [customer.invoice_settings.default_payment_method, subscription?.default_payment_method];
  for (const method of named) if (method && typeof method !== 'string' && method.customer !== null) return method;
  const cards = await stripe.customers.listPaymentMethods(customer.id, { type: 'card', limit: 1 });
  return cards.data[0] ?? null;
}
