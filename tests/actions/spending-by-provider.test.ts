import { settleOrder } from '../../src/actions/payments/settle-order';
import { buying, requestOf } from '../kits/billing/buying';
import { billingOf, moneyIn, paying } from '../kits/billing/paying';
import { refusalOf } from '../kits/model/outcomes';
import { expectSound, logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';
import { startStripe } from '../kits/stripe/stripe-under-test';
import type { ProviderUnderTest } from '../payments/provider-under-test';
import { startSandbox } from '../payments/sandbox/sandbox-under-test';

const HOUR = 60 * 60 * 1000;

describe.each<[string, () => Promise<ProviderUnderTest>]>([
  ['the sandbox', startSandbox],
  ['Stripe', startStripe],
])('a spending policy with %s', (_name, start) => {
  let under: ProviderUnderTest;
  let services: TestServices;
  let acme: ReturnType<typeof paying>;
  let policy: ReturnType<typeof buying>;
  let ahead = 0;

  const passes = async (milliseconds: number) => {
    await under.passes(await acme.customerId(), milliseconds);
    ahead += milliseconds;
    await acme.isHeard();
  };
  const charges = async () => (await moneyIn(services, 'acme')).filter((entry) => /INVOICE|PAID/.test(entry));

  beforeEach(async () => {
    ahead = 0;
    under = await start();
    services = await startServices({
      clock: () => Date.now() + ahead,
      databaseAhead: () => ahead,
      payments: under.provider,
      catalog: under.catalog,
    });
    await seedAcme(services);
    acme = paying(services, services.payer, 'acme');
    policy = buying(services, 'acme');
    await under.pays((await acme.asksFor('olivia', 'starter', 'MONTHLY'))!);
    await acme.isHeard();
    await policy.allows(0, 0);
  });
  afterEach(async () => {
    await expectSound(services, 'acme');
    await services.close();
    await under.close();
  });

  test('T4 an approved change is charged with exactly the numbers of its request, hours later', async () => {
    await passes(48 * HOUR);
    const request = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    expect(request.amount).toBeGreaterThan(0);
    await passes(20 * HOUR);
    await policy.approves('olivia', request.id);
    expect(await billingOf(services, 'acme')).toMatchObject({ planKey: 'team' });
    expect((await charges()).at(-1)).toBe(`INVOICE_PAID ${request.amount} by bea`);
    expect(await policy.statusOf(request.id)).toBe('APPROVED');
  });

  test('T4 an approved pack is paid on its page, once', async () => {
    const request = await requestOf(acme.ordersPack('bea'));
    const { checkoutUrl } = await policy.approves('olivia', request.id);
    await under.pays(checkoutUrl!);
    const [order] = await services.database.reader.rows<{ id: string }>(
      "SELECT id FROM billing_orders WHERE organization_id = 'acme' AND purchase_request_id IS NOT NULL",
    );
    await settleOrder(services, 'acme', order!.id);
    await settleOrder(services, 'acme', order!.id);
    expect((await charges()).filter((entry) => entry.startsWith('TOP_UP_PAID'))).toHaveLength(1);
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
  });

  test('T4 a declined payment leaves the request open', async () => {
    const { id } = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    await under.cardGoesBad(await acme.customerId());
    expect(await refusalOf(policy.approves('olivia', id))).toBe('PAYMENT_DECLINED');
    expect(await policy.statusOf(id)).toBe('OPEN');
    await under.cardIsReplaced(await acme.customerId());
    await policy.approves('olivia', id);
    expect(await billingOf(services, 'acme')).toMatchObject({ planKey: 'team' });
  });

  test('T4 a request of before a renewal lapses', async () => {
    const before = await billingOf(services, 'acme');
    await passes(before.periodEnd! - (await under.provider.now(await acme.customerId())) - 6 * HOUR);
    const { id } = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    await passes(12 * HOUR);
    expect((await billingOf(services, 'acme')).periodEnd).not.toBe(before.periodEnd);
    expect(await refusalOf(policy.approves('olivia', id))).toBe('PREVIEW_EXPIRED');
    expect(await policy.statusOf(id)).toBe('LAPSED');
    expect(await billingOf(services, 'acme')).toMatchObject({ planKey: 'starter' });
  });

  test('T4 what the payer changes there is told as such', async () => {
    await under.changesOnPortal(await acme.customerId(), { planKey: 'team', cadence: 'MONTHLY' });
    await acme.isHeard();
    const changed = (await logOf(services, 'acme')).find(({ kind }) => kind === 'SUBSCRIPTION_CHANGED')!;
    expect(JSON.parse(changed.details)).toMatchObject({ planKey: 'team', source: 'PROVIDER' });
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
  });
});
