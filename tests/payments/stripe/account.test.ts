import { randomUUID } from 'node:crypto';
import { stripeCustomer } from '../../kits/stripe/stripe-customer';
import { startStripe, type StripeUnderTest } from '../../kits/stripe/stripe-under-test';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

let stripe: StripeUnderTest;

beforeAll(async () => {
  stripe = await startStripe();
});

afterAll(() => stripe.close());

/** A price that somebody has made on the dashboard. */
const priceByHand = (interval: 'month' | 'year', metadata: Record<string, string> = {}) => {
  const { state } = stripe.standIn;
  const [ours] = state.prices.newestFirst().filter(({ recurring }) => recurring?.interval === 'month');
  const recurring = { interval, interval_count: 1, usage_type: 'licensed' } as const;
  return state.prices.put({
    ...ours!,
    id: state.id('price'),
    lookup_key: null,
    metadata,
    unit_amount: 7_000,
    recurring,
  });
};

describe('the present period', () => {
  test('B5 is unpaid while its invoice is a draft, although Stripe calls the subscription active', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const { period } = await customer.subscription();
    stripe.payer.renewsWithDraft = true;
    stripe.payer.passes(customer.id, period.end - (await customer.now()));
    stripe.payer.renewsWithDraft = false;
    expect(customer.stored().status).toBe('active');
    expect(await customer.subscription()).toMatchObject({
      ...{ status: 'ACTIVE', paidPlans: [] },
      period: { start: period.end },
    });
    stripe.payer.passes(customer.id, HOUR);
    expect(await customer.subscription()).toMatchObject({
      paidPlans: [{ planKey: 'starter', since: period.end }],
      period: { start: period.end },
    });
  });

  test('B5 is not paid by an upgrade within it, where its own invoice is not', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const { period } = await customer.subscription();
    stripe.payer.banksWith(customer.id, 'DECLINES');
    stripe.payer.passes(customer.id, period.end + DAY - (await customer.now()));
    stripe.payer.banksWith(customer.id, 'PAYS');
    await customer.changesTo('team');
    expect((await customer.subscription()).paidPlans).toEqual([]);
  });

  test('B5 a dearer price that took effect and is not paid does not count as a paid plan', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const { period } = await customer.subscription();
    const dearer = priceByHand('month', { plan_key: 'team', cadence: 'MONTHLY' });
    stripe.payer.passes(customer.id, DAY);
    stripe.payer.changesPriceUnpaid(customer.id, dearer.id);
    const starter = { planKey: 'starter', since: period.start };
    expect(await customer.subscription()).toMatchObject({ planKey: 'team', status: 'PAST_DUE', paidPlans: [starter] });
    const changedAt = await customer.now();
    stripe.payer.passes(customer.id, DAY);
    stripe.payer.paysOverdue(customer.id);
    expect((await customer.subscription()).paidPlans).toEqual([starter, { planKey: 'team', since: changedAt }]);
  });

  test('B5 back and forth on the portal, each plan is told that was paid for and since when', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const { period } = await customer.subscription();
    const dearer = priceByHand('month', { plan_key: 'team', cadence: 'MONTHLY' });
    const first = customer.stored().items.data[0]!.price;
    const expected = [{ planKey: 'starter', since: period.start }];
    for (const price of [dearer, first, dearer]) {
      stripe.payer.passes(customer.id, DAY);
      stripe.payer.changesPrice(customer.id, price.id);
      expected.push({ planKey: price.metadata.plan_key!, since: await customer.now() });
    }
    expect((await customer.subscription()).paidPlans).toEqual(expected);
  });

  test('B5 of a trial counts as paid, and a change within it costs nothing', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    Object.assign(customer.stored(), { status: 'trialing', latest_invoice: null });
    expect(await customer.subscription()).toMatchObject({ status: 'TRIALING', paidPlans: [{ planKey: 'starter' }] });
    const change = { planKey: 'team', cadence: 'MONTHLY', timing: 'NOW' } as const;
    expect(await stripe.provider.previewChange(customer.id, change, null)).toMatchObject({ amountDueNow: 0 });
  });
});

test.each([
  ['active', 'ACTIVE'],
  ['trialing', 'TRIALING'],
  ['past_due', 'PAST_DUE'],
  ['unpaid', 'PAST_DUE'],
  ['paused', 'PAST_DUE'],
  ['a_state_of_tomorrow', 'PAST_DUE'],
  ['incomplete', null],
  ['incomplete_expired', null],
  ['canceled', null],
])('B2 a subscription that is %s at Stripe is %s here', async (status, expected) => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  customer.stored().status = status;
  expect((await customer.account()).subscription?.status ?? null).toBe(expected);
});

