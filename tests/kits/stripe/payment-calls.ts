import { fields, metadata, number, text } from './form-values';
import { listPage } from './list-page';
import { invalid } from './stripe-refusal';
import type { Call } from './stripe-calls';
import { confirmIntent, createIntent } from './take-payment';

export const paymentCalls: Record<string, Call> = {
  'PaymentIntents.create': (state, parameters) => {
    const customer = state.customer(text(parameters.customer) ?? '');
    const paymentMethod = text(parameters.payment_method);
    const offSession = parameters.off_session === 'true';
    const confirms = parameters.confirm === 'true';
    if (offSession && !confirms)
      throw invalid('You cannot provide `off_session` when `confirm` is not true.', { param: 'off_session' });
    const redirects = fields(parameters.automatic_payment_methods).allow_redirects !== 'never';
    if (confirms && redirects && text(parameters.return_url) === null)
      throw invalid(
        'This PaymentIntent is configured to accept payment methods that might redirect; provide a `return_url`.',
      );
    if (paymentMethod !== null && state.paymentMethods.get(paymentMethod, 'payment_method').customer !== customer.id)
      throw invalid('The PaymentMethod does not belong to the Customer.', { param: 'payment_method' });
    const intent = createIntent(state, {
      customer: customer.id,
      amount: number(parameters.amount) ?? 0,
      currency: text(parameters.currency) ?? '',
      metadata: metadata(parameters.metadata),
      description: text(parameters.description),
      offSession,
    });
    if (confirms && paymentMethod !== null) confirmIntent(state, intent, paymentMethod, offSession);
    return intent;
  },

  'PaymentIntents.retrieve': (state, _parameters, [id = '']) => state.intents.get(id),

  'PaymentIntents.cancel': (state, _parameters, [id = '']) => {
    const intent = state.intents.get(id);
    const code = 'payment_intent_unexpected_state';
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw invalid(`You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`, { code });
    if (state.sessions.newestFirst().some((session) => session.payment_intent === id && session.status === 'open'))
      throw invalid('You cannot cancel a PaymentIntent that belongs to an open Checkout Session.', { code });
    intent.status = 'canceled';
    intent.canceled_at = state.now(intent.customer);
    state.tell('payment_intent.canceled', intent);
    return intent;
  },

  'PaymentIntents.list': (state, parameters) =>
    listPage(
      state.intents,
      '/v1/payment_intents',
      parameters,
      ({ customer, created }) =>
        (text(parameters.customer) ?? customer) === customer &&
        created >= (number(fields(parameters.created).gte) ?? 0),
    ),

  'Refunds.list': (state, parameters) =>
    listPage(
      state.refunds,
      '/v1/refunds',
      parameters,
      ({ payment_intent: intent }) => (text(parameters.payment_intent) ?? intent) === intent,
    ),

  'Disputes.list': (state, parameters) =>
    listPage(
      state.disputes,
      '/v1/disputes',
      parameters,
      ({ payment_intent: intent }) => (text(parameters.payment_intent) ?? intent) === intent,
    ),
};
