import { handlePaymentNotice } from '../../src/actions/payments/handle-payment-notice';
import { reconcilePayments } from '../../src/actions/payments/reconcile-payments';
import type { Account, PaymentProvider } from '../../src/payments/provider';
import { billingDetailsOf } from '../../src/store/billing-details';
import { invoicesAfter } from '../../src/store/invoices';
import { paying } from '../kits/billing/paying';
import { expectSound, logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';
import { startStripe, type StripeUnderTest } from '../kits/stripe/stripe-under-test';

const HOUR = 60 * 60 * 1_000;

/** The provider, and what somebody does there of which no news comes. */
interface Unheard {
  readonly provider: PaymentProvider;
  pays(url: string): Promise<unknown>;
  cardGoesBad(customerId: string): Promise<unknown>;
  removesCustomer(customerId: string): Promise<unknown>;
}

describe.each(['the sandbox', 'Stripe'])('what a page shows, by %s', (name) => {
  let stripe: StripeUnderTest | null = null;
  let services: TestServices;
  let there: Unheard;
  let acme: ReturnType<typeof paying>;
  let id: string;
  let count = 0;
  let ahead = 0;
  const clock = () => Date.now() + ahead;

  beforeAll(async () => {
    if (name === 'Stripe') {
      stripe = await startStripe();
      services = await startServices({ payments: stripe.provider, clock });
      there = stripe;
      return;
    }
    services = await startServices({ clock });
    const { payer, payments } = services;
    there = {
      provider: payments!,
      pays: (url) => acme.paysUnheard(url),
      // Its number is another one there.
      cardGoesBad: (customerId) => payer.putCard(customerId, false),
      removesCustomer: (customerId) => payer.removeCustomer(customerId),
    };
  });
  afterAll(async () => {
    await services.close();
    await stripe?.close();
  });

  beforeEach(async () => {
    id = `acme_${++count}`;
    await seedAcme(services, id);
    acme = paying(services, services.payer, id);
    await there.pays((await acme.asksFor('olivia', 'starter', 'MONTHLY')) ?? '');
    await acme.isHeard();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await expectSound(services, id);
  });

  const details = async () => (await billingDetailsOf(services.database.reader, [id]))[0]!;
  const invoices = () => invoicesAfter(services.database.reader, id, null, 100);
  const kinds = async () => (await logOf(services, id)).map(({ kind }) => kind);
  const toldInstead = (change: (account: Account) => Partial<Account>) => {
    const readAccount = there.provider.readAccount.bind(there.provider);
    return jest.spyOn(there.provider, 'readAccount').mockImplementation(async (...asked) => {
      const account = await readAccount(...asked);
      return { ...account, ...change(account) };
    });
  };

  test('B12 is stored with the account, and told again it is no news', async () => {
    const before = [await details(), await invoices()];
    expect(before[0]).toMatchObject({ methodLast4: '4242', upcomingAmount: 1_900, overdueAmount: null });
    expect(before[1]).toMatchObject([{ status: 'PAID', total: 1_900, currency: 'USD' }]);
    const told = await kinds();
    await acme.isHeard();
    expect(await kinds()).toEqual(told);
    expect([{ ...(await details()), dataAsOf: null }, await invoices()]).toEqual([
      { ...(before[0] as object), dataAsOf: null },
      before[1],
    ]);
  });

  test('B12 an address alone that is another one is stored, and is no news', async () => {
    const told = await kinds();
    toldInstead(({ shownInvoices }) => ({
      shownInvoices: shownInvoices.map((invoice) => ({ ...invoice, pdfUrl: 'https://new.example/pdf' })),
    }));
    await acme.isHeard();
    expect((await invoices()).map(({ pdfUrl }) => pdfUrl)).toEqual(['https://new.example/pdf']);
    expect(await kinds()).toEqual(told);
  });

  test('B12 an invoice that is another one now is told once', async () => {
    const told = await kinds();
    toldInstead(({ shownInvoices }) => ({
      shownInvoices: shownInvoices.map((invoice) => ({ ...invoice, status: 'VOID' })),
    }));
    await acme.isHeard();
    await acme.isHeard();
    expect((await invoices()).map(({ status }) => status)).toEqual(['VOID']);
    expect(await kinds()).toEqual([...told, 'BILLING_DETAILS_CHANGED']);
  });

  test('B12 an answer that was overtaken by a newer one changes nothing', async () => {
    const readAccount = there.provider.readAccount.bind(there.provider);
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    let isFirst = true;
    jest.spyOn(there.provider, 'readAccount').mockImplementation(async (...asked) => {
      const account = await readAccount(...asked);
      if (!isFirst) return { ...account, shownInvoices: [{ ...account.shownInvoices[0]!, status: 'UNCOLLECTIBLE' }] };
      isFirst = false;
      await held;
      return { ...account, paymentMethod: null, shownInvoices: [{ ...account.shownInvoices[0]!, status: 'OPEN' }] };
    });
    const older = acme.isHeard();
    await acme.isHeard();
    answer();
    await older;
    expect((await invoices()).map(({ status }) => status)).toEqual(['UNCOLLECTIBLE']);
    expect((await details()).methodLast4).toBe('4242');
  });

  test('B12 what was lost on the way is found a day later, and not asked for before', async () => {
    const asked = toldInstead(() => ({ upcomingInvoice: null }));
    const before = (await details()).dataAsOf!;
    ahead += 23 * HOUR;
    await reconcilePayments(services, HOUR);
    expect(asked).not.toHaveBeenCalled();
    ahead += 2 * HOUR;
    await reconcilePayments(services, HOUR);
    const after = await details();
    expect(after.upcomingAmount).toBeNull();
    expect(after.dataAsOf! - before).toBeGreaterThanOrEqual(25 * HOUR);
  });

  test('B12 while the provider is away they stay, are as old as they are, and are asked for again an hour later', async () => {
    const before = await details();
    ahead += 25 * HOUR;
    const reported: unknown[] = [];
    jest.spyOn(services.background, 'report').mockImplementation((error) => void reported.push(error));
    const asked = jest.spyOn(there.provider, 'readAccount').mockRejectedValue(new Error('away'));
    for (let pass = 0; pass < 3; pass++) await reconcilePayments(services, HOUR);
    const calls = () => asked.mock.calls.filter(([customer]) => customer === own);
    const own = await acme.customerId();
    expect(calls()).toHaveLength(1);
    expect(reported.length).toBeGreaterThan(0);
    expect(await details()).toEqual(before);
    ahead += 2 * HOUR;
    await reconcilePayments(services, HOUR);
    expect(calls()).toHaveLength(2);
  });

  test('B11 of a customer who was removed there is no card, no next invoice and nothing late, and the invoices stay', async () => {
    const customerId = await acme.customerId();
    const paid = await invoices();
    await there.removesCustomer(customerId);
    await handlePaymentNotice(services, { kind: 'ACCOUNT', customerId });
    expect(await details()).toMatchObject({ methodKind: null, upcomingAmount: null, overdueAmount: null });
    expect(await invoices()).toEqual(paid);
    ahead += 50 * HOUR;
    const asked = jest.spyOn(there.provider, 'readAccount');
    await reconcilePayments(services, HOUR);
    expect(asked.mock.calls.map(([customer]) => customer)).not.toContain(customerId);
  });
});
