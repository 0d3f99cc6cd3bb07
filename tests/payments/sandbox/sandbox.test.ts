import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import type { SubscriptionTerms } from '../../../src/domain/billing/orders';
import { shareOfRest } from '../../../src/domain/billing/periods';
import type { BillingCadence } from '../../../src/domain/billing/terms';
import { ChangeOutdated } from '../../../src/payments/payment-faults';
import type { PlannedChange } from '../../../src/payments/provider';
import type { PortalView } from '../../../src/payments/sandbox/sandbox-payer';
import { keyOf, startSandbox, type SandboxUnderTest } from './sandbox-under-test';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const RETURN_URL = 'https://shop.example/billing';

/** A free plan, and a year that costs less than a month does: what the default catalog has none of. */
const CATALOG = {
  ...DEFAULT_CATALOG,
  plans: [
    { key: 'free', name: 'Free', includedCredits: 10, prices: { MONTHLY: 0 } },
    ...DEFAULT_CATALOG.plans,
    { key: 'gift', name: 'Gift', includedCredits: 10, prices: { MONTHLY: 50_000, ANNUAL: 10_000 } },
  ],
};

const terms = (planKey: string, cadence: BillingCadence = 'MONTHLY'): SubscriptionTerms => ({ planKey, cadence });
const now = (planKey: string, cadence?: BillingCadence): PlannedChange => ({
  ...terms(planKey, cadence),
  timing: 'NOW',
});

let sandbox: SandboxUnderTest;

beforeAll(async () => {
  sandbox = await startSandbox(CATALOG);
});
afterAll(() => sandbox.close());

async function newCustomer(): Promise<string> {
  return sandbox.provider.createCustomer({ id: `org_${randomUUID()}`, name: 'Acme' }, null);
}

async function opensCheckout(customerId: string, bought: SubscriptionTerms): Promise<string> {
  const item = { kind: 'SUBSCRIPTION', ...bought } as const;
  const order = { orderId: randomUUID(), organizationId: 'org', customerId, item, returnUrl: RETURN_URL };
  return (await sandbox.provider.createCheckout(order)).url;
}

async function newSubscriber(bought: SubscriptionTerms): Promise<string> {
  const customerId = await newCustomer();
  await sandbox.pays(await opensCheckout(customerId, bought));
  return customerId;
}

async function applies(customerId: string, change: PlannedChange) {
  const preview = await sandbox.provider.previewChange(customerId, change, null);
  await sandbox.provider.applyChange(customerId, randomUUID(), change, preview);
  return preview;
}

async function portal(customerId: string): Promise<PortalView> {
  const { id } = keyOf(await sandbox.provider.createPortalSession(customerId, RETURN_URL));
  const view = await sandbox.payer.readPortal(customerId, id);
  if (!view) throw new Error('There is no such session.');
  return view;
}

async function passesTo(customerId: string, time: number): Promise<void> {
  await sandbox.passes(customerId, time - (await sandbox.provider.now(customerId)));
}

async function subscriptionOf(customerId: string) {
  return (await sandbox.provider.readAccount(customerId, null)).subscription;
}

async function amountsOf(customerId: string) {
  const { invoices } = await sandbox.provider.readAccount(customerId, null);
  return invoices.map(({ reason, amount }) => [reason, amount]);
}

