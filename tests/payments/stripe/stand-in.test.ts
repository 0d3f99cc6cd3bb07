import Stripe from 'stripe';
import { stripeCustomer } from '../../kits/stripe/stripe-customer';
import { StripeStandIn } from '../../kits/stripe/stripe-stand-in';
import { startStripe, type StripeUnderTest } from '../../kits/stripe/stripe-under-test';

/** What a test of the stand-in itself sends on purpose would else fail every test that closes it. */
let stripe: StripeUnderTest;
let client: Stripe;

beforeAll(async () => {
  stripe = await startStripe();
  client = new Stripe(StripeStandIn.secretKey, { ...stripe.standIn.address, maxNetworkRetries: 0, telemetry: false });
});

beforeEach(() => {
  stripe.standIn.misunderstood.length = 0;
});

afterAll(async () => {
  stripe.standIn.misunderstood.length = 0;
  await stripe.close();
});

/** A request as any language would send it; what it is not allowed to say, the package's types would not let us write. */
const send = async (method: 'GET' | 'POST' | 'DELETE', path: string, form: Record<string, string> = {}) => {
  const { protocol, host, port } = stripe.standIn.address;
  const encoded = new URLSearchParams(form).toString();
  const answer = await fetch(`${protocol}://${host}:${port}${path}${method === 'GET' ? `?${encoded}` : ''}`, {
    method,
    headers: { authorization: `Bearer ${StripeStandIn.secretKey}`, 'stripe-version': Stripe.API_VERSION },
    ...(method !== 'GET' && { body: encoded }),
  });
  const { error } = (await answer.json()) as { error?: { code?: string; param?: string; message: string } };
  return { status: answer.status, error };
};

describe('the stand-in refuses what the published API does not have', () => {
  test.each<[string, 'GET' | 'POST' | 'DELETE', string, Record<string, string>, object]>([
    ['an unknown parameter', 'POST', '/v1/customers', { nmae: 'Acme' }, { code: 'parameter_unknown', param: 'nmae' }],
    [
      'one within another',
      'POST',
      '/v1/checkout/sessions',
      { mode: 'payment', 'payment_intent_data[off_session]': 'true' },
      { code: 'parameter_unknown', param: 'payment_intent_data[off_session]' },
    ],
    [
      'one within a list',
      'POST',
      '/v1/subscriptions/sub_1',
      { 'items[0][id]': 'si_1', 'items[0][cadence]': 'MONTHLY' },
      { code: 'parameter_unknown', param: 'items[0][cadence]' },
    ],
    [
      'one that was removed from the API',
      'POST',
      '/v1/subscription_schedules/s',
      { 'phases[0][iterations]': '1' },
      { code: 'parameter_unknown' },
    ],
    [
      'a missing parameter',
      'POST',
      '/v1/payment_intents',
      { amount: '1' },
      { code: 'parameter_missing', param: 'currency' },
    ],
    [
      'a missing one within a list',
      'POST',
      '/v1/subscription_schedules/s',
      { 'phases[0][end_date]': '1' },
      { code: 'parameter_missing', param: 'phases[0][items]' },
    ],
    ['a word that is not allowed', 'POST', '/v1/checkout/sessions', { mode: 'pay' }, { param: 'mode' }],
    [
      'text in place of a number',
      'POST',
      '/v1/payment_intents',
      { amount: 'ten', currency: 'usd' },
      { param: 'amount' },
    ],
    [
      'text in place of yes or no',
      'POST',
      '/v1/payment_intents',
      { amount: '1', currency: 'usd', confirm: '1' },
      { param: 'confirm' },
    ],
    ['text in place of fields', 'POST', '/v1/customers', { invoice_settings: 'x' }, { param: 'invoice_settings' }],
    [
      'nothing where nothing means nothing',
      'POST',
      '/v1/payment_intents',
      { amount: '1', currency: '' },
      { code: 'parameter_invalid_empty' },
    ],
    [
      'an unknown question',
      'GET',
      '/v1/payment_intents',
      { metadata: 'x' },
      { code: 'parameter_unknown', param: 'metadata' },
    ],
    ['what can’t be expanded', 'GET', '/v1/subscriptions', { 'expand[0]': 'data.status' }, {}],
    ['what a subscription had once', 'GET', '/v1/invoices', { 'expand[0]': 'data.payment_intent' }, {}],
    [
      'what is too deep',
      'GET',
      '/v1/subscriptions',
      { 'expand[0]': 'data.latest_invoice.payments.data.payment.payment_intent' },
      {},
    ],
  ])('%s', async (_words, method, path, form, fault) => {
    const { status, error } = await send(method, path, form);
    expect(status).toBe(400);
    expect(error).toMatchObject(fault);
    expect(stripe.standIn.misunderstood).toHaveLength(1);
  });

  test('an unknown path', async () => {
    expect(await send('POST', '/v1/customer')).toMatchObject({ status: 404 });
    expect(await send('DELETE', '/v1/invoices')).toMatchObject({ status: 404 });
    expect(stripe.standIn.misunderstood).toHaveLength(2);
  });
});

