import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { CatalogPlan } from '../../../src/domain/billing/catalog';
import type { SubscriptionTerms } from '../../../src/domain/billing/orders';
import { periodEnd, shareOfRest } from '../../../src/domain/billing/periods';
import { priceOf, timingOf } from '../../../src/domain/billing/subscription-changes';
import type { BillingCadence } from '../../../src/domain/billing/terms';
import { ChangeOutdated, CustomerGone, NoSubscription, PaymentDeclined } from '../../../src/payments/payment-faults';
import type {
  Account,
  AccountSubscription,
  Checkout,
  Payment,
  PaymentProvider,
  PlannedChange,
} from '../../../src/payments/provider';
import type { ProviderUnderTest } from '../../payments/provider-under-test';

const RETURN_URL = 'https://shop.example/billing?from=checkout';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

const CADENCES: readonly BillingCadence[] = ['MONTHLY', 'ANNUAL'];

/** What an account holds of which nothing has come yet. */
const NOTHING = {
  now: expect.any(Number) as number,
  ...{ paymentMethod: null, subscription: null, invoices: [] },
  ...{ upcomingInvoice: null, overdue: null, shownInvoices: [] },
};

/** The card that payers have on the pages. */
const CARD = {
  ...{ kind: 'card', brand: 'visa', last4: expect.stringMatching(/^\d{4}$/) as string },
  expires: { month: 12, year: 2034 },
};

/** A good and a declined payment, as far as every provider says the same of them. */
const PAID = { status: 'PAID', amountReturned: 0 };

/**
 * The rules for every payment provider (B2), with a catalog that has at least two plans, each for either cadence, none of them
 * free, and a credit pack.
 */
