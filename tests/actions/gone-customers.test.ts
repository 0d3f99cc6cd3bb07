import { createBillingPortalSession } from '../../src/actions/checkout/create-billing-portal-session';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { customerOf } from '../../src/actions/payments/customer-of';
import { handlePaymentNotice } from '../../src/actions/payments/handle-payment-notice';
import { reconcilePayments } from '../../src/actions/payments/reconcile-payments';
import { previewChange } from '../../src/actions/subscription/preview-change';
import { changeAsHost } from '../../src/actions/change-organization';
import { reasonClosed } from '../../src/domain/billing/controls';
import { situationOf } from '../../src/actions/billing/situation';
import type { BillingControl } from '../../src/domain/billing/controls';
import type { PaymentProvider } from '../../src/payments/provider';
import { expectSound, logOf } from '../kits/organizations/log';
import { refusalOf } from '../kits/model/outcomes';
import { billingOf, paying, RETURN_URL } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';
import { startStripe, type StripeUnderTest } from '../kits/stripe/stripe-under-test';

/** A provider, and somebody at it who removes customers. */
interface Removing {
  readonly provider: PaymentProvider;
  removesCustomer(customerId: string): Promise<unknown>;
  pays(url: string): Promise<unknown>;
}

describe.each(['the sandbox', 'Stripe'])('a customer who was removed at %s', (name) => {
  let stripe: StripeUnderTest | null = null;
  let services: TestServices;
  let removing: Removing;
  let acme: ReturnType<typeof paying>;
  let id: string;
  let count = 0;

  beforeAll(async () => {
    if (name === 'Stripe') {
      stripe = await startStripe();
      services = await startServices({ payments: stripe.provider });
      removing = stripe;
    } else {
      services = await startServices();
      const { payer, payments } = services;
      const pays = (url: string) => acme.paysUnheard(url);
      removing = { provider: payments!, removesCustomer: (customerId) => payer.removeCustomer(customerId), pays };
    }
  });

  afterAll(async () => {
    await services.close();
    await stripe?.close();
  });

  beforeEach(async () => {
    id = `acme_${++count}`;
    await seedAcme(services, id);
    acme = paying(services, services.payer, id);
    await subscribes();
  });

  afterEach(() => expectSound(services, id));

  const subscribes = async (planKey = 'starter') => {
    await removing.pays((await acme.asksFor('olivia', planKey, 'MONTHLY')) ?? '');
    await acme.isHeard();
  };
  const removed = async () => {
    const customerId = await acme.customerId();
    await removing.removesCustomer(customerId);
    return customerId;
  };
  const organization = () =>
    changeAsHost(services.transactions, id, (transaction) => Promise.resolve(transaction.organization));
  const reasonOf = async (control: BillingControl) =>
    reasonClosed(control, situationOf(await organization(), 'OWNER', services.checkout));
  const opensPortal = () =>
    createBillingPortalSession(services, { actorId: 'olivia', organizationId: id, returnUrl: RETURN_URL });
  const kinds = async () => (await logOf(services, id)).map(({ kind }) => kind);

  test('B11 has no subscription and no card any more once that is heard, and the controls say so', async () => {
    await acme.recharges('olivia', 100);
    expect(await reasonOf('BILLING_PORTAL')).toBeNull();
    const customerId = await removed();
    await handlePaymentNotice(services, { kind: 'ACCOUNT', customerId });
    expect(await billingOf(services, id)).toMatchObject({
      ...{ status: 'CANCELED', planKey: null, included: 0 },
      ...{ recharges: 0, rechargeReason: 'PAYMENT_METHOD_REMOVED' },
    });
    expect(await reasonOf('BILLING_PORTAL')).toBe('NO_ACTIVE_SUBSCRIPTION');
    expect(await reasonOf('TOP_UP')).toBe('NO_ACTIVE_SUBSCRIPTION');
    expect(await reasonOf('SUBSCRIPTION')).toBeNull();
    const told = await kinds();
    expect(told.slice(-5)).toEqual(
      expect.arrayContaining([
        'SUBSCRIPTION_ENDED',
        'PAYMENT_METHOD_REMOVED',
        'AUTO_RECHARGE_DISABLED',
        'CUSTOMER_REMOVED',
      ]),
    );
    await handlePaymentNotice(services, { kind: 'ACCOUNT', customerId });
    await reconcilePayments(services, 0);
    expect(await kinds()).toEqual(told);
  });

  test.each(['opens the portal', 'changes the plan', 'cancels', 'buys credits', 'looks at a change', 'starts again'])(
    'B11 is noticed by the first user who %s, and gets a message',
    async (deed) => {
      await removed();
      const asked = {
        'opens the portal': opensPortal,
        'changes the plan': () => acme.asksFor('olivia', 'team', 'MONTHLY'),
        cancels: () => acme.cancels('olivia'),
        'buys credits': () => acme.ordersPack('olivia'),
        'looks at a change': async () =>
          previewChange(services, await organization(), { planKey: 'team', cadence: 'MONTHLY' }),
        'starts again': () => Promise.reject(new Error('Nothing is asked.')),
      }[deed]!;
      if (deed === 'looks at a change') expect(await asked()).toMatchObject({ amountDueNow: 9_900 });
      else if (deed === 'starts again') await acme.isHeard();
      else
        expect(await refusalOf(asked())).toBe(
          deed === 'changes the plan' || deed === 'cancels' ? 'INVALID' : 'CONTROL_UNAVAILABLE',
        );
      expect(await reasonOf('BILLING_PORTAL')).toBe('NO_ACTIVE_SUBSCRIPTION');
      expect(await billingOf(services, id)).toMatchObject({ status: 'CANCELED' });

      await subscribes('team');
      expect(await billingOf(services, id)).toMatchObject({ status: 'ACTIVE', planKey: 'team', included: 10_000 });
      expect(new URL(await opensPortal()).protocol).toBe('https:');
    },
  );

  test('B11 during the request for a first page is made again, and the page is the new one’s', async () => {
    const gone = await removed();
    await acme.isHeard();
    const first = await customerOf(services, id);
    await removing.removesCustomer(first);
    await subscribes('business');
    expect([gone, first]).not.toContain(await acme.customerId());
    expect(await billingOf(services, id)).toMatchObject({ status: 'ACTIVE', planKey: 'business' });
  });

  test('B11 is replaced once, however many need a customer at the same time', async () => {
    const gone = await removed();
    await acme.isHeard();
    const found = await Promise.all(Array.from({ length: 6 }, () => customerOf(services, id)));
    expect(new Set(found).size).toBe(1);
    expect(found[0]).not.toBe(gone);
    expect((await kinds()).filter((kind) => kind === 'CUSTOMER_CREATED')).toHaveLength(2);
    await handlePaymentNotice(services, { kind: 'ACCOUNT', customerId: gone });
    expect(await customerOf(services, id)).toBe(found[0]);
  });

  test('B7 is charged nothing, and what was in flight counts in no month', async () => {
    await acme.recharges('olivia', 900);
    await removed();
    await acme.uses(500);
    expect(await billingOf(services, id)).toMatchObject({ recharges: 0, rechargeReason: 'PAYMENT_METHOD_REMOVED' });
    expect(await kinds()).toEqual(
      expect.arrayContaining(['RECHARGE_STARTED', 'RECHARGE_DECLINED', 'CUSTOMER_REMOVED']),
    );
    await subscribes();
    await acme.recharges('olivia', 900);
    await acme.uses(500);
    expect((await kinds()).at(-1)).toBe('RECHARGE_PAID');
  });

  test('R13 is no reason to ask for ever where the organization is removed', async () => {
    await removed();
    await removeOrganization(services, { organizationId: id });
    await reconcilePayments(services, 0);
    const rows = await services.database.reader.rows('SELECT 1 FROM billing_accounts WHERE organization_id = ?', [id]);
    expect(rows).toEqual([]);
  });
});
