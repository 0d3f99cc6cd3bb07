import { fields, metadata, number, rows, text } from './form-values';
import type { Form } from './form-body';
import { listPage } from './list-page';
import type { StoredSession } from './stored-objects';
import { invalid } from './stripe-refusal';
import type { Call } from './stripe-calls';
import type { StripeState } from './stripe-state';

const ONE_DAY = 24 * 60 * 60;

export const checkoutCalls: Record<string, Call> = {
  'Checkout/Sessions.create': (state, parameters) => {
    const mode = text(parameters.mode);
    if (mode !== 'payment' && mode !== 'subscription') throw invalid('You must pass a mode.', { param: 'mode' });
    if (text(parameters.success_url) === null)
      throw invalid('You must pass a success_url.', { code: 'parameter_missing', param: 'success_url' });
    const other = mode === 'payment' ? 'subscription_data' : 'payment_intent_data';
    if (other in parameters) throw invalid(`You can not pass \`${other}\` in \`${mode}\` mode.`, { param: other });
    const customer = state.customer(text(parameters.customer) ?? '');
    const sold = whatIsSold(state, parameters, mode);
    const created = state.now(customer.id);
    const id = state.id('cs_test');
    return state.sessions.put({
      id,
      object: 'checkout.session',
      created,
      expires_at: number(parameters.expires_at) ?? created + ONE_DAY,
      customer: customer.id,
      mode,
      status: 'open',
      payment_status: 'unpaid',
      amount_total: sold.amount,
      currency: sold.currency,
      success_url: text(parameters.success_url),
      cancel_url: text(parameters.cancel_url),
      metadata: metadata(parameters.metadata),
      invoice: null,
      payment_intent: null,
      subscription: null,
      url: `https://checkout.stripe.com/c/pay/${id}`,
      sold: { price: sold.price, amount: sold.amount },
      intentData: {
        metadata: metadata(fields(parameters.payment_intent_data).metadata),
        savesCard: fields(parameters.payment_intent_data).setup_future_usage === 'off_session',
      },
      subscriptionMetadata: metadata(fields(parameters.subscription_data).metadata),
    });
  },

  'Checkout/Sessions.retrieve': (state, _parameters, [id = '']) => state.sessions.get(id),

  'Checkout/Sessions.expire': (state, _parameters, [id = '']) => {
    const session = state.sessions.get(id);
    if (session.status !== 'open')
      throw invalid(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
      );
    expireSession(state, session);
    return session;
  },

  'Checkout/Sessions.list': (state, parameters) =>
    listPage(
      state.sessions,
      '/v1/checkout/sessions',
      parameters,
      ({ customer, status }) =>
        (text(parameters.customer) ?? customer) === customer && (text(parameters.status) ?? status) === status,
    ),
};

export function expireSession(state: StripeState, session: StoredSession): void {
  session.status = 'expired';
  session.url = null;
  state.tell('checkout.session.expired', session);
}

function whatIsSold(state: StripeState, parameters: Form, mode: 'payment' | 'subscription') {
  const [item, ...others] = rows(parameters.line_items);
  if (!item || others.length > 0) throw invalid('The stand-in sells one line item.', { param: 'line_items' });
  const data = fields(item.price_data);
  if (item.price_data) {
    if (mode === 'subscription' && !data.recurring)
      throw invalid('You must provide at least one recurring price in `subscription` mode.');
    const product = state.products.get(text(data.product) ?? '', 'line_items[0][price_data][product]');
    if (!product.active)
      throw invalid('Prices of this kind cannot be made of a product that is not active.', { param: 'line_items' });
    return { price: null, amount: number(data.unit_amount) ?? 0, currency: text(data.currency) };
  }
  const price = state.prices.get(text(item.price) ?? '', 'line_items[0][price]');
  if (!price.active) throw invalid(`The price specified is inactive. This field only accepts active prices.`);
  if (!state.products.get(price.product).active)
    throw invalid(`The price \`${price.id}\` is not available to be purchased because its product is not active.`);
  if (mode === 'payment' && price.recurring)
    throw invalid('You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode.');
  if (mode === 'subscription' && !price.recurring)
    throw invalid('You must provide at least one recurring price in `subscription` mode.');
  return { price: price.id, amount: price.unit_amount, currency: price.currency };
}
