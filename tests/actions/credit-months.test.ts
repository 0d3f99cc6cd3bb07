import { reconcilePayments } from '../../src/actions/payments/reconcile-payments';
import { syncAccount } from '../../src/actions/payments/sync-account';
import type { Services } from '../../src/actions/services';
import type { BillingCadence } from '../../src/domain/billing/terms';
import { includedIn } from '../kits/billing/ledger';
import { expectSound, logOf } from '../kits/organizations/log';
import { billingOf, paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startStripe } from '../kits/stripe/stripe-under-test';
import { servicesOn, startServices, type TestServices } from '../kits/service/services';

const DAY = 24 * 60 * 60 * 1000;

let services: TestServices;
let acme: ReturnType<typeof paying>;
let id: string;
let count = 0;
const clock = { now: 0 };

beforeAll(async () => {
  services = await startServices({ clock: () => clock.now });
});

afterAll(() => services.close());

beforeEach(async () => {
  clock.now = Date.UTC(2027, 0, 31, 12);
  id = `acme_${++count}`;
  await seedAcme(services, id);
  acme = paying(services, services.payer, id);
});

afterEach(() => expectSound(services, id));

const balance = async () => {
  const { included, topUp } = await billingOf(services, id);
  return { included, topUp };
};

/** Real time passes, and the service checks what is due, as it does at intervals. */
const timePasses = async (to: string, by: Services = services) => {
  clock.now = Date.parse(to);
  await reconcilePayments(by, 0);
};

/** What came and went of the included credits, and for when: `+1000 2027-02-28`. */
const givenAndExpired = async () =>
  (await includedIn(services, id)).map(
    ({ included, occurredAt }) =>
      `${included > 0 ? '+' : ''}${included} ${new Date(occurredAt).toISOString().slice(0, 10)}`,
  );

/** On a provider's portal that makes every change at once. */
const changesOnPortal = async (planKey: string, cadence: BillingCadence = 'MONTHLY') => {
  const customer = await acme.customerId();
  const change = { planKey, cadence, timing: 'NOW' } as const;
  const preview = await services.payments!.previewChange(customer, change, null);
  await services.payments!.applyChange(customer, `portal ${++count}`, change, preview);
  await acme.isHeard();
};

describe('within a month', () => {
  test('B5 starter, team, starter, team: the credits of the team, once', async () => {
    await acme.subscribes('olivia', 'starter');
    const seen = [(await balance()).included];
    for (const plan of ['team', 'starter', 'team']) {
      await changesOnPortal(plan);
      seen.push((await balance()).included);
    }
    expect(seen).toEqual([1_000, 10_000, 10_000, 10_000]);
  });

  test('B5 the same where nobody heard of it until the end', async () => {
    await acme.subscribes('olivia', 'starter');
    await services.payer.moveClock(await acme.customerId(), 14 * DAY);
    for (const plan of ['team', 'starter', 'business', 'starter', 'team']) {
      const customer = await acme.customerId();
      const change = { planKey: plan, cadence: 'MONTHLY', timing: 'NOW' } as const;
      const preview = await services.payments!.previewChange(customer, change, null);
      await services.payments!.applyChange(customer, `unheard ${++count}`, change, preview);
    }
    await acme.isHeard();
    expect(await balance()).toEqual({ included: 1_000 + 24_500, topUp: 0 });
  });

  test('B5 what was used counts as given: back and forth brings nothing new', async () => {
    await acme.subscribes('olivia', 'team');
    await acme.uses(10_000);
    for (const plan of ['starter', 'team', 'starter', 'team']) await changesOnPortal(plan);
    expect(await balance()).toEqual({ included: 0, topUp: 0 });
  });

  test('B5 a month and a year in turn bring the month once; a used part of a month that was given back is not given again', async () => {
    await acme.subscribes('olivia', 'starter');
    await acme.uses(400);
    for (const cadence of ['ANNUAL', 'MONTHLY', 'ANNUAL', 'MONTHLY'] as const) {
      await acme.passes(60_000);
      await changesOnPortal('starter', cadence);
    }
    expect(await balance()).toEqual({ included: 600, topUp: 0 });
    // Half of the month has been paid for, and 400 of its 500 credits were used: the year's first month is whole.
    await acme.passes(14 * DAY);
    await changesOnPortal('starter', 'ANNUAL');
    expect(await balance()).toEqual({ included: 1_000, topUp: 0 });
    await acme.uses(1_000);
    await acme.passes(7 * DAY);
    await changesOnPortal('starter', 'MONTHLY');
    expect(await balance()).toEqual({ included: 250, topUp: 0 });
  });
});

