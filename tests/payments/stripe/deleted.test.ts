import { randomUUID } from 'node:crypto';
import { CustomerGone, NoSubscription, PaymentDeclined } from '../../../src/payments/payment-faults';
import { RETURN_URL, stripeCustomer } from '../../kits/stripe/stripe-customer';
import { StripeStandIn } from '../../kits/stripe/stripe-stand-in';
import { startStripe, type StripeUnderTest } from '../../kits/stripe/stripe-under-test';

let stripe: StripeUnderTest;

beforeAll(async () => {
  stripe = await startStripe();
});

afterEach(() => {
  stripe.standIn.state.listsOfDeleted = false;
});

afterAll(() => stripe.close());

const priceOf = (planKey: string) => {
  const found = stripe.standIn.state.prices
    .newestFirst()
    .find(({ metadata, recurring }) => metadata.plan_key === planKey && recurring?.interval === 'month');
  if (!found) throw new Error('Nobody has asked for the price yet.');
  return found;
};

describe('a customer', () => {
  test.each([true, false])(
    'B11 is gone when deleted, whether or not Stripe lists what was theirs: %s',
    async (lists) => {
      const customer = await (await stripeCustomer(stripe)).subscribes();
      stripe.payer.deletesCustomer(customer.id);
      stripe.standIn.state.listsOfDeleted = lists;
      await expect(customer.account()).rejects.toThrow(CustomerGone);
      await expect(customer.ordersPlan()).rejects.toThrow(CustomerGone);
      await expect(customer.ordersPack()).rejects.toThrow(CustomerGone);
      await expect(customer.isCharged()).rejects.toThrow(CustomerGone);
      await expect(stripe.provider.createPortalSession(customer.id, RETURN_URL)).rejects.toThrow(CustomerGone);
      expect(await customer.payment(randomUUID())).toBeNull();
      await stripe.provider.endAccount(customer.id);
      expect(Math.abs((await customer.now()) - Date.now())).toBeLessThan(60_000);
    },
  );

  test('B6 what was paid before stays known, and what is refunded afterwards is told', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const charged = randomUUID();
    await customer.isCharged(2_500, charged);
    const { orderId, checkoutId, url } = await customer.ordersPack();
    stripe.payer.paysOn(url);
    stripe.payer.deletesCustomer(customer.id);
    stripe.payer.isRefunded(customer.id, orderId, 1_000);
    expect(await customer.payment(orderId, checkoutId)).toMatchObject({ status: 'PAID', amountReturned: 1_000 });
    stripe.standIn.state.listsOfDeleted = true;
    expect(await customer.payment(charged)).toMatchObject({ status: 'PAID', amountReturned: 0 });
    expect(await customer.isCharged(2_500, charged)).toMatchObject({ status: 'PAID' });
  });

  test('B11 that the search still finds a moment after the deletion is not taken for the new one', async () => {
    const customer = await stripeCustomer(stripe);
    stripe.standIn.state.letSearchCatchUp();
    stripe.payer.deletesCustomer(customer.id);
    for (const goneId of [customer.id, null]) {
      const organization = { id: customer.organizationId, name: 'Acme' };
      const id = await stripe.provider.createCustomer(organization, goneId);
      expect(id).not.toBe(customer.id);
      expect(stripe.standIn.state.customers.get(id).deleted).toBeUndefined();
    }
  });

  test('B11 of deleted test data is gone; with a live key it is another account’s, and nothing is thrown away', async () => {
    await expect(stripe.provider.readAccount('cus_unheard_of', null)).rejects.toThrow(CustomerGone);
    const live = stripe.restartedWith(stripe.catalog, StripeStandIn.liveKey);
    await expect(live.readAccount('cus_unheard_of', null)).rejects.toMatchObject({
      name: 'StripeFault',
      code: 'resource_missing',
    });
  });
});

describe('a price', () => {
  test('B11 that was deleted is made again, once, also within the day for which Stripe remembers the first', async () => {
    const before = await stripeCustomer(stripe);
    await before.ordersPlan('business');
    const first = priceOf('business');
    stripe.standIn.state.prices.delete(first.id);
    const urls = await Promise.all(
      Array.from({ length: 3 }, async () => (await stripeCustomer(stripe)).ordersPlan('business')),
    );
    expect(urls).toHaveLength(3);
    const made = stripe.standIn.state.prices.newestFirst().filter(({ lookup_key: key }) => key === first.lookup_key);
    expect(made).toHaveLength(1);
    expect(made[0]!.id).not.toBe(first.id);
  });

  test('B11 that was archived, or whose product was, is sold all the same', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes('starter');
    const price = priceOf('starter');
    price.active = false;
    stripe.standIn.state.products.get(price.product).active = false;
    await (await stripeCustomer(stripe)).subscribes('starter');
    expect(price.active).toBe(true);
    expect(await customer.subscription()).toMatchObject({ planKey: 'starter', status: 'ACTIVE' });

    const packs = stripe.standIn.state.products.newestFirst().filter(({ id }) => id.includes('-pack-'));
    await customer.ordersPack();
    for (const product of packs) product.active = false;
    stripe.payer.paysOn((await customer.ordersPack()).url);
  });

  test('B11 that was deleted between two calls for one checkout does not keep the order from its page', async () => {
    const customer = await stripeCustomer(stripe);
    const orderId = randomUUID();
    stripe.standIn.interfere = (call) => (call === 'Checkout/Sessions.create' ? 'LOST_ANSWER' : null);
    await expect(customer.ordersPlan('team', 'MONTHLY', orderId)).rejects.toThrow();
    stripe.standIn.interfere = () => null;
    stripe.standIn.state.prices.delete(priceOf('team').id);
    stripe.standIn.state.sessions.newestFirst()[0]!.customer = 'cus_of_before';
    const { url } = await customer.ordersPlan('team', 'MONTHLY', orderId);
    stripe.payer.paysOn(url);
    expect(await customer.subscription()).toMatchObject({ planKey: 'team' });
  });

  test('B11 of a schedule that Stripe does not know any more is a plan by its id', async () => {
    const terms = await stripe.provider.readAccount((await (await stripeCustomer(stripe)).subscribes('team')).id, null);
    expect(terms.subscription).toMatchObject({ planKey: 'team' });
    const customer = await (await stripeCustomer(stripe)).subscribes('team');
    const change = { planKey: 'starter', cadence: 'MONTHLY', timing: 'AT_PERIOD_END' } as const;
    const preview = await stripe.provider.previewChange(customer.id, change, null);
    await stripe.provider.applyChange(customer.id, randomUUID(), change, preview);
    const schedule = stripe.standIn.state.schedules.get(customer.stored().schedule!);
    schedule.phases[1]!.items[0]!.price = 'price_deleted';
    expect(await customer.subscription()).toMatchObject({ scheduled: { terms: { planKey: 'price_deleted' } } });
  });
});