describe('credit', () => {
  test('B4 what a change gives back lowers the next invoices until it is used up, and is never paid out', async () => {
    const customerId = await newSubscriber(terms('gift'));
    const period = (await subscriptionOf(customerId))?.period ?? { start: 0, end: 0 };
    const preview = await applies(customerId, now('gift', 'ANNUAL'));
    const credit = shareOfRest(50_000, period, preview.at) - 10_000;
    expect(preview).toMatchObject({ amountDueNow: 0, nextInvoice: 0 });
    expect((await portal(customerId)).credit).toBe(credit);
    for (let year = 1; year <= 5; year++) await sandbox.payer.moveClockToRenewal(customerId);
    expect(await amountsOf(customerId)).toEqual([
      ['START', 50_000],
      ['RENEWAL', 10_000],
    ]);
    expect((await portal(customerId)).credit).toBe(0);
  });

  test('B4 whatever is changed and however often, what was paid and what was given back come to what was used', async () => {
    const plans = fc.constantFrom('free', 'starter', 'team', 'business', 'gift');
    const steps = fc.array(
      fc.record({ planKey: plans, isAnnual: fc.boolean(), seconds: fc.integer({ min: 0, max: 20 * 24 * 3_600 }) }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (changes) => {
        const customerId = await newSubscriber(terms('team'));
        // Whole prices of begun periods, less the rests that changes gave back.
        let owed = 9_900;
        for (const { planKey, isAnnual, seconds } of changes) {
          const target = terms(planKey, isAnnual && planKey !== 'free' ? 'ANNUAL' : 'MONTHLY');
          const before = await portal(customerId);
          const current = before.subscription;
          if (!current) throw new Error('There is no subscription.');
          const until = Math.min(current.period.end - 1_000, before.now + seconds * SECOND);
          await passesTo(customerId, until);
          const { at } = await applies(customerId, { ...target, timing: 'NOW' });
          const after = (await portal(customerId)).subscription;
          if (!after) throw new Error('There is no subscription.');
          if (after.planKey === current.planKey && after.cadence === current.cadence) continue;
          owed += shareOfRest(after.price, after.period, at) - shareOfRest(current.price, current.period, at);
        }
        const paid = (await amountsOf(customerId)).reduce((sum, [, amount]) => sum + Number(amount), 0);
        expect(paid - (await portal(customerId)).credit).toBe(owed);
      }),
      { numRuns: 15 },
    );
  });

  test('B4 what is free has no invoices, and needs no card that pays', async () => {
    const customerId = await newSubscriber(terms('free'));
    await sandbox.cardGoesBad(customerId);
    await sandbox.payer.moveClockToRenewal(customerId);
    expect(await amountsOf(customerId)).toEqual([]);
    expect(await subscriptionOf(customerId)).toMatchObject({ status: 'ACTIVE', paidPlans: [{ planKey: 'free' }] });
  });
});

describe('the moment of a change', () => {
  test('B4 it is not before the plan there is, and not in the future', async () => {
    const { provider } = sandbox;
    const customerId = await newSubscriber(terms('starter'));
    await sandbox.passes(customerId, DAY);
    const early = await provider.previewChange(customerId, now('business'), null);
    await sandbox.passes(customerId, DAY);
    await applies(customerId, now('team'));
    const planSince = (await subscriptionOf(customerId))?.paidPlans.at(-1)?.since ?? 0;
    await sandbox.passes(customerId, DAY);
    const present = await provider.now(customerId);
    expect(await provider.previewChange(customerId, now('business'), early.at)).toMatchObject({ at: planSince });
    expect(await provider.previewChange(customerId, now('business'), present + 5 * DAY)).toMatchObject({ at: present });
    expect(await provider.previewChange(customerId, now('business'), present - 1)).toMatchObject({
      at: present - SECOND,
    });
    await expect(provider.applyChange(customerId, randomUUID(), now('business'), early)).rejects.toThrow(
      ChangeOutdated,
    );
  });
});