export function describeProvider(name: string, start: () => Promise<ProviderUnderTest>): void {
  describe(name, () => {
    let under: ProviderUnderTest;
    let provider: PaymentProvider;
    let low: CatalogPlan;
    let high: CatalogPlan;

    beforeAll(async () => {
      under = await start();
      provider = under.provider;
      const plans = under.catalog.plans.filter(({ prices }) => CADENCES.every((cadence) => (prices[cadence] ?? 0) > 0));
      [low, high] = [plans[0], plans.at(-1)] as [CatalogPlan, CatalogPlan];
    });
    afterAll(() => under.close());

    /** A customer that no other test uses, at the given day of their own time. */
    const newCustomer = async (day?: string): Promise<Customer> => {
      const organizationId = `org_${randomUUID()}`;
      const customerId = await provider.createCustomer({ id: organizationId, name: 'Ünder & <Test>' }, null);
      if (day !== undefined) await under.passes(customerId, Date.parse(day) - (await provider.now(customerId)));
      return new Customer(under, organizationId, customerId);
    };

    const newSubscriber = async (terms: SubscriptionTerms, day?: string) => {
      const customer = await newCustomer(day);
      await customer.subscribes(terms);
      return customer;
    };

    const termsOf = ({ key: planKey }: CatalogPlan, cadence: BillingCadence = 'MONTHLY') => ({ planKey, cadence });
    const priceFor = (terms: SubscriptionTerms) => priceOf(under.catalog, terms) as number;
    const changeTo = (current: SubscriptionTerms, target: SubscriptionTerms): PlannedChange => ({
      ...target,
      timing: timingOf(under.catalog, current, target),
    });
    const anyTerms = () =>
      fc.constantFrom(...[low, high].flatMap((plan) => CADENCES.map((cadence) => termsOf(plan, cadence))));

    describe('customers', () => {
      test('B2 an organization has one customer, however often it is made', async () => {
        const organization = { id: `org_${randomUUID()}`, name: 'Acme' };
        const ids = await Promise.all(Array.from({ length: 5 }, () => provider.createCustomer(organization, null)));
        expect(new Set(ids).size).toBe(1);
        const other = await provider.createCustomer({ id: `org_${randomUUID()}`, name: 'Acme' }, null);
        expect(other).not.toBe(ids[0]);
      });

      test('B2 a new customer has nothing, and there is nothing to change', async () => {
        const customer = await newCustomer();
        expect(await customer.account()).toEqual(NOTHING);
        const change: PlannedChange = { ...termsOf(high), timing: 'NOW' };
        const preview = { at: await customer.now(), amountDueNow: 0, nextInvoice: 0, nextInvoiceAt: 0 };
        const { id } = customer;
        await expect(provider.previewChange(id, change, null)).rejects.toThrow(NoSubscription);
        await expect(provider.applyChange(id, randomUUID(), change, preview)).rejects.toThrow(NoSubscription);
        await expect(provider.cancelAtPeriodEnd(id, randomUUID())).rejects.toThrow(NoSubscription);
        await expect(provider.resume(id, randomUUID())).rejects.toThrow(NoSubscription);
      });

      test("B2 a customer's time moves as far as it is moved, and nobody else's with it", async () => {
        const [moved, other] = [await newCustomer(), await newCustomer()];
        const [before, beforeOther] = [await moved.now(), await other.now()];
        await under.passes(moved.id, 40 * DAY);
        expect(await moved.now()).toBe(before + 40 * DAY);
        expect((await other.now()) - beforeOther).toBeLessThan(DAY);
      });
    });

    describe('checkouts', () => {
      test('B2 a checkout made again for the order is the same one, also at the same time', async () => {
        const customer = await newCustomer();
        const orderId = randomUUID();
        const made = await Promise.all(Array.from({ length: 4 }, () => customer.opens(termsOf(low), orderId)));
        made.push(await customer.opens(termsOf(low), orderId));
        expect(new Set(made.map(({ checkoutId }) => checkoutId)).size).toBe(1);
        expect(new Set(made.map(({ url }) => url)).size).toBe(1);
        expect((await customer.opens(termsOf(low))).url).not.toBe(made[0]?.url);
      });

      test('B2 until somebody pays nothing is paid and nothing has begun', async () => {
        const customer = await newCustomer();
        const orderId = randomUUID();
        expect(await customer.payment(orderId)).toBeNull();
        await customer.opens(termsOf(low), orderId);
        expect(await customer.payment(orderId)).toEqual({ status: 'OPEN', amountReturned: 0, declineId: null });
        expect(await customer.account()).toEqual(NOTHING);
      });

      test.each(CADENCES)('B2 paying for a subscription begins it: %s', async (cadence) => {
        const customer = await newCustomer();
        const terms = termsOf(low, cadence);
        const orderId = await customer.subscribes(terms);
        const start = await customer.now();
        expect(await customer.payment(orderId)).toMatchObject(PAID);
        const { subscription, invoices, paymentMethod } = await customer.account();
        expect(paymentMethod).toEqual(CARD);
        expect(subscription).toEqual({
          ...terms,
          ...{ status: 'ACTIVE', scheduled: null, orderId },
          period: { start: expect.any(Number), end: periodEnd(subscription?.period.start ?? 0, cadence, 1) },
          paidPlans: [{ planKey: low.key, since: subscription?.period.start }],
        });
        expect(Math.abs((subscription?.period.start ?? 0) - start)).toBeLessThan(60 * SECOND);
        expect(invoices).toEqual([{ id: expect.any(String), amount: priceFor(terms), reason: 'START', orderId }]);
      });

      test('B2 a card that is declined leaves the page open, and each attempt is told from the others', async () => {
        const customer = await newCustomer();
        const orderId = randomUUID();
        const { url } = await customer.opens(termsOf(low), orderId);
        const declines: (string | null)[] = [];
        for (let attempt = 0; attempt < 2; attempt++) {
          await under.failsToPay(url);
          const payment = await customer.payment(orderId);
          expect(payment).toMatchObject({ status: 'OPEN', amountReturned: 0, declineId: expect.any(String) });
          declines.push(payment?.declineId ?? null);
        }
        expect(declines[0]).not.toBe(declines[1]);
        expect((await customer.account()).subscription).toBeNull();
        await under.pays(url);
        expect(await customer.payment(orderId)).toMatchObject(PAID);
        expect((await customer.account()).subscription).toMatchObject({ status: 'ACTIVE', orderId });
      });

      test('B2 a checkout that nobody paid expires, and then nobody can', async () => {
        const customer = await newCustomer();
        const orderId = randomUUID();
        const { url } = await customer.opens(termsOf(low), orderId);
        await under.letsExpire(url);
        expect(await customer.payment(orderId)).toMatchObject({ status: 'EXPIRED', amountReturned: 0 });
        await expect(under.pays(url)).rejects.toThrow();
        expect(await customer.payment(orderId)).toMatchObject({ status: 'EXPIRED' });
        expect((await customer.account()).subscription).toBeNull();
      });

      test('B2 a checkout that is closed lets nobody pay; closing again, or a paid one, does nothing', async () => {
        const customer = await newCustomer();
        const [closed, paid] = [randomUUID(), randomUUID()];
        const open = await customer.opens(termsOf(low), closed);
        await provider.expireCheckout(customer.id, open.checkoutId);
        await provider.expireCheckout(customer.id, open.checkoutId);
        expect(await customer.payment(closed)).toMatchObject({ status: 'EXPIRED' });
        await expect(under.pays(open.url)).rejects.toThrow();

        const other = await customer.opensPack(paid);
        await under.pays(other.url);
        await provider.expireCheckout(customer.id, other.checkoutId);
        expect(await customer.payment(paid)).toMatchObject(PAID);
      });

      test('B2 of two checkouts for a subscription one can be paid', async () => {
        const customer = await newCustomer();
        const [first, second] = [await customer.opens(termsOf(low)), await customer.opens(termsOf(high))];
        await under.pays(second.url);
        await expect(under.pays(first.url)).rejects.toThrow();
        expect((await customer.account()).subscription).toMatchObject(termsOf(high));
        expect((await customer.account()).invoices).toHaveLength(1);
      });

      test('B6 a credit pack is paid once, keeps the card for later, and is no invoice of the subscription', async () => {
        const customer = await newCustomer();
        const orderId = randomUUID();
        const { url } = await customer.opensPack(orderId);
        await under.pays(url);
        expect(await customer.payment(orderId)).toMatchObject(PAID);
        await expect(under.pays(url)).rejects.toThrow();
        expect(await customer.account()).toEqual({ ...NOTHING, paymentMethod: CARD });
      });

      test('B6 the state of a payment is known by its order only, without the checkout', async () => {
        const customer = await newCustomer();
        const orderId = randomUUID();
        const { url } = await customer.opensPack(orderId);
        await under.pays(url);
        const question = { orderId, customerId: customer.id, createdAt: await customer.now() };
        expect(await provider.readPayment({ ...question, checkoutId: null })).toMatchObject(PAID);
      });
    });

    describe('charges', () => {
      test('B7 the card on file is charged once for an order, however often and however many at a time ask', async () => {
        const customer = await newSubscriber(termsOf(low));
        const orderId = randomUUID();
        const answers = await Promise.all(Array.from({ length: 6 }, () => customer.isCharged(2_500, orderId)));
        answers.push(await customer.isCharged(2_500, orderId));
        for (const answer of answers) expect(answer).toEqual({ ...PAID, declineId: null });
        await under.isRefunded(customer.id, orderId, 2_500);
        expect(await customer.isCharged(2_500, orderId)).toMatchObject({ status: 'PAID', amountReturned: 2_500 });
        expect((await customer.account()).invoices).toHaveLength(1);
      });

      test('B7 a declined charge stays declined, and a new order is a new attempt', async () => {
        const customer = await newSubscriber(termsOf(low));
        const before = await customer.account();
        await under.cardGoesBad(customer.id);
        const orderId = randomUUID();
        const declined = await customer.isCharged(2_500, orderId);
        expect(declined).toEqual({ status: 'DECLINED', amountReturned: 0, declineId: expect.any(String) });
        await under.cardIsReplaced(customer.id);
        expect(await customer.isCharged(2_500, orderId)).toEqual(declined);
        expect(await customer.payment(orderId)).toEqual(declined);
        expect(await customer.account()).toEqual(before);
        expect(await customer.isCharged(2_500)).toMatchObject(PAID);
      });

      test('B7 without a payment method a charge is declined', async () => {
        const stranger = await newCustomer();
        expect(await stranger.isCharged(100)).toMatchObject({ status: 'DECLINED', declineId: expect.any(String) });
        const customer = await newSubscriber(termsOf(low));
        await under.removesCard(customer.id);
        expect((await customer.account()).paymentMethod).toBeNull();
        expect((await customer.account()).subscription).toMatchObject({ status: 'ACTIVE' });
        expect(await customer.isCharged(100)).toMatchObject({ status: 'DECLINED', declineId: expect.any(String) });
      });
    });

    describe('money that goes back', () => {
      test('B6 what is refunded adds up, and stands with the payment of a checkout', async () => {
        const customer = await newCustomer();
        const orderId = randomUUID();
        await under.pays((await customer.opensPack(orderId)).url);
        const { amount } = customer.pack();
        await under.isRefunded(customer.id, orderId, 1);
        expect(await customer.payment(orderId)).toMatchObject({ status: 'PAID', amountReturned: 1 });
        await under.isRefunded(customer.id, orderId, amount - 1);
        expect(await customer.payment(orderId)).toMatchObject({ status: 'PAID', amountReturned: amount });
      });

      test('B6 a lost dispute takes all of it back', async () => {
        const customer = await newSubscriber(termsOf(low));
        const orderId = randomUUID();
        await customer.isCharged(2_500, orderId);
        await under.losesDispute(customer.id, orderId);
        expect(await customer.payment(orderId)).toMatchObject({ status: 'PAID', amountReturned: 2_500 });
      });

      test('B6 a refund and a lost dispute together never come to more than was paid', async () => {
        const customer = await newSubscriber(termsOf(low));
        const orderId = randomUUID();
        await customer.isCharged(2_500, orderId);
        await under.isRefunded(customer.id, orderId, 1_000);
        await under.losesDispute(customer.id, orderId);
        expect(await customer.payment(orderId)).toMatchObject({ status: 'PAID', amountReturned: 2_500 });
      });
    });

    describe('changes of the subscription', () => {
      test('B4 what is previewed is what is charged, now and next, to the cent and the second, at any time', async () => {
        const month = fc.integer({ min: 0, max: 30 * 24 * 3_600 });
        await fc.assert(
          fc.asyncProperty(anyTerms(), anyTerms(), month, async (current, target, seconds) => {
            fc.pre(current.planKey !== target.planKey || current.cadence !== target.cadence);
            const customer = await newSubscriber(current);
            await under.passes(customer.id, seconds * SECOND);
            const before = await customer.account();
            const change = changeTo(current, target);
            const preview = await provider.previewChange(customer.id, change, null);
            expect(await provider.previewChange(customer.id, change, preview.at)).toEqual(preview);
            expect(await customer.account()).toEqual(before);

            const orderId = randomUUID();
            await provider.applyChange(customer.id, orderId, change, preview);
            const { invoices } = await customer.account(before.invoices.at(-1)?.id);
            expect(invoices.map(({ amount, reason, orderId: by }) => ({ amount, reason, by }))).toEqual(
              preview.amountDueNow > 0 ? [{ amount: preview.amountDueNow, reason: 'CHANGE', by: orderId }] : [],
            );

            const newest = [...before.invoices, ...invoices].at(-1)?.id;
            await under.passes(customer.id, preview.nextInvoiceAt - SECOND - (await customer.now()));
            expect((await customer.account(newest)).invoices).toEqual([]);
            await under.passes(customer.id, preview.nextInvoiceAt - (await customer.now()));
            const later = await customer.account(newest);
            expect(later.invoices.map(({ amount, reason }) => ({ amount, reason }))).toEqual(
              preview.nextInvoice > 0 ? [{ amount: preview.nextInvoice, reason: 'RENEWAL' }] : [],
            );
            expect(later.subscription).toMatchObject({ ...target, scheduled: null, status: 'ACTIVE' });
            expect(later.subscription?.period.start).toBe(preview.nextInvoiceAt);
          }),
          { numRuns: 12 },
        );
      });

      test.each(CADENCES)(
        'B4 an upgrade keeps the period and costs the rest of it, less the rest of the old plan: %s',
        async (cadence) => {
          const customer = await newSubscriber(termsOf(low, cadence));
          const [from, to] = [termsOf(low, cadence), termsOf(high, cadence)];
          const { period } = await customer.subscription();
          await under.passes(customer.id, 11 * DAY + 1_234 * SECOND);
          const { change, preview, orderId } = await customer.changes(changeTo(from, to));
          expect(change.timing).toBe('NOW');
          const rest = (terms: SubscriptionTerms) => shareOfRest(priceFor(terms), period, preview.at);
          expect(preview).toMatchObject({
            amountDueNow: rest(to) - rest(from),
            nextInvoice: priceFor(to),
            nextInvoiceAt: period.end,
          });
          expect(await customer.subscription()).toEqual({
            ...to,
            ...{ period, orderId, status: 'ACTIVE', scheduled: null },
            paidPlans: [
              { planKey: low.key, since: period.start },
              { planKey: high.key, since: preview.at },
            ],
          });
        },
      );

      test('B4 from monthly to annual a year begins at once, and the rest of the month is given back', async () => {
        const [from, to] = [termsOf(low), termsOf(low, 'ANNUAL')];
        const customer = await newSubscriber(from);
        const { period } = await customer.subscription();
        await under.passes(customer.id, 9 * DAY + 7 * SECOND);
        const { preview, orderId } = await customer.changes(changeTo(from, to));
        const end = periodEnd(preview.at, 'ANNUAL', 1);
        expect(preview).toMatchObject({
          amountDueNow: priceFor(to) - shareOfRest(priceFor(from), period, preview.at),
          nextInvoice: priceFor(to),
          nextInvoiceAt: end,
        });
        expect(await customer.subscription()).toMatchObject({
          ...to,
          ...{ orderId, scheduled: null, paidPlans: [{ planKey: low.key, since: preview.at }] },
          period: { start: preview.at, end },
        });
        await under.passes(customer.id, end - (await customer.now()));
        expect((await customer.subscription()).period).toEqual({ start: end, end: periodEnd(preview.at, 'ANNUAL', 2) });
      });

      test('B4 what lowers the plan or the cadence waits for the end of the period, and costs nothing before', async () => {
        const from = termsOf(high, 'ANNUAL');
        const customer = await newSubscriber(from);
        const before = await customer.subscription();
        const to = termsOf(low);
        const { preview, orderId } = await customer.changes(changeTo(from, to));
        expect(preview).toMatchObject({
          amountDueNow: 0,
          nextInvoice: priceFor(to),
          nextInvoiceAt: before.period.end,
        });
        expect(await customer.subscription()).toEqual({
          ...before,
          scheduled: { terms: to, at: before.period.end },
          orderId,
        });
        await under.passes(customer.id, before.period.end - (await customer.now()));
        const after = await customer.subscription();
        expect(after).toMatchObject({ ...to, scheduled: null });
        expect(after.paidPlans).toEqual([{ planKey: low.key, since: before.period.end }]);
        expect(after.period).toEqual({ start: before.period.end, end: periodEnd(before.period.end, 'MONTHLY', 1) });
      });

      test('B4 a scheduled change is replaced by the next one, by a change at once, and dropped by the terms there are', async () => {
        const from = termsOf(high, 'ANNUAL');
        const customer = await newSubscriber(from);
        const { period } = await customer.subscription();
        await customer.changes(changeTo(from, termsOf(low)));
        await customer.changes(changeTo(from, termsOf(high)));
        expect((await customer.subscription()).scheduled).toEqual({ terms: termsOf(high), at: period.end });

        const { preview } = await customer.changes({ ...from, timing: 'NOW' });
        expect(preview).toMatchObject({ amountDueNow: 0, nextInvoice: priceFor(from), nextInvoiceAt: period.end });
        expect(await customer.subscription()).toMatchObject({ ...from, period, scheduled: null });

        const monthly = await newSubscriber(termsOf(high));
        await monthly.changes(changeTo(termsOf(high), termsOf(low)));
        await monthly.changes(changeTo(termsOf(high), from));
        expect(await monthly.subscription()).toMatchObject({ ...from, scheduled: null });
        expect((await monthly.account()).invoices.map(({ reason }) => reason)).toEqual(['START', 'CHANGE']);
      });

      test('B4 a cancelled subscription ends with its period, and takes nothing more', async () => {
        const customer = await newSubscriber(termsOf(low));
        const { period } = await customer.subscription();
        const orderId = randomUUID();
        await provider.cancelAtPeriodEnd(customer.id, orderId);
        await provider.cancelAtPeriodEnd(customer.id, orderId);
        expect(await customer.subscription()).toMatchObject({
          ...termsOf(low),
          ...{ status: 'ACTIVE', orderId, scheduled: { terms: null, at: period.end } },
        });
        await under.passes(customer.id, period.end - SECOND - (await customer.now()));
        expect((await customer.account()).subscription).not.toBeNull();
        await under.passes(customer.id, SECOND);
        expect(await customer.account()).toMatchObject({ subscription: null, invoices: [{ reason: 'START' }] });
        await expect(provider.resume(customer.id, randomUUID())).rejects.toThrow(NoSubscription);
      });

      test('B4 an ended subscription can start again', async () => {
        const customer = await newSubscriber(termsOf(low));
        const { period } = await customer.subscription();
        await provider.cancelAtPeriodEnd(customer.id, randomUUID());
        await under.passes(customer.id, period.end + DAY - (await customer.now()));
        const orderId = await customer.subscribes(termsOf(high));
        expect(await customer.subscription()).toMatchObject({ ...termsOf(high), orderId, status: 'ACTIVE' });
      });

      test('B4 cancelling replaces a scheduled change, a scheduled change the cancellation, and resuming drops either', async () => {
        const customer = await newSubscriber(termsOf(high));
        const { period } = await customer.subscription();
        const scheduled = async () => (await customer.subscription()).scheduled;
        const lower = changeTo(termsOf(high), termsOf(low));

        await customer.changes(lower);
        await provider.cancelAtPeriodEnd(customer.id, randomUUID());
        expect(await scheduled()).toEqual({ terms: null, at: period.end });
        await customer.changes(lower);
        expect(await scheduled()).toEqual({ terms: termsOf(low), at: period.end });
        await provider.resume(customer.id, randomUUID());
        expect(await scheduled()).toBeNull();
        await provider.cancelAtPeriodEnd(customer.id, randomUUID());
        const orderId = randomUUID();
        await provider.resume(customer.id, orderId);
        expect(await customer.subscription()).toMatchObject({ scheduled: null, orderId });

        await under.passes(customer.id, period.end - (await customer.now()));
        expect(await customer.subscription()).toMatchObject({ ...termsOf(high), status: 'ACTIVE', scheduled: null });
      });

      test('B2 an order that is repeated late undoes nothing that came after it', async () => {
        const customer = await newSubscriber(termsOf(high));
        const [canceling, resuming] = [randomUUID(), randomUUID()];
        await provider.cancelAtPeriodEnd(customer.id, canceling);
        await provider.resume(customer.id, resuming);
        await provider.cancelAtPeriodEnd(customer.id, canceling);
        expect(await customer.subscription()).toMatchObject({ scheduled: null, orderId: resuming });
      });

      test('B2 a change whose answer was lost is asked for again, and made and charged once', async () => {
        const customer = await newSubscriber(termsOf(low));
        const change = changeTo(termsOf(low), termsOf(high));
        await under.passes(customer.id, 3 * DAY);
        const preview = await provider.previewChange(customer.id, change, null);
        const orderId = randomUUID();
        await provider.applyChange(customer.id, orderId, change, preview);
        const after = await customer.account();
        await provider.applyChange(customer.id, orderId, change, preview);
        expect(await customer.account()).toEqual(after);
        expect(after.invoices.map(({ reason }) => reason)).toEqual(['START', 'CHANGE']);
      });

      test('B4 a change whose numbers are others by now is refused, and nothing has changed', async () => {
        const customer = await newSubscriber(termsOf(low));
        await under.passes(customer.id, DAY);
        const change = changeTo(termsOf(low), termsOf(low, 'ANNUAL'));
        const preview = await provider.previewChange(customer.id, change, null);
        await customer.changes(changeTo(termsOf(low), termsOf(high)));
        const before = await customer.account();
        await expect(provider.applyChange(customer.id, randomUUID(), change, preview)).rejects.toThrow(ChangeOutdated);
        expect(await customer.account()).toEqual(before);
      });

      test('B4 a preview of an earlier period is outdated', async () => {
        const customer = await newSubscriber(termsOf(low));
        const { period } = await customer.subscription();
        const change = changeTo(termsOf(low), termsOf(high));
        const preview = await provider.previewChange(customer.id, change, null);
        await under.passes(customer.id, period.end + HOUR - (await customer.now()));
        const before = await customer.account();
        await expect(provider.applyChange(customer.id, randomUUID(), change, preview)).rejects.toThrow(ChangeOutdated);
        expect(await customer.account()).toEqual(before);
      });

      test('B4 a change that the card does not pay for changes nothing, and stays declined for its order', async () => {
        const customer = await newSubscriber(termsOf(low));
        await under.passes(customer.id, 2 * DAY);
        await under.cardGoesBad(customer.id);
        const before = await customer.account();
        const change = changeTo(termsOf(low), termsOf(high));
        const preview = await provider.previewChange(customer.id, change, null);
        const orderId = randomUUID();
        const apply = (id: string) => provider.applyChange(customer.id, id, change, preview);
        await expect(apply(orderId)).rejects.toThrow(PaymentDeclined);
        expect(await customer.account()).toEqual(before);
        await under.cardIsReplaced(customer.id);
        await expect(apply(orderId)).rejects.toThrow(PaymentDeclined);
        expect(await customer.account()).toEqual({ ...before, paymentMethod: CARD });
        await apply(randomUUID());
        expect(await customer.subscription()).toMatchObject(termsOf(high));
      });

      test('B4 what waits for the end of the period needs no card that pays', async () => {
        const customer = await newSubscriber(termsOf(high));
        await under.cardGoesBad(customer.id);
        await customer.changes(changeTo(termsOf(high), termsOf(low)));
        expect((await customer.subscription()).scheduled?.terms).toEqual(termsOf(low));
      });

      test('B9 what the payer cancels on the portal is nobody’s order', async () => {
        const customer = await newSubscriber(termsOf(low));
        const { period } = await customer.subscription();
        await under.cancelsOnPortal(customer.id);
        expect(await customer.subscription()).toMatchObject({
          scheduled: { terms: null, at: period.end },
          orderId: null,
        });
      });
    });

    describe('renewals', () => {
      test('B4 each period is paid for as it begins, and invoices are told once, oldest first', async () => {
        const customer = await newSubscriber(termsOf(low));
        const { period } = await customer.subscription();
        const [first] = (await customer.account()).invoices;
        await under.passes(customer.id, period.end - (await customer.now()));
        const { invoices } = await customer.account();
        const renewal = { amount: priceFor(termsOf(low)), reason: 'RENEWAL', orderId: null };
        expect(invoices).toEqual([first, { id: expect.any(String), ...renewal }]);
        expect((await customer.account(first?.id)).invoices).toEqual(invoices.slice(1));
        expect((await customer.account(invoices[1]?.id)).invoices).toEqual([]);
        expect(await customer.subscription()).toMatchObject({
          ...{ status: 'ACTIVE', paidPlans: [{ planKey: low.key, since: period.end }] },
          period: { start: period.end, end: periodEnd(period.start, 'MONTHLY', 2) },
        });
      });

      test.each([
        ['MONTHLY', '2027-01-31T22:10:05Z', ['2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31']],
        ['MONTHLY', '2028-01-30T00:00:00Z', ['2028-02-29', '2028-03-30', '2028-04-30']],
        ['ANNUAL', '2028-02-29T12:00:00Z', ['2029-02-28', '2030-02-28']],
      ] as const)('B4 %s periods since %s end on the same day, or the last one of a shorter month', async (...row) => {
        const [cadence, day, ends] = row;
        const customer = await newSubscriber(termsOf(low, cadence), day);
        for (const end of ends) {
          const { period } = await customer.subscription();
          expect(new Date(period.end).toISOString().slice(0, 10)).toBe(end);
          expect(new Date(period.end).toISOString().slice(11, 16)).toBe(day.slice(11, 16));
          await under.passes(customer.id, period.end - (await customer.now()));
          expect((await customer.subscription()).period.start).toBe(period.end);
        }
        expect((await customer.account()).invoices).toHaveLength(1 + ends.length);
      });

      test('B4 a renewal that is not paid leaves the new period unpaid, until the payer settles it', async () => {
        const customer = await newSubscriber(termsOf(low));
        const { period } = await customer.subscription();
        await under.cardGoesBad(customer.id);
        await under.passes(customer.id, period.end + HOUR - (await customer.now()));
        const overdue = await customer.account();
        expect(overdue.subscription).toMatchObject({
          ...{ ...termsOf(low), status: 'PAST_DUE', paidPlans: [] },
          period: { start: period.end, end: periodEnd(period.start, 'MONTHLY', 2) },
        });
        expect(overdue.invoices.map(({ reason }) => reason)).toEqual(['START']);

        await under.cardIsReplaced(customer.id);
        expect((await customer.subscription()).status).toBe('PAST_DUE');
        await under.paysOverdue(customer.id);
        const settled = await customer.account();
        expect(settled.subscription).toMatchObject({
          status: 'ACTIVE',
          paidPlans: [{ planKey: low.key, since: period.end }],
        });
        expect(settled.subscription?.period).toEqual(overdue.subscription?.period);
        expect(settled.invoices.slice(1)).toEqual([
          { id: expect.any(String), amount: priceFor(termsOf(low)), reason: 'RENEWAL', orderId: null },
        ]);
      });
    });

    describe('what a page shows', () => {
      const shown = async (customer: Customer) => {
        const { shownInvoices } = await customer.account();
        return [...shownInvoices].sort((one, other) => one.issuedAt - other.issuedAt);
      };
      const untilRenewal = async (customer: Customer, more = 0) => {
        const { period } = await customer.subscription();
        await under.passes(customer.id, period.end + more - (await customer.now()));
        return period;
      };
      const invoiceOf = (terms: SubscriptionTerms, status: string) => ({
        ...{ id: expect.any(String), number: expect.stringMatching(/./), status },
        ...{ total: priceFor(terms), currency: under.catalog.currency, issuedAt: expect.any(Number) },
        ...{ hostedUrl: expect.stringMatching(/^https?:/), pdfUrl: expect.stringMatching(/^https?:.*pdf/) },
      });

      test('B12 the payment method is shown as long as it can be charged', async () => {
        const customer = await newSubscriber(termsOf(low));
        expect((await customer.account()).paymentMethod).toEqual(CARD);
        await under.removesCard(customer.id);
        expect((await customer.account()).paymentMethod).toBeNull();
      });

      test.each(CADENCES)('B12 the next invoice is what the renewal comes to, and when: %s', async (cadence) => {
        const customer = await newSubscriber(termsOf(high, cadence));
        const { upcomingInvoice } = await customer.account();
        const { period } = await customer.subscription();
        const { currency } = under.catalog;
        expect(upcomingInvoice).toEqual({ amount: priceFor(termsOf(high, cadence)), currency, dueAt: period.end });
        await untilRenewal(customer);
        const { invoices } = await customer.account();
        expect(invoices.at(-1)).toMatchObject({ reason: 'RENEWAL', amount: upcomingInvoice?.amount });
      });

      test('B12 the next invoice knows what is scheduled, and there is none if the subscription ends', async () => {
        const customer = await newSubscriber(termsOf(high));
        await customer.changes(changeTo(termsOf(high), termsOf(low)));
        expect((await customer.account()).upcomingInvoice?.amount).toBe(priceFor(termsOf(low)));
        await provider.cancelAtPeriodEnd(customer.id, randomUUID());
        expect((await customer.account()).upcomingInvoice).toBeNull();
        await provider.resume(customer.id, randomUUID());
        expect((await customer.account()).upcomingInvoice?.amount).toBe(priceFor(termsOf(high)));
      });

      test('B12 what is left of an earlier payment lowers the next invoice', async () => {
        const customer = await newSubscriber(termsOf(high));
        await under.changesOnPortal(customer.id, termsOf(low));
        const { upcomingInvoice } = await customer.account();
        expect(upcomingInvoice?.amount).toBeLessThan(priceFor(termsOf(low)));
        await untilRenewal(customer);
        const renewals = (await customer.account()).invoices.filter(({ reason }) => reason === 'RENEWAL');
        expect(renewals.reduce((sum, { amount }) => sum + amount, 0)).toBe(upcomingInvoice?.amount);
      });

      test('B12 invoices are shown with their numbers, pages and PDFs, and those that were paid are the same ones', async () => {
        const customer = await newSubscriber(termsOf(low));
        await untilRenewal(customer);
        const invoices = await shown(customer);
        expect(invoices).toEqual([invoiceOf(termsOf(low), 'PAID'), invoiceOf(termsOf(low), 'PAID')]);
        expect(new Set(invoices.map(({ number }) => number)).size).toBe(2);
        expect(new Set(invoices.flatMap(({ hostedUrl, pdfUrl }) => [hostedUrl, pdfUrl])).size).toBe(4);
        const paid = (await customer.account()).invoices;
        expect(invoices.map(({ id }) => id)).toEqual(paid.map(({ id }) => id));
      });

      test('B12 a renewal that is declined is overdue, with its invoice, until it is paid', async () => {
        const customer = await newSubscriber(termsOf(low));
        expect((await customer.account()).overdue).toBeNull();
        await under.cardGoesBad(customer.id);
        const { end } = await untilRenewal(customer, HOUR);
        const { overdue } = await customer.account();
        expect(overdue).toEqual({
          ...{ amount: priceFor(termsOf(low)), currency: under.catalog.currency },
          ...{
            since: expect.any(Number),
            nextAttemptAt: expect.any(Number),
            payUrl: expect.stringMatching(/^https?:/),
          },
        });
        expect(Math.abs((overdue?.since ?? 0) - end)).toBeLessThanOrEqual(HOUR);
        expect(overdue?.nextAttemptAt).toBeGreaterThan(await customer.now());
        const [, open] = await shown(customer);
        expect(open).toEqual(invoiceOf(termsOf(low), 'OPEN'));
        expect(overdue?.payUrl).toBe(open?.hostedUrl);

        await under.cardIsReplaced(customer.id);
        await under.paysOverdue(customer.id);
        const settled = await customer.account();
        expect(settled.overdue).toBeNull();
        const [start, paid] = await shown(customer);
        expect(paid).toMatchObject({ id: open?.id, number: open?.number, status: 'PAID' });
        expect(settled.invoices.map(({ id }) => id)).toEqual([start?.id, open?.id]);
      });

      test('B12 what is overdue is tried again by itself at the time that was told', async () => {
        const customer = await newSubscriber(termsOf(low));
        await under.cardGoesBad(customer.id);
        await untilRenewal(customer, HOUR);
        await under.cardIsReplaced(customer.id);
        const { overdue } = await customer.account();
        await under.passes(customer.id, (overdue?.nextAttemptAt ?? 0) - SECOND - (await customer.now()));
        expect((await customer.account()).overdue).toEqual(overdue);
        await under.passes(customer.id, SECOND);
        expect((await customer.account()).overdue).toBeNull();
        expect((await customer.subscription()).status).toBe('ACTIVE');
      });

      test('B12 an invoice that was open when a newer one was paid is shown again after that one', async () => {
        const customer = await newSubscriber(termsOf(low));
        const [first] = (await customer.account()).invoices;
        await untilRenewal(customer);
        const { shownInvoices } = await customer.account(first?.id);
        expect(shownInvoices).toHaveLength(2);
      });
    });

    describe('the portal, and the end', () => {
      test('B3 a portal session is a page of its own', async () => {
        const customer = await newSubscriber(termsOf(low));
        const [one, other] = [
          await provider.createPortalSession(customer.id, RETURN_URL),
          await provider.createPortalSession(customer.id, RETURN_URL),
        ];
        expect(new URL(one).protocol).toMatch(/^https?:$/);
        expect(one).not.toBe(other);
      });

      test('B11 a customer who was removed is gone for whatever needs one, and can be ended like any other', async () => {
        const customer = await newSubscriber(termsOf(low));
        const charged = randomUUID();
        await customer.isCharged(2_500, charged);
        const order = randomUUID();
        const { url, checkoutId } = await customer.opensPack(order);
        await under.removesCustomer(customer.id);

        const { id } = customer;
        const change = changeTo(termsOf(low), termsOf(high));
        const preview = { at: await customer.now(), amountDueNow: 0, nextInvoice: 0, nextInvoiceAt: 0 };
        for (const asks of [
          () => customer.account(),
          () => provider.previewChange(id, change, null),
          () => provider.applyChange(id, randomUUID(), change, preview),
          () => provider.cancelAtPeriodEnd(id, randomUUID()),
          () => provider.resume(id, randomUUID()),
          () => customer.opens(termsOf(low)),
          () => customer.isCharged(100),
          () => provider.createPortalSession(id, RETURN_URL),
        ])
          await expect(asks()).rejects.toThrow(CustomerGone);

        await expect(under.pays(url)).rejects.toThrow();
        await provider.expireCheckout(id, checkoutId);
        expect(await customer.payment(order)).toMatchObject({ status: 'EXPIRED' });
        await provider.endAccount(id);
      });

      test('B11 one other customer takes the place of one who was removed, however many ask for it', async () => {
        const customer = await newSubscriber(termsOf(low));
        await under.removesCustomer(customer.id);
        const { organizationId } = customer;
        const ids = await Promise.all(
          Array.from({ length: 5 }, () => provider.createCustomer({ id: organizationId, name: 'Acme' }, customer.id)),
        );
        expect(new Set(ids).size).toBe(1);
        const second = new Customer(under, organizationId, ids[0]!);
        expect(second.id).not.toBe(customer.id);
        expect(await second.account()).toEqual(NOTHING);
        await second.subscribes(termsOf(high));
        expect((await second.account()).subscription).toMatchObject({ ...termsOf(high), status: 'ACTIVE' });

        await under.removesCustomer(second.id);
        const third = await provider.createCustomer({ id: organizationId, name: 'Acme' }, second.id);
        expect([customer.id, second.id]).not.toContain(third);
        expect(await new Customer(under, organizationId, third).account()).toEqual(NOTHING);
      });

      test('B11 a new one is made as well where nobody here had heard of the one who was removed', async () => {
        const customer = await newCustomer();
        await under.removesCustomer(customer.id);
        const { organizationId } = customer;
        const id = await provider.createCustomer({ id: organizationId, name: 'Acme' }, null);
        expect(id).not.toBe(customer.id);
        expect(await new Customer(under, organizationId, id).account()).toEqual(NOTHING);
      });

      test('R13 after the organization was removed its subscription has ended and nobody can pay', async () => {
        const customer = await newSubscriber(termsOf(low));
        const orderId = randomUUID();
        const { url } = await customer.opensPack(orderId);
        await provider.endAccount(customer.id);
        await provider.endAccount(customer.id);
        expect((await customer.account()).subscription).toBeNull();
        expect(await customer.payment(orderId)).toMatchObject({ status: 'EXPIRED' });
        await expect(under.pays(url)).rejects.toThrow();
        const { invoices } = await customer.account();
        await under.passes(customer.id, 40 * DAY);
        expect((await customer.account()).invoices).toEqual(invoices);
      });
    });
  });
}