describe('what others do at Stripe', () => {
  test('B9 an upgrade on the portal is followed, costs from when it was, and is nobody’s order', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const dearer = priceByHand('month', { plan_key: 'team', cadence: 'MONTHLY' });
    stripe.payer.passes(customer.id, 3 * DAY);
    stripe.payer.changesPrice(customer.id, dearer.id);
    const { subscription, invoices } = await customer.account();
    expect(subscription).toMatchObject({
      planKey: 'team',
      paidPlans: [
        { planKey: 'starter', since: subscription?.period.start },
        { planKey: 'team', since: await customer.now() },
      ],
      orderId: null,
    });
    expect(invoices.map(({ reason }) => reason)).toEqual(['START', 'CHANGE']);
    expect(invoices[0]?.orderId).toEqual(expect.any(String));
    expect(invoices[1]?.orderId).toBeNull();
  });

  test.each([
    ['month', 'MONTHLY'],
    ['year', 'ANNUAL'],
  ] as const)(
    'B2 a price made by hand, by the %s, is a plan that no catalog has and can be left',
    async (interval, cadence) => {
      const customer = await (await stripeCustomer(stripe)).subscribes();
      const foreign = priceByHand(interval);
      customer.stored().items.data[0]!.price = foreign;
      const { subscription } = await customer.account();
      expect(subscription).toMatchObject({ planKey: foreign.id, cadence, orderId: null });
      const change = { planKey: 'business', cadence, timing: 'NOW' } as const;
      const preview = await stripe.provider.previewChange(customer.id, change, null);
      await stripe.provider.applyChange(customer.id, randomUUID(), change, preview);
      expect(await customer.subscription()).toMatchObject({ planKey: 'business', cadence });
    },
  );

  test('B9 a cancellation by either of Stripe’s words is seen, and resuming takes back either', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const { period } = await customer.subscription();
    const subscription = customer.stored();
    for (const words of [
      { cancel_at_period_end: true, cancel_at: null },
      { cancel_at_period_end: false, cancel_at: period.end / SECOND },
    ]) {
      Object.assign(subscription, words);
      expect((await customer.subscription()).scheduled).toEqual({ terms: null, at: period.end });
      const orderId = randomUUID();
      await stripe.provider.resume(customer.id, orderId);
      expect(await customer.subscription()).toMatchObject({ scheduled: null, orderId });
      expect(subscription).toMatchObject({ cancel_at_period_end: false, cancel_at: null });
    }
  });

  test('B9 a change that was scheduled can be replaced by one at once also where the subscription was to end', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    stripe.payer.cancels(customer.id);
    await customer.changesTo('team');
    expect(await customer.subscription()).toMatchObject({ planKey: 'team', scheduled: null });
  });

  test('B2 of two subscriptions the older one counts', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const { state } = stripe.standIn;
    const first = customer.stored();
    const second = structuredClone(first);
    Object.assign(second, { id: state.id('sub'), created: first.created + 60, metadata: {} });
    second.items.data[0]!.price = priceByHand('year');
    state.subscriptions.put(second);
    expect(await customer.subscription()).toMatchObject({ planKey: 'starter' });
    first.status = 'canceled';
    expect(await customer.subscription()).toMatchObject({ cadence: 'ANNUAL' });
  });
});

describe('invoices', () => {
  test('B9 one that is paid after a newer one is told after it', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const { period } = await customer.subscription();
    stripe.payer.banksWith(customer.id, 'DECLINES');
    stripe.payer.passes(customer.id, period.end + DAY - (await customer.now()));
    stripe.payer.banksWith(customer.id, 'PAYS');
    await customer.changesTo('team');
    const before = await customer.account();
    expect(before.invoices.map(({ reason }) => reason)).toEqual(['START', 'CHANGE']);
    stripe.payer.passes(customer.id, DAY);
    stripe.payer.paysOverdue(customer.id);
    const after = await customer.account(before.invoices.at(-1)?.id);
    expect(after.invoices.map(({ reason }) => reason)).toEqual(['RENEWAL']);
  });

  test('B9 more than a page of a list holds are all told, and only the new ones afterwards', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    stripe.payer.passes(customer.id, 115 * 31 * DAY);
    const { invoices } = await customer.account();
    expect(invoices.length).toBeGreaterThan(110);
    expect(new Set(invoices.map(({ id }) => id)).size).toBe(invoices.length);
    expect((await customer.account(invoices.at(-3)?.id)).invoices).toEqual(invoices.slice(-2));
    expect((await customer.account(invoices[4]?.id)).invoices).toEqual(invoices.slice(5));
  });
});

