import { fields, mergeMetadata, metadata, text } from './form-values';
import { listPage } from './list-page';
import type { Call } from './stripe-calls';

export const customerCalls: Record<string, Call> = {
  'Customers.create': (state, parameters) => {
    const now = Math.floor(Date.now() / 1_000);
    // Stripe's customers live by the wall's clock unless one is made for them. Here each has one, for the tests to move.
    const clock = state.clocks.put({
      id: state.id('clock'),
      object: 'test_helpers.test_clock',
      created: now,
      frozen_time: now,
    });
    const customer = state.customers.put({
      id: state.id('cus'),
      object: 'customer',
      created: now,
      livemode: false,
      balance: 0,
      name: text(parameters.name),
      metadata: metadata(parameters.metadata),
      invoice_settings: { default_payment_method: null },
      test_clock: clock.id,
    });
    state.tell('customer.created', customer);
    return customer;
  },

  'Customers.retrieve': (state, _parameters, [id = '']) => {
    const customer = state.customers.get(id);
    return customer.deleted ? { id, object: 'customer', deleted: true } : customer;
  },

  'Customers.update': (state, parameters, [id = '']) => {
    const customer = state.customer(id, null);
    if ('name' in parameters) customer.name = text(parameters.name);
    mergeMetadata(customer.metadata, parameters.metadata);
    const method = text(fields(parameters.invoice_settings).default_payment_method);
    if (method !== null) customer.invoice_settings.default_payment_method = state.paymentMethods.get(method).id;
    state.tell('customer.updated', customer);
    return customer;
  },

  'Customers.search': (state, parameters) => {
    const [, key = '', quoted = ''] = /^metadata\["(\w+)"\]:"(.*)"$/.exec(text(parameters.query) ?? '') ?? [];
    const value = quoted.replace(/\\(.)/g, '$1');
    const data = state.customers
      .newestFirst()
      .filter(({ id, metadata: written }) => state.isSearchable(id) && written[key] === value);
    return { object: 'search_result', url: '/v1/customers/search', has_more: false, next_page: null, data };
  },

  'Customers.listPaymentMethods': (state, parameters, [id = '']) => {
    const customer = state.customer(id, null);
    return listPage(
      state.paymentMethods,
      `/v1/customers/${id}/payment_methods`,
      parameters,
      (method) => method.customer === customer.id && (text(parameters.type) ?? method.type) === method.type,
    );
  },

  'BillingPortal/Sessions.create': (state, parameters) => {
    const customer = state.customer(text(parameters.customer) ?? '');
    const id = state.id('bps');
    return {
      id,
      object: 'billing_portal.session',
      created: Math.floor(Date.now() / 1_000),
      customer: customer.id,
      livemode: false,
      return_url: text(parameters.return_url),
      url: `https://billing.stripe.com/p/session/${id}`,
    };
  },

  'TestHelpers/TestClocks.retrieve': (state, _parameters, [id = '']) => state.clocks.get(id),
};