/** A customer of the provider under test, and what is asked of the provider about them. */
class Customer {
  private readonly checkouts = new Map<string, string>();

  constructor(
    private readonly under: ProviderUnderTest,
    readonly organizationId: string,
    readonly id: string,
  ) {}

  now(): Promise<number> {
    return this.under.provider.now(this.id);
  }

  account(afterInvoiceId: string | null = null): Promise<Account> {
    return this.under.provider.readAccount(this.id, afterInvoiceId);
  }

  async subscription(): Promise<AccountSubscription> {
    const { subscription } = await this.account();
    if (!subscription) throw new Error('There is no subscription.');
    return subscription;
  }

  async payment(orderId: string): Promise<Payment | null> {
    const checkoutId = this.checkouts.get(orderId) ?? null;
    const question = { orderId, customerId: this.id, checkoutId, createdAt: await this.now() };
    return this.under.provider.readPayment(question);
  }

  opens(terms: SubscriptionTerms, orderId: string = randomUUID()): Promise<Checkout> {
    return this.open(orderId, { kind: 'SUBSCRIPTION', ...terms });
  }

  opensPack(orderId: string): Promise<Checkout> {
    return this.open(orderId, { kind: 'CREDIT_PACK', ...this.pack() });
  }

  pack() {
    const [pack] = this.under.catalog.creditPacks;
    if (!pack) throw new Error('The catalog has no credit pack.');
    return { packKey: pack.key, credits: pack.credits, amount: pack.price };
  }

  async subscribes(terms: SubscriptionTerms): Promise<string> {
    const orderId = randomUUID();
    await this.under.pays((await this.opens(terms, orderId)).url);
    return orderId;
  }

  isCharged(amount: number, orderId: string = randomUUID()): Promise<Payment> {
    return this.under.provider.charge({
      ...{ orderId, amount, organizationId: this.organizationId, customerId: this.id },
      description: '1,000 credits',
    });
  }

  /** Asks what the change costs now, and makes it. */
  async changes(change: PlannedChange) {
    const orderId = randomUUID();
    const preview = await this.under.provider.previewChange(this.id, change, null);
    await this.under.provider.applyChange(this.id, orderId, change, preview);
    return { change, preview, orderId };
  }

  private async open(orderId: string, item: Parameters<PaymentProvider['createCheckout']>[0]['item']) {
    const { organizationId, id: customerId } = this;
    const order = { orderId, organizationId, customerId, item, returnUrl: RETURN_URL };
    const checkout = await this.under.provider.createCheckout(order);
    this.checkouts.set(orderId, checkout.checkoutId);
    return checkout;
  }
}