describe('a year', () => {
  test('B5 brings the credits each month, and each month those of the one before expire', async () => {
    await acme.subscribes('olivia', 'team', 'ANNUAL');
    await acme.uses(300);
    await timePasses('2027-02-28T11:59:59Z');
    expect(await balance()).toEqual({ included: 9_700, topUp: 0 });
    await timePasses('2027-02-28T12:00:00Z');
    expect(await balance()).toEqual({ included: 10_000, topUp: 0 });
    await acme.uses(12_000);
    expect(await balance()).toEqual({ included: 0, topUp: -2_000 });
    await timePasses('2027-03-31T12:00:00Z');
    expect(await balance()).toEqual({ included: 10_000, topUp: -2_000 });
    expect(await givenAndExpired()).toEqual([
      '+10000 2027-01-31',
      '-9700 2027-02-28',
      '+10000 2027-02-28',
      '+10000 2027-03-31',
    ]);
    expect((await logOf(services, id)).map(({ kind }) => kind).filter((kind) => /CREDITS/.test(kind))).toEqual([
      'INCLUDED_CREDITS_GRANTED',
      'INCLUDED_CREDITS_EXPIRED',
      'INCLUDED_CREDITS_GRANTED',
      'CREDITS_EXHAUSTED',
      'INCLUDED_CREDITS_GRANTED',
    ]);
  });

  test('B5 is looked at once by each month, however many instances look at the same time', async () => {
    await acme.subscribes('olivia', 'team', 'ANNUAL');
    clock.now = Date.UTC(2027, 1, 28, 12);
    const { database, payments } = services;
    const instances = Array.from({ length: 4 }, () => servicesOn(database, { payments, clock: () => clock.now }));
    await Promise.all([...instances, ...instances].map((instance) => reconcilePayments(instance, 0)));
    expect(await givenAndExpired()).toEqual(['+10000 2027-01-31', '-10000 2027-02-28', '+10000 2027-02-28']);
    for (const { positionWatcher } of instances) positionWatcher.close();
  });

  test('B5 after years of which nobody heard has the present month, and the months of the present year before it', async () => {
    await acme.subscribes('olivia', 'starter', 'ANNUAL');
    await timePasses('2030-03-15');
    expect(await givenAndExpired()).toEqual([
      '+1000 2027-01-31',
      '-1000 2027-02-28',
      '+1000 2030-01-31',
      '-1000 2030-02-28',
      '+1000 2030-02-28',
    ]);
  });

  test('B5 that is not paid for brings nothing until it is, and then the present month', async () => {
    await acme.subscribes('olivia', 'starter', 'ANNUAL');
    await acme.putsCard(false);
    await timePasses('2028-01-31T12:00:00Z');
    expect(await balance()).toEqual({ included: 0, topUp: 0 });
    await timePasses('2028-03-15');
    expect(await balance()).toEqual({ included: 0, topUp: 0 });
    await acme.putsCard(true);
    await acme.settlesOverdue();
    expect(await balance()).toEqual({ included: 1_000, topUp: 0 });
    expect((await givenAndExpired()).at(-1)).toBe('+1000 2028-02-29');
    await timePasses('2028-03-31T12:00:00Z');
    expect((await givenAndExpired()).at(-1)).toBe('+1000 2028-03-31');
  });

  test('B5 a larger plan within it brings the difference for the rest of the month, and all of it from the next month on', async () => {
    await acme.subscribes('olivia', 'starter', 'ANNUAL');
    await acme.passes(14 * DAY);
    await acme.asksFor('olivia', 'team', 'ANNUAL');
    expect(await balance()).toEqual({ included: 1_000 + 4_500, topUp: 0 });
    await acme.passes(14 * DAY);
    expect(await balance()).toEqual({ included: 10_000, topUp: 0 });
  });

  test('B5 of which a change and the months around it were missed gives each month what was paid for in it', async () => {
    await acme.subscribes('olivia', 'starter', 'ANNUAL');
    const customer = await acme.customerId();
    await services.payer.moveClock(customer, Date.UTC(2027, 3, 15, 12) - clock.now);
    await services.payer.changeSubscription(customer, { planKey: 'team', cadence: 'ANNUAL' });
    await services.payer.moveClock(customer, 30 * DAY);
    await acme.isHeard();
    expect((await givenAndExpired()).filter((entry) => entry.startsWith('+'))).toEqual([
      '+1000 2027-01-31',
      '+1000 2027-02-28',
      '+1000 2027-03-31',
      '+4500 2027-04-15',
      '+10000 2027-04-30',
    ]);
  });
});