test('the stand-in takes whatever the published API has, in each of its forms', async () => {
  const customer = await client.customers.create({ metadata: { a: 1, b: 'two' }, preferred_locales: ['en', 'de'] });
  expect(customer.metadata).toEqual({ a: '1', b: 'two' });
  expect((await client.customers.update(customer.id, { metadata: { a: '' } })).metadata).toEqual({ b: 'two' });
  await client.paymentIntents.list({ created: { gte: 1, lt: 5 } });
  await client.paymentIntents.list({ created: 5 });
  await client.subscriptions.list({ expand: ['data.latest_invoice.payments', 'data.customer'] });
  expect(stripe.standIn.misunderstood).toEqual([]);
});

test('the stand-in answers a request with the same key as before, and refuses another one with it', async () => {
  const create = (metadata: Record<string, string>) => client.customers.create({ metadata }, { idempotencyKey: 'k' });
  const first = await create({ a: '1' });
  expect((await create({ a: '1' })).id).toBe(first.id);
  await expect(create({ a: '2' })).rejects.toMatchObject({ rawType: 'idempotency_error' });
});

test('the stand-in lists by pages in either direction, newest first', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  stripe.payer.passes(customer.id, 7 * 31 * 24 * 3_600_000);
  const list = (more: Stripe.InvoiceListParams) => client.invoices.list({ customer: customer.id, ...more });
  const all = (await list({ limit: 100 })).data.map(({ id }) => id);
  expect(all.length).toBeGreaterThan(6);
  const page = await list({ limit: 2, starting_after: all[0]! });
  expect(page.data.map(({ id }) => id)).toEqual(all.slice(1, 3));
  expect(page.has_more).toBe(true);
  expect((await list({ limit: 2, ending_before: all[4]! })).data.map(({ id }) => id)).toEqual(all.slice(2, 4));
  await expect(list({ starting_after: 'in_unknown' })).rejects.toMatchObject({ param: 'starting_after' });
});

test('the stand-in shows no key but its own', async () => {
  const stranger = new Stripe('sk_test_stranger', { ...stripe.standIn.address, maxNetworkRetries: 0 });
  await expect(stranger.customers.list()).rejects.toMatchObject({ statusCode: 401 });
});

describe('the stand-in answers for a deleted customer as Stripe documents', () => {
  test('it is retrieved as deleted, and refused wherever it is named otherwise', async () => {
    const { id } = await stripeCustomer(stripe);
    stripe.payer.deletesCustomer(id);
    expect(await client.customers.retrieve(id)).toMatchObject({ id, object: 'customer', deleted: true });
    const missing = { error: { code: 'resource_missing', message: `No such customer: '${id}'` } };
    expect(await send('POST', `/v1/customers/${id}`, { name: 'Acme' })).toMatchObject({ status: 404, ...missing });
    expect(await send('GET', `/v1/customers/${id}/payment_methods`)).toMatchObject({ status: 404, ...missing });
    const requests: Record<string, Record<string, string>> = {
      '/v1/billing_portal/sessions': {},
      '/v1/payment_intents': { amount: '100', currency: 'usd' },
    };
    for (const [path, form] of Object.entries(requests))
      expect(await send('POST', path, { customer: id, ...form })).toMatchObject({
        status: 400,
        error: { ...missing.error, param: 'customer' },
      });
  });

  test('its subscription has ended and its cards are detached', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    stripe.payer.deletesCustomer(customer.id);
    expect(customer.stored()).toMatchObject({ status: 'canceled', default_payment_method: null });
    const told = stripe.standIn.state.events.slice(-4).map(({ type }) => type);
    expect(told).toEqual(
      expect.arrayContaining(['customer.subscription.deleted', 'payment_method.detached', 'customer.deleted']),
    );
  });
});
