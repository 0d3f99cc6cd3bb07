import type Stripe from 'stripe';
import type { StoredIntent } from './stored-objects';
import { StripeRefusal } from './stripe-refusal';
import type { StripeState } from './stripe-state';

export interface Wanted {
  readonly customer: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Stripe.Metadata;
  readonly description: string | null;
  readonly offSession: boolean;
}

export function createIntent(state: StripeState, wanted: Wanted): StoredIntent {
  const id = state.id('pi');
  const intent = state.intents.put({
    id,
    object: 'payment_intent',
    created: state.now(wanted.customer),
    amount: wanted.amount,
    amount_received: 0,
    currency: wanted.currency,
    customer: wanted.customer,
    metadata: wanted.metadata,
    description: wanted.description,
    status: 'requires_payment_method',
    client_secret: `${id}_secret_${state.id('x')}`,
    setup_future_usage: null,
    canceled_at: null,
    payment_method: null,
    latest_charge: null,
    last_payment_error: null,
  });
  state.tell('payment_intent.created', intent);
  return intent;
}

/** The bank's answer to an attempt. Throws a card error where it declines, and leaves the intent to be tried again. */
export function confirmIntent(
  state: StripeState,
  intent: StoredIntent,
  paymentMethodId: string,
  offSession: boolean,
): void {
  const method = state.paymentMethods.get(paymentMethodId, 'payment_method');
  if (method.bank === 'ASKS_THE_PAYER' && !offSession) {
    intent.status = 'requires_action';
    intent.payment_method = method.id;
    state.tell('payment_intent.requires_action', intent);
    return;
  }
  const asks = method.bank === 'ASKS_THE_PAYER';
  const isDeclined = method.bank === 'DECLINES' || asks;
  const charge = state.charges.put({
    id: state.id('ch'),
    object: 'charge',
    created: state.now(intent.customer),
    amount: intent.amount,
    amount_refunded: 0,
    refunded: false,
    disputed: false,
    customer: intent.customer,
    payment_intent: intent.id,
    metadata: { ...intent.metadata },
    failure_code: isDeclined ? (asks ? 'authentication_required' : 'card_declined') : null,
    status: isDeclined ? 'failed' : method.bank === 'TAKES_ITS_TIME' ? 'pending' : 'succeeded',
    paid: method.bank === 'PAYS',
  });
  intent.latest_charge = charge.id;
  if (isDeclined) {
    intent.status = 'requires_payment_method';
    intent.payment_method = null;
    intent.last_payment_error = {
      type: 'card_error',
      code: asks ? 'authentication_required' : 'card_declined',
      decline_code: asks ? 'authentication_required' : 'generic_decline',
      charge: charge.id,
      message: 'Your card was declined.',
    };
    state.tell('charge.failed', charge);
    state.tell('payment_intent.payment_failed', intent);
    throw new StripeRefusal(402, 'card_error', 'Your card was declined.', {
      code: intent.last_payment_error.code,
      decline_code: intent.last_payment_error.decline_code,
      charge: charge.id,
      payment_intent: structuredClone(intent),
      payment_method: structuredClone(method),
    });
  }
  intent.payment_method = method.id;
  intent.last_payment_error = null;
  if (method.bank === 'TAKES_ITS_TIME') {
    intent.status = 'processing';
    state.tell('payment_intent.processing', intent);
  } else settleIntent(state, intent);
}

export function settleIntent(state: StripeState, intent: StoredIntent): void {
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  const charge = state.charges.get(intent.latest_charge ?? '');
  charge.status = 'succeeded';
  charge.paid = true;
  state.tell('charge.succeeded', charge);
  state.tell('payment_intent.succeeded', intent);
}

/** A debit comes back days later. */
export function failIntent(state: StripeState, intent: StoredIntent): void {
  const charge = state.charges.get(intent.latest_charge ?? '');
  charge.status = 'failed';
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.last_payment_error = {
    type: 'invalid_request_error',
    code: 'payment_intent_payment_attempt_failed',
    charge: charge.id,
    message: 'The debit was returned.',
  };
  state.tell('payment_intent.payment_failed', intent);
}