describe('what is overdue', () => {
  const overdueSubscriber = async () => {
    const customerId = await newSubscriber(terms('starter'));
    await sandbox.cardGoesBad(customerId);
    await sandbox.payer.moveClockToRenewal(customerId);
    return customerId;
  };

  test('B2 a second renewal that is not paid ends the subscription', async () => {
    const customerId = await overdueSubscriber();
    expect(await subscriptionOf(customerId)).toMatchObject({ status: 'PAST_DUE' });
    await sandbox.payer.moveClockToRenewal(customerId);
    expect(await subscriptionOf(customerId)).toBeNull();
    expect(await amountsOf(customerId)).toEqual([['START', 1_900]]);
  });

  test('B2 a card that works again pays for both periods at the next renewal', async () => {
    const customerId = await overdueSubscriber();
    await sandbox.cardIsReplaced(customerId);
    await sandbox.payer.moveClockToRenewal(customerId);
    expect(await subscriptionOf(customerId)).toMatchObject({ status: 'ACTIVE' });
    expect(await amountsOf(customerId)).toEqual([
      ['START', 1_900],
      ['RENEWAL', 1_900],
      ['RENEWAL', 1_900],
    ]);
  });

  test('B2 settling with a card that is declined changes nothing, and where nothing is overdue there is nothing to settle', async () => {
    const customerId = await overdueSubscriber();
    expect(await sandbox.payer.settleOverdue(customerId)).toBe('DECLINED');
    expect(await subscriptionOf(customerId)).toMatchObject({ status: 'PAST_DUE' });
    await sandbox.cardIsReplaced(customerId);
    expect(await sandbox.payer.settleOverdue(customerId)).toBe('DONE');
    expect(await sandbox.payer.settleOverdue(customerId)).toBe('CLOSED');
  });

  test('B4 an upgrade pays what is overdue with it, as its preview says', async () => {
    const customerId = await overdueSubscriber();
    await sandbox.cardIsReplaced(customerId);
    await sandbox.passes(customerId, 3 * DAY);
    const period = (await subscriptionOf(customerId))?.period ?? { start: 0, end: 0 };
    const { at, amountDueNow } = await applies(customerId, now('team'));
    expect(amountDueNow).toBe(1_900 + shareOfRest(9_900, period, at) - shareOfRest(1_900, period, at));
    expect(await subscriptionOf(customerId)).toMatchObject({
      ...{ status: 'ACTIVE', period },
      paidPlans: [
        { planKey: 'starter', since: period.start },
        { planKey: 'team', since: at },
      ],
    });
    expect(await amountsOf(customerId)).toEqual([
      ['START', 1_900],
      ['CHANGE', amountDueNow],
    ]);
  });

  test('B4 going on with the terms there are does not pay what is overdue', async () => {
    const customerId = await overdueSubscriber();
    expect(await applies(customerId, now('starter'))).toMatchObject({ amountDueNow: 0 });
    expect(await subscriptionOf(customerId)).toMatchObject({ status: 'PAST_DUE' });
  });

  test('B2 without a card a renewal is not paid either', async () => {
    const customerId = await newSubscriber(terms('starter'));
    await sandbox.removesCard(customerId);
    await sandbox.payer.moveClockToRenewal(customerId);
    expect(await subscriptionOf(customerId)).toMatchObject({ status: 'PAST_DUE', paidPlans: [] });
  });
});

