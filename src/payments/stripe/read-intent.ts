import type Stripe from 'stripe';
import type { Payment } from '../provider';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * Lost for good, or lost and appealed against: the money is gone, until an appeal brings it back.
 * https://docs.stripe.com/api/disputes/object#dispute_object-status
 */
const LOST = ['lost', 'appeal_needs_response', 'appeal_under_review'];

/** The present state of a payment intent, read again with its charge. */
export async function readIntent({ stripe }: Pick<StripeDependencies, 'stripe'>, intentId: string): Promise<Payment> {
  const intent = await stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] });
  return {
    status: statusOf(intent),
    amountReturned: intent.status === 'succeeded' ? await readReturned(stripe, intent) : 0,
    declineId: declineOf(intent),
  };
}

/** Names the newest attempt that was declined: by its charge, or by the intent where it came to none. */
export function declineOf({ id, last_payment_error: error }: Stripe.PaymentIntent): string | null {
  return error ? (error.charge ?? id) : null;
}

function statusOf({ status }: Stripe.PaymentIntent): Payment['status'] {
  switch (status) {
    case 'succeeded':
      return 'PAID';
    case 'canceled':
      return 'DECLINED';
    default:
      // Whether somebody may still pay it is for those to say who know what it was made for.
      return 'OPEN';
  }
}

async function readReturned(stripe: Stripe, intent: Stripe.PaymentIntent): Promise<number> {
  const { latest_charge: charge } = intent;
  if (!charge || typeof charge === 'string') return 0;
  const question = { payment_intent: intent.id, limit: 100 };
  let returned = 0;
  // A charge says what was refunded at any time, also by a refund that failed later; the refunds know.
  if (charge.amount_refunded > 0)
    for await (const { status, amount } of stripe.refunds.list(question))
      if (status !== 'failed' && status !== 'canceled') returned += amount;
  if (charge.disputed)
    for await (const { status, amount } of stripe.disputes.list(question))
      if (LOST.includes(status)) returned += amount;
  return Math.min(returned, intent.amount_received);
}
