import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import type { ChargeOrder, CheckoutOrder } from '../../../src/payments/provider';
import { stripeCustomer } from '../../kits/stripe/stripe-customer';
import { startStripe, type StripeUnderTest } from '../../kits/stripe/stripe-under-test';

let stripe: StripeUnderTest;
let customerId: string;
let count = 0;

beforeAll(async () => {
  stripe = await startStripe();
  customerId = (await (await stripeCustomer(stripe)).subscribes()).id;
});
afterAll(() => stripe.close());

/** The keys that calls of Stripe's are sent with while `work` goes on, by the call. */
async function keysOf(call: string, work: () => Promise<unknown>): Promise<(string | undefined)[]> {
  const before = stripe.standIn.requests.length;
  await work();
  return stripe.standIn.requests
    .slice(before)
    .filter((request) => request.call === call)
    .map(({ idempotencyKey }) => idempotencyKey);
}

/** An id that nothing has been asked for with yet. */
const another = (what: string) => `${what}-${(count += 1)}`;

const checkout = (more: Partial<CheckoutOrder>): CheckoutOrder => ({
  orderId: another('order'),
  organizationId: 'acme',
  customerId,
  item: { kind: 'CREDIT_PACK', packKey: 'pack_1000', credits: 1_000, amount: 1_000 },
  returnUrl: 'https://app.example.com/back',
  ...more,
});
const charge = (more: Partial<ChargeOrder>): ChargeOrder => ({
  orderId: another('order'),
  organizationId: 'acme',
  customerId,
  amount: 1_000,
  description: 'Credits',
  ...more,
});

describe('B6 a checkout', () => {
  const keys = (order: CheckoutOrder) =>
    keysOf('Checkout/Sessions.create', () => stripe.provider.createCheckout(order));

  test('of the same order has the same key, and of another one another', async () => {
    const order = checkout({});
    const [first] = await keys(order);
    expect(first).toContain(order.orderId);
    expect(await keys(order)).toEqual([first]);
    expect(await keys(checkout({}))).not.toContain(first);
    // An id that begins with another one is another.
    expect(await keys({ ...order, orderId: `${order.orderId}0` })).not.toContain(first);
  });

  test.each<[string, Partial<CheckoutOrder>]>([
    ['another amount', { item: { kind: 'CREDIT_PACK', packKey: 'pack_1000', credits: 1_000, amount: 1_001 } }],
    ['another pack', { item: { kind: 'CREDIT_PACK', packKey: 'pack_5000', credits: 5_000, amount: 1_000 } }],
    ['another address', { returnUrl: 'https://app.example.com/elsewhere' }],
    ['a subscription', { item: { kind: 'SUBSCRIPTION', planKey: 'starter', cadence: 'MONTHLY' } }],
  ])('with %s is not made a second time for the same order', async (_, more) => {
    const order = checkout({});
    const { checkoutId } = await stripe.provider.createCheckout(order);
    expect((await stripe.provider.createCheckout({ ...order, ...more })).checkoutId).toBe(checkoutId);
  });
});

describe('B7 a charge', () => {
  const keys = (order: ChargeOrder) => keysOf('PaymentIntents.create', () => stripe.provider.charge(order));

  test('of another order has another key', async () => {
    const order = charge({});
    const [first] = await keys(order);
    expect(first).toContain(order.orderId);
    expect(await keys({ ...order, orderId: `${order.orderId}0` })).not.toContain(first);
    // What was charged is found, and not charged again.
    expect(await keys(order)).toEqual([]);
  });

  test('and a checkout of the same order have keys of their own', async () => {
    const orderId = another('order');
    const all = [
      ...(await keys(charge({ orderId }))),
      ...(await keysOf('Checkout/Sessions.create', () => stripe.provider.createCheckout(checkout({ orderId })))),
    ];
    expect(all).toHaveLength(2);
    expect(new Set(all).size).toBe(2);
  });
});

describe('B11 a customer', () => {
  const keys = (id: string, name: string, goneId: string | null) =>
    keysOf('Customers.create', () => stripe.provider.createCustomer({ id, name }, goneId));

  test('is made with a key of the organization, and of the one before it that is gone', async () => {
    // Search finds nobody for a minute, so that the key alone tells.
    const id = another('organization');
    const [first] = await keys(id, 'One', null);
    const [other] = await keys(another('organization'), 'One', null);
    const [after] = await keys(id, 'One', 'cus_gone');
    const [afterAnother] = await keys(id, 'One', 'cus_gone_too');
    expect(new Set([first, other, after, afterAnother]).size).toBe(4);
    expect(await keys(id, 'Another name', null)).toEqual([first]);
    expect(await keys(id, 'One', 'cus_gone')).toEqual([after]);
    expect(await keys(id.toUpperCase(), 'One', null)).not.toContain(first);
  });
});

test('B1 a price has a key of plan, cadence, amount and currency', async () => {
  const fresh = await startStripe();
  const own = (await (await stripeCustomer(fresh)).subscribes()).id;
  const [plan] = DEFAULT_CATALOG.plans;
  const dearer = DEFAULT_CATALOG.plans.map((each) =>
    each === plan ? { ...each, prices: { MONTHLY: 2_000, ANNUAL: 20_000 } } : each,
  );
  const catalogs = [DEFAULT_CATALOG, { ...DEFAULT_CATALOG, plans: dearer }, { ...DEFAULT_CATALOG, currency: 'EUR' }];
  for (const catalog of catalogs)
    for (const cadence of ['MONTHLY', 'ANNUAL'] as const)
      for (const { key: planKey } of catalog.plans.slice(0, 2)) {
        const order = checkout({ customerId: own, item: { kind: 'SUBSCRIPTION', planKey, cadence } });
        await fresh.restartedWith(catalog).createCheckout(order);
      }
  const made = fresh.standIn.requests.filter(({ call }) => call === 'Prices.create');
  // Of the second catalog, the prices of one plan are those of the first.
  expect(made).toHaveLength(10);
  expect(new Set(made.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(10);
  await fresh.close();
});

test('B2 nothing is made at Stripe without a key', () => {
  const made = stripe.standIn.requests.filter(({ call }) =>
    ['Customers.create', 'Prices.create', 'Checkout/Sessions.create', 'PaymentIntents.create'].includes(call),
  );
  expect(new Set(made.map(({ call }) => call)).size).toBeGreaterThan(2);
  expect(made.filter(({ idempotencyKey }) => !idempotencyKey)).toEqual([]);
});
