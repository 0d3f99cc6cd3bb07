import type Stripe from 'stripe';
import type { Payment, PaymentQuestion } from '../provider';
import { isCharge, settleCharge } from './charge';
import { findIntent } from './find-intent';
import { idOf } from './id-of';
import { isMissing } from './is-missing';
import { readOrderMetadata } from './order-metadata';
import { declineOf, readIntent } from './read-intent';
import type { StripeDependencies } from './stripe-dependencies';
import { toStripeTime } from './stripe-time';

/** By how much our clock may be ahead of Stripe's. Milliseconds. */
const SKEW = 60 * 60 * 1_000;

/** How the payment of an order stands, by its checkout or, where it has none, by the payment that names the order. */
export async function readPayment(
  dependencies: StripeDependencies,
  { checkoutId, customerId, orderId, createdAt }: PaymentQuestion,
): Promise<Payment | null> {
  if (checkoutId !== null) return readCheckout(dependencies, checkoutId);
  const intent = await findIntent(dependencies, customerId, orderId, toStripeTime(createdAt - SKEW));
  if (!intent) return null;
  return isCharge(intent) ? settleCharge(dependencies, intent) : readIntent(dependencies, intent.id);
}

async function readCheckout(dependencies: StripeDependencies, checkoutId: string): Promise<Payment | null> {
  const session = await findSession(dependencies, checkoutId);
  if (!session) return null;
  const intent = await intentOf(dependencies, session);
  const declineId = intent && declineOf(intent);
  if (session.status === 'open')
    return { status: 'OPEN', amountReturned: 0, declineId: declineId ?? (await lastDecline(dependencies, session)) };
  if (session.status === 'expired') return { status: 'EXPIRED', amountReturned: 0, declineId };

  if (session.payment_status !== 'unpaid') {
    const { amountReturned } = intent ? await readIntent(dependencies, intent.id) : { amountReturned: 0 };
    return { status: 'PAID', amountReturned, declineId };
  }
  // Completed and not paid: a debit or a transfer, which takes days. The page is closed, so one that failed stays failed.
  const { subscription } = session;
  const neverStarted = subscription && typeof subscription === 'object' && subscription.status === 'incomplete_expired';
  const hasFailed = neverStarted || ['canceled', 'requires_payment_method'].includes(intent?.status ?? '');
  return { status: hasFailed ? 'DECLINED' : 'OPEN', amountReturned: 0, declineId };
}

/** Null if the test data that it was part of have been deleted. */
async function findSession(
  { stripe }: StripeDependencies,
  checkoutId: string,
): Promise<Stripe.Checkout.Session | null> {
  try {
    return await stripe.checkout.sessions.retrieve(checkoutId, { expand: ['payment_intent', 'subscription'] });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * On a page for a subscription the attempts are payments of an invoice, which carry nothing of the order's, and the
 * session names none until it is paid. The customer has no other subscription then, so what failed since the page was
 * made, failed on it.
 */
async function lastDecline({ stripe }: StripeDependencies, session: Stripe.Checkout.Session): Promise<string | null> {
  if (session.mode !== 'subscription' || !session.customer) return null;
  const since = { gte: session.created };
  const customer = idOf(session.customer);
  try {
    for await (const intent of stripe.paymentIntents.list({ customer, created: since, limit: 100 }))
      if (intent.last_payment_error && !readOrderMetadata(intent.metadata)) return declineOf(intent);
  } catch (error) {
    if (!isMissing(error, 'customer')) throw error;
  }
  return null;
}

/** What a checkout was paid by; of one for a subscription only its first invoice knows. */
async function intentOf(
  { stripe }: StripeDependencies,
  { payment_intent: intent, subscription, invoice }: Stripe.Checkout.Session,
): Promise<Stripe.PaymentIntent | null> {
  if (intent && typeof intent === 'object') return intent;
  const latest = typeof subscription === 'object' ? (subscription?.latest_invoice ?? null) : null;
  const first = invoice ?? latest;
  if (!first) return null;
  const payments = await stripe.invoicePayments.list({ invoice: idOf(first), limit: 10 });
  const reference = payments.data.find(({ is_default: isDefault }) => isDefault)?.payment.payment_intent;
  return reference ? stripe.paymentIntents.retrieve(idOf(reference)) : null;
}
