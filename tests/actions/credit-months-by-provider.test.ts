import { reconcilePayments } from '../../src/actions/payments/reconcile-payments';
import type { ProviderUnderTest } from '../payments/provider-under-test';
import { startSandbox } from '../payments/sandbox/sandbox-under-test';
import { includedIn } from '../kits/billing/ledger';
import { expectSound } from '../kits/organizations/log';
import { billingOf, paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';
import { startStripe } from '../kits/stripe/stripe-under-test';

const DAY = 24 * 60 * 60 * 1000;

/** A leap year, of which the year before has not begun: providers begin today. */
const LEAP = Math.ceil((new Date().getUTCFullYear() + 2) / 4) * 4;

describe.each<[string, () => Promise<ProviderUnderTest>]>([
  ['the sandbox', startSandbox],
  ['Stripe', startStripe],
])('a year that was paid for at %s', (_name, start) => {
  let under: ProviderUnderTest;
  let services: TestServices;
  let acme: ReturnType<typeof paying>;
  const clock = { now: 0 };

  beforeEach(async () => {
    under = await start();
    clock.now = await under.provider.now(null);
    services = await startServices({ clock: () => clock.now, payments: under.provider });
    await seedAcme(services);
    acme = paying(services, services.payer, 'acme');
  });
  afterEach(async () => {
    await expectSound(services, 'acme');
    await services.close();
    await under.close();
  });

  const passesTo = async (moment: string) => {
    const customer = await acme.customerId();
    await under.passes(customer, Date.parse(moment) - (await under.provider.now(customer)));
    clock.now = await under.provider.now(customer);
  };
  const subscribesOn = async (moment: string) => {
    const asks = () => acme.asksFor('olivia', 'starter', 'ANNUAL');
    // Time passes for a customer, and there is one from the first order on.
    await asks();
    await passesTo(moment);
    await under.pays((await asks())!);
    await acme.isHeard();
  };
  /** What came and went of the included credits, and on which days: `+1000 02-28`. */
  const days = async () =>
    (await includedIn(services, 'acme')).map(
      ({ included, occurredAt }) =>
        `${included > 0 ? '+' : ''}${included} ${new Date(occurredAt).toISOString().slice(5, 10)}`,
    );

  test.each([
    [`${LEAP - 1}-08-31`, '09-30 10-31 11-30 12-31 01-31 02-29 03-31 04-30 05-31 06-30 07-31'],
    [`${LEAP}-02-29`, '03-29 04-29 05-29 06-29 07-29 08-29 09-29 10-29 11-29 12-29 01-29'],
    [`${LEAP + 1}-01-30`, '02-28 03-30 04-30 05-30 06-30 07-30 08-30 09-30 10-30 11-30 12-30'],
  ])('B5 and began on %s brings credits on the same day, or the last one of a shorter month', async (day, expected) => {
    const first = Date.parse(`${day}T08:30:00Z`);
    await subscribesOn(new Date(first).toISOString());
    for (let passed = 1; passed < 365; passed++) {
      await passesTo(new Date(first + passed * DAY).toISOString());
      await reconcilePayments(services, 0);
    }
    const given = (await days()).filter((entry) => entry.startsWith('+'));
    expect(given).toEqual([day.slice(-5), ...expected.split(' ')].map((each) => `+1000 ${each}`));
  });

  test('B5 and of which nobody looked at months gives and expires each of them', async () => {
    await subscribesOn(`${LEAP - 1}-01-31T12:00:00Z`);
    await acme.uses(100);
    await passesTo(`${LEAP - 1}-05-15T00:00:00Z`);
    await reconcilePayments(services, 0);
    expect(await days()).toEqual([
      ...['+1000 01-31', '-900 02-28', '+1000 02-28', '-1000 03-31', '+1000 03-31', '-1000 04-30', '+1000 04-30'],
    ]);
    expect(await billingOf(services, 'acme')).toMatchObject({ included: 1_000, topUp: 0 });
  });
});