describe('time', () => {
  test('B2 periods that ended while nobody looked are all paid for, each at its time', async () => {
    const customerId = await newSubscriber(terms('starter'));
    const start = (await subscriptionOf(customerId))?.period.start ?? 0;
    await sandbox.passes(customerId, 100 * DAY);
    const { invoices, subscription } = await portal(customerId);
    expect(invoices.map(({ paidAt }) => new Date(paidAt).toISOString().slice(0, 10))).toEqual([
      '2027-02-24',
      '2027-01-24',
      '2026-12-24',
      '2026-11-24',
    ]);
    expect(start % SECOND).toBe(0);
    expect(subscription?.period.start).toBe(invoices[0]?.paidAt);
  });

  test("B2 a customer's clock goes on with the real one, and what falls due by it happens as well", async () => {
    const customerId = await newSubscriber(terms('starter'));
    await sandbox.passes(customerId, 5 * DAY);
    const before = await sandbox.provider.now(customerId);
    sandbox.realTimePasses(31 * DAY);
    expect(await sandbox.provider.now(customerId)).toBe(before + 31 * DAY);
    expect(await amountsOf(customerId)).toEqual([
      ['START', 1_900],
      ['RENEWAL', 1_900],
    ]);
  });

  test('B2 a clock is never moved back', async () => {
    const customerId = await newCustomer();
    const before = await sandbox.provider.now(customerId);
    for (const milliseconds of [0, -DAY, Number.NaN])
      expect(await sandbox.payer.moveClock(customerId, milliseconds)).toBe('CLOSED');
    expect(await sandbox.provider.now(customerId)).toBe(before);
    expect(await sandbox.payer.moveClockToRenewal(customerId)).toBe('CLOSED');
  });

  test('B2 a checkout can be paid up to its last second of 24 hours', async () => {
    const customerId = await newCustomer();
    const [one, other] = [
      await opensCheckout(customerId, terms('team')),
      await opensCheckout(customerId, terms('team')),
    ];
    await sandbox.passes(customerId, DAY - SECOND);
    await sandbox.pays(one);
    const late = await newCustomer();
    const tooLate = await opensCheckout(late, terms('team'));
    await sandbox.passes(late, DAY);
    await expect(sandbox.pays(tooLate)).rejects.toThrow('CLOSED');
    await expect(sandbox.pays(other)).rejects.toThrow('CLOSED');
  });

  test('B3 a portal session ends after half an hour of real time, however the clock is moved', async () => {
    const customerId = await newSubscriber(terms('starter'));
    const { id } = keyOf(await sandbox.provider.createPortalSession(customerId, RETURN_URL));
    await sandbox.passes(customerId, 10 * DAY);
    expect((await sandbox.payer.readPortal(customerId, id))?.isExpired).toBe(false);
    sandbox.realTimePasses(30 * 60 * SECOND);
    expect((await sandbox.payer.readPortal(customerId, id))?.isExpired).toBe(true);
    sandbox.realTimePasses(2 * DAY);
    await sandbox.provider.createPortalSession(customerId, RETURN_URL);
    expect(await sandbox.payer.readPortal(customerId, id)).toBeNull();
  });
});

describe('several at a time', () => {
  test('B4 of upgrades with previews of the same moment one is made, and the others are outdated', async () => {
    const customerId = await newSubscriber(terms('starter'));
    await sandbox.passes(customerId, 2 * DAY);
    const changes = [now('team'), now('business'), now('team', 'ANNUAL')];
    const previews = await Promise.all(
      changes.map((change) => sandbox.provider.previewChange(customerId, change, null)),
    );
    const outcomes = await Promise.allSettled(
      changes.map((change, index) =>
        sandbox.provider.applyChange(customerId, randomUUID(), change, previews[index] as (typeof previews)[number]),
      ),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => reason as unknown)).toEqual([
      expect.any(ChangeOutdated),
      expect.any(ChangeOutdated),
    ]);
    expect(await amountsOf(customerId)).toHaveLength(2);
  });

  test('B2 of two checkouts for a subscription that are paid at once one is paid', async () => {
    const customerId = await newCustomer();
    const urls = [await opensCheckout(customerId, terms('starter')), await opensCheckout(customerId, terms('team'))];
    const outcomes = await Promise.allSettled(urls.map((url) => sandbox.pays(url)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await amountsOf(customerId)).toHaveLength(1);
  });

  test('B2 a renewal that many notice at once is paid once', async () => {
    const customerId = await newSubscriber(terms('starter'));
    const { period } = (await subscriptionOf(customerId)) ?? { period: { start: 0, end: 0 } };
    sandbox.realTimePasses(period.end - (await sandbox.provider.now(customerId)));
    await Promise.all(Array.from({ length: 6 }, () => sandbox.provider.readAccount(customerId, null)));
    expect(await amountsOf(customerId)).toHaveLength(2);
  });
});