describe('a subscription', () => {
  const upgrade = { planKey: 'business', cadence: 'MONTHLY', timing: 'NOW' } as const;
  const downgrade = { planKey: 'starter', cadence: 'MONTHLY', timing: 'AT_PERIOD_END' } as const;

  /** What is asked of the subscription of a customer, and in which of Stripe's calls it is named. */
  const ASKED: readonly [what: string, call: string, prepare: (id: string) => Promise<() => Promise<unknown>>][] = [
    ['a preview', 'Invoices.createPreview', async (id) => () => stripe.provider.previewChange(id, upgrade, null)],
    [
      'a change now',
      'Subscriptions.update',
      async (id) => {
        const preview = await stripe.provider.previewChange(id, upgrade, null);
        return () => stripe.provider.applyChange(id, randomUUID(), upgrade, preview);
      },
    ],
    [
      'a change at the end of the period',
      'SubscriptionSchedules.create',
      async (id) => {
        const preview = await stripe.provider.previewChange(id, downgrade, null);
        return () => stripe.provider.applyChange(id, randomUUID(), downgrade, preview);
      },
    ],
    ['a cancellation', 'Subscriptions.update', async (id) => () => stripe.provider.cancelAtPeriodEnd(id, randomUUID())],
    [
      'a resumption',
      'Subscriptions.update',
      async (id) => {
        await stripe.provider.cancelAtPeriodEnd(id, randomUUID());
        return () => stripe.provider.resume(id, randomUUID());
      },
    ],
  ];

  test.each(ASKED)(
    'B11 that has ended is told as gone to %s, before it or just before %s',
    async (_, call, prepare) => {
      const before = await (await stripeCustomer(stripe)).subscribes('team');
      const asks = await prepare(before.id);
      stripe.payer.endsAtOnce(before.id);
      await expect(asks()).rejects.toThrow(NoSubscription);

      const during = await (await stripeCustomer(stripe)).subscribes('team');
      const asksToo = await prepare(during.id);
      const ended = new Set<string>();
      stripe.standIn.interfere = (asked) => {
        if (asked === call && !ended.has(during.id)) stripe.payer.endsAtOnce(during.id);
        if (asked === call) ended.add(during.id);
        return null;
      };
      await expect(asksToo()).rejects.toThrow(NoSubscription);
      stripe.standIn.interfere = () => null;
      expect(ended).toEqual(new Set([during.id]));
      expect((await during.account()).subscription).toBeNull();
    },
  );

  test('B11 that is there is not told as gone when Stripe refuses something else', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes('team');
    stripe.standIn.interfere = (call) => {
      // Nobody has an item of that id.
      if (call === 'Invoices.createPreview') customer.stored().items.data[0]!.id = 'si_another';
      return null;
    };
    await expect(stripe.provider.previewChange(customer.id, upgrade, null)).rejects.toMatchObject({
      name: 'StripeFault',
    });
    stripe.standIn.interfere = () => null;
  });
});

describe('a payment method', () => {
  test('B11 that was detached does not count, even if customer and subscription still name it', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes('starter');
    expect((await customer.account()).paymentMethod).not.toBeNull();
    stripe.payer.detachesCards(customer.id);
    expect(customer.stored().default_payment_method).not.toBeNull();
    expect((await customer.account()).paymentMethod).toBeNull();
    expect(await customer.isCharged()).toMatchObject({ status: 'DECLINED' });
    await expect(customer.changesTo('team')).rejects.toThrow(PaymentDeclined);

    stripe.payer.addsCard(customer.id);
    await customer.changesTo('team');
    expect(await customer.isCharged()).toMatchObject({ status: 'PAID' });
  });

  test.each([
    ['PaymentIntents.create', 'a charge'],
    ['Subscriptions.update', 'a change'],
  ])('B11 that is detached just before %s is a decline', async (call) => {
    const customer = await (await stripeCustomer(stripe)).subscribes('starter');
    stripe.standIn.interfere = (asked) => {
      if (asked === call) stripe.payer.detachesCards(customer.id);
      return null;
    };
    // Attached, and the default of neither: it is named in the request itself.
    customer.stored().default_payment_method = null;
    if (call === 'PaymentIntents.create') expect(await customer.isCharged()).toMatchObject({ status: 'DECLINED' });
    else await expect(customer.changesTo('team')).rejects.toThrow(PaymentDeclined);
    stripe.standIn.interfere = () => null;
  });
});