describe('a year that was begun by a version that knows no months', () => {
  /** What the migration finds: a balance for the year's period, and nothing of months. */
  const forgetsMonths = async () => {
    await services.database.transaction(async (writer) => {
      await writer.run('UPDATE organizations SET credits_due_at = 0 WHERE id = ?', [id]);
      await writer.run(
        'UPDATE billing_accounts SET included_month_start = NULL, included_month_end = NULL, included_given = 0 WHERE organization_id = ?',
        [id],
      );
    });
  };

  test('B5 keeps its balance until the next monthly day, and gets months from then on', async () => {
    await acme.subscribes('olivia', 'team', 'ANNUAL');
    await acme.uses(4_000);
    await forgetsMonths();
    await timePasses('2027-04-15');
    expect(await balance()).toEqual({ included: 6_000, topUp: 0 });
    await timePasses('2027-04-30T11:59:00Z');
    expect(await balance()).toEqual({ included: 6_000, topUp: 0 });
    await timePasses('2027-04-30T12:00:00Z');
    expect(await balance()).toEqual({ included: 10_000, topUp: 0 });
    expect(await givenAndExpired()).toEqual(['+10000 2027-01-31', '-6000 2027-04-30', '+10000 2027-04-30']);
  });

  test('B5 a month is left as it is, and an upgrade brings the difference', async () => {
    await acme.subscribes('olivia', 'starter');
    await forgetsMonths();
    await acme.isHeard();
    expect(await balance()).toEqual({ included: 1_000, topUp: 0 });
    await acme.asksFor('olivia', 'team', 'MONTHLY');
    expect(await balance()).toEqual({ included: 10_000, topUp: 0 });
    await acme.passesToRenewal();
    expect(await balance()).toEqual({ included: 10_000, topUp: 0 });
  });

  test('B5 a renewal that such a version has made while both run is not made again', async () => {
    await acme.subscribes('olivia', 'starter');
    const [row] = await services.database.reader.rows<Record<'month' | 'end', number>>(
      'SELECT included_month_start AS month, included_month_end AS end FROM billing_accounts WHERE organization_id = ?',
      [id],
    );
    await acme.passesToRenewal();
    await acme.uses(700);
    // It leaves the columns that it does not know.
    await services.database.transaction((writer) =>
      writer.run(
        'UPDATE billing_accounts SET included_month_start = ?, included_month_end = ?, included_given = 1000 WHERE organization_id = ?',
        [row!.month, row!.end, id],
      ),
    );
    await acme.isHeard();
    expect(await balance()).toEqual({ included: 300, topUp: 0 });
  });
});

describe('a subscription that ends at once and begins again within the month', () => {
  const subscribes = async (by: Services, pays: (url: string) => Promise<void>) => {
    const url = await paying(by, services.payer, id).asksFor('olivia', 'starter', 'MONTHLY');
    await pays(url!);
    await syncAccount(by, id);
  };

  test.each([
    [0, 1_000],
    [400, 600],
    [1_000, 0],
  ])('B5 gives again what was not used: of %d used, %d', async (used, again) => {
    const stripe = await startStripe();
    const by = servicesOn(services.database, { payments: stripe.provider, clock: () => clock.now });
    await subscribes(by, (url) => stripe.pays(url));
    if (used > 0) await paying(by, services.payer, id).uses(used);
    const customer = await paying(by, services.payer, id).customerId();
    stripe.payer.endsAtOnce(customer);
    await syncAccount(by, id);
    expect(await balance()).toEqual({ included: 0, topUp: 0 });
    await syncAccount(by, id);
    await subscribes(by, (url) => stripe.pays(url));
    expect(await balance()).toEqual({ included: again, topUp: 0 });
    stripe.payer.endsAtOnce(customer);
    await syncAccount(by, id);
    // After the month would have ended nothing of it counts.
    await stripe.passes(customer, 31 * DAY);
    await subscribes(by, (url) => stripe.pays(url));
    expect(await balance()).toEqual({ included: 1_000, topUp: 0 });
    by.positionWatcher.close();
    await stripe.close();
  });
});