describe('the payer on the portal', () => {
  test('B9 what the payer changes there is at once or later as the rule has it, costs what is offered, and is nobody’s order', async () => {
    const customerId = await newSubscriber(terms('team'));
    await sandbox.passes(customerId, 4 * DAY);
    const { offers } = await portal(customerId);
    expect(offers).toHaveLength(9 - 1);
    const upgrade = offers.find(({ planKey, cadence }) => planKey === 'business' && cadence === 'MONTHLY');
    expect(upgrade).toMatchObject({ price: 39_900, timing: 'NOW' });
    expect(await sandbox.payer.changeSubscription(customerId, terms('business'))).toBe('DONE');
    expect(await amountsOf(customerId)).toEqual([
      ['START', 9_900],
      ['CHANGE', upgrade?.amountDueNow],
    ]);
    expect(await subscriptionOf(customerId)).toMatchObject({ ...terms('business'), orderId: null });

    expect(await sandbox.payer.changeSubscription(customerId, terms('starter'))).toBe('DONE');
    expect((await subscriptionOf(customerId))?.scheduled?.terms).toEqual(terms('starter'));
    expect(await sandbox.payer.resumeSubscription(customerId)).toBe('DONE');
    expect(await sandbox.payer.resumeSubscription(customerId)).toBe('CLOSED');
  });

  test('B9 what cannot be done there says so, and changes nothing', async () => {
    const { payer, provider } = sandbox;
    const nobody = await newCustomer();
    expect(await payer.changeSubscription(nobody, terms('team'))).toBe('CLOSED');
    expect(await payer.cancelSubscription(nobody)).toBe('CLOSED');
    expect(await payer.refund(nobody, randomUUID(), 5)).toBe('CLOSED');
    const customerId = await newSubscriber(terms('team'));
    const before = await provider.readAccount(customerId, null);
    expect(await payer.changeSubscription(customerId, terms('team'))).toBe('CLOSED');
    expect(await payer.changeSubscription(customerId, terms('unheard-of'))).toBe('CLOSED');
    expect(await payer.changeSubscription(customerId, terms('free', 'ANNUAL'))).toBe('CLOSED');
    expect(await payer.payCheckout(customerId, 'cs_unheard-of')).toBe('CLOSED');
    expect(await payer.readCheckout(customerId, 'cs_unheard-of')).toBeNull();
    expect(await provider.readAccount(customerId, null)).toEqual(before);
    await sandbox.cardGoesBad(customerId);
    expect(await payer.changeSubscription(customerId, terms('business'))).toBe('DECLINED');
    const paymentMethod = { ...before.paymentMethod, last4: '0002' };
    expect(await provider.readAccount(customerId, null)).toEqual({ ...before, paymentMethod });
  });

  test('B2 an existing subscription keeps its price when the catalog changes', async () => {
    const customerId = await newSubscriber(terms('starter'));
    const { provider, payer } = sandbox.restartedWith({
      ...CATALOG,
      plans: CATALOG.plans.map((plan) => ({ ...plan, prices: { MONTHLY: 77_700 } })),
    });
    await payer.moveClockToRenewal(customerId);
    const period = (await subscriptionOf(customerId))?.period ?? { start: 0, end: 0 };
    const { at, amountDueNow } = await provider.previewChange(customerId, now('team'), period.start + DAY);
    expect(amountDueNow).toBe(shareOfRest(77_700, period, at) - shareOfRest(1_900, period, at));
    expect((await amountsOf(customerId)).at(-1)).toEqual(['RENEWAL', 1_900]);
  });

  test('B3 the sandbox knows only customers that it has made', async () => {
    await expect(sandbox.provider.readAccount('cus_unheard-of', null)).rejects.toThrow('no customer');
    await expect(sandbox.payer.putCard('cus_unheard-of', true)).rejects.toThrow('no customer');
  });
});