describe('the catalog at Stripe', () => {
  test('B1 is made once, also by instances that start together', async () => {
    const customer = await stripeCustomer(stripe);
    const instances = Array.from({ length: 4 }, () => stripe.restartedWith(stripe.catalog));
    await Promise.all(
      instances.map((provider) =>
        provider.createCheckout({
          ...{
            orderId: randomUUID(),
            organizationId: 'org',
            customerId: customer.id,
            returnUrl: 'https://shop.example',
          },
          item: { kind: 'SUBSCRIPTION', planKey: 'business', cadence: 'ANNUAL' },
        }),
      ),
    );
    const prices = stripe.standIn.state.prices.newestFirst();
    expect(prices.filter(({ lookup_key: key }) => key === 'billing-admins/business/ANNUAL/usd/399000')).toHaveLength(1);
  });

  test('B1 a new amount is a new price; who has subscribed keeps theirs until they change', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const plans = stripe.catalog.plans.map((plan) =>
      plan.key === 'starter' ? { ...plan, prices: { MONTHLY: 2_100 } } : plan,
    );
    const provider = stripe.restartedWith({ ...stripe.catalog, plans });
    expect((await provider.readAccount(customer.id, null)).subscription).toMatchObject({ planKey: 'starter' });
    const change = { planKey: 'starter', cadence: 'MONTHLY', timing: 'NOW' } as const;
    expect(await provider.previewChange(customer.id, change, null)).toMatchObject({
      amountDueNow: 0,
      nextInvoice: 1_900,
    });
  });

  test('B1 a price that was archived by hand is sold again, since the catalog sells it', async () => {
    await (await stripeCustomer(stripe)).subscribes();
    const price = stripe.standIn.state.prices
      .newestFirst()
      .find(({ lookup_key: key }) => key === 'billing-admins/starter/MONTHLY/usd/1900');
    price!.active = false;
    const provider = stripe.restartedWith(stripe.catalog);
    const customer = await stripeCustomer({ ...stripe, provider });
    await customer.subscribes();
    expect(await customer.subscription()).toMatchObject({ planKey: 'starter' });
  });

  test('B10 a catalog that Stripe would charge otherwise does not start', () => {
    expect(() => stripe.restartedWith({ ...stripe.catalog, currency: 'ISK' })).toThrow(
      'Stripe takes amounts of ISK in hundredths',
    );
    const plans = [{ key: 'odd', name: 'Odd', includedCredits: 1, prices: { MONTHLY: 1_001 } }];
    expect(() => stripe.restartedWith({ ...stripe.catalog, currency: 'KWD', plans })).toThrow(
      'Stripe takes amounts of KWD whose last digit is 0',
    );
  });

  test('B1 keys that no id of Stripe could hold are sold all the same', async () => {
    const key = `plan "${'x'.repeat(240)}"`.replaceAll(' ', '/');
    const plans = [{ key, name: 'Long', includedCredits: 1, prices: { MONTHLY: 100 } }];
    const provider = stripe.restartedWith({ ...stripe.catalog, plans });
    const customer = await (await stripeCustomer({ ...stripe, provider })).subscribes(key);
    const subscription = (await provider.readAccount(customer.id, null)).subscription;
    expect(subscription).toMatchObject({ planKey: key, orderId: expect.any(String) });
  });
});

describe('customers', () => {
  test('B2 one who was made longer ago than Stripe keeps idempotency keys is found again', async () => {
    const { id, organizationId } = await stripeCustomer(stripe);
    stripe.standIn.forgetKeys();
    stripe.standIn.state.letSearchCatchUp();
    expect(await stripe.provider.createCustomer({ id: organizationId, name: 'Renamed' }, null)).toBe(id);
  });

  test('B2 an organization whose id looks like a search is found as itself', async () => {
    const organization = { id: 'o"_OR_metadata["organization_id"]:"x\\', name: 'Odd' };
    const id = await stripe.provider.createCustomer(organization, null);
    stripe.standIn.forgetKeys();
    stripe.standIn.state.letSearchCatchUp();
    expect(await stripe.provider.createCustomer(organization, null)).toBe(id);
    expect(await stripe.provider.createCustomer({ id: 'x\\', name: 'Other' }, null)).not.toBe(id);
  });
});
