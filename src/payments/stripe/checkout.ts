import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import type { Checkout, CheckoutOrder } from '../provider';
import { idOf } from './id-of';
import { isMissing } from './is-missing';
import { describeOrderLeft } from './order-left';
import { orderMetadata } from './order-metadata';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * A Checkout Session for the order; Stripe closes it after a day. The metadata stand on the session and on what it
 * makes: webhooks report both, in any order. https://docs.stripe.com/api/checkout/sessions/create
 */
export async function createCheckout(dependencies: StripeDependencies, order: CheckoutOrder): Promise<Checkout> {
  const session = await createSession(dependencies, order);
  if (order.item.kind === 'SUBSCRIPTION') await expireOlder(dependencies, session);
  if (session.url === null) throw new Error(`Stripe gave the checkout ${session.id} no address.`);
  return { checkoutId: session.id, url: session.url };
}

async function createSession(dependencies: StripeDependencies, order: CheckoutOrder): Promise<Stripe.Checkout.Session> {
  const { sessions } = dependencies.stripe.checkout;
  const details = {
    customer: order.customerId,
    success_url: order.returnUrl,
    cancel_url: order.returnUrl,
    metadata: { ...orderMetadata(order) },
    ...(await whatIsSold(dependencies, order)),
  };
  const key = `order/${order.orderId}/checkout`;
  try {
    return await sessions.create(details, { idempotencyKey: key });
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeIdempotencyError)) throw error;
    // The page was made before, when the catalog had another price; that one stays.
    for await (const session of sessions.list({ customer: order.customerId, limit: 100 }))
      if (session.metadata?.order_id === order.orderId) return session;
    // An earlier request used a customer or a price that has since been deleted.
    const hash = createHash('sha256').update(JSON.stringify(details)).digest('hex');
    return sessions.create(details, { idempotencyKey: `${key}/${hash}` });
  }
}

/**
 * A customer who paid on two pages would have two subscriptions. The newest page stays, also where an older one is
 * asked for again.
 */
async function expireOlder(dependencies: StripeDependencies, session: Stripe.Checkout.Session): Promise<void> {
  const { customer } = session;
  if (customer === null) return;
  const open = dependencies.stripe.checkout.sessions.list({ customer: idOf(customer), status: 'open', limit: 100 });
  let isOlder = false;
  for await (const { id, mode } of open) {
    if (isOlder && mode === 'subscription') await expireCheckout(dependencies, id);
    isOlder ||= id === session.id;
  }
}

async function whatIsSold(
  { prices, currency }: StripeDependencies,
  { item, ...order }: CheckoutOrder,
): Promise<Stripe.Checkout.SessionCreateParams> {
  const metadata = { ...orderMetadata(order) };
  if (item.kind === 'SUBSCRIPTION')
    return {
      mode: 'subscription',
      line_items: [{ price: await prices.idFor(item), quantity: 1 }],
      subscription_data: { metadata: { ...metadata, order_left: describeOrderLeft(item, null) } },
    };
  const product = await prices.productOfPack(item.packKey, item.credits);
  return {
    mode: 'payment',
    line_items: [{ price_data: { currency, unit_amount: item.amount, product }, quantity: 1 }],
    payment_intent_data: { setup_future_usage: 'off_session', metadata },
  };
}

/** Closes the page; one that is closed or paid already is left as it is. */
export async function expireCheckout({ stripe }: StripeDependencies, checkoutId: string): Promise<void> {
  try {
    await stripe.checkout.sessions.expire(checkoutId);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    if (isMissing(error)) return;
    const { status } = await stripe.checkout.sessions.retrieve(checkoutId);
    if (status === 'open') throw error;
  }
}
