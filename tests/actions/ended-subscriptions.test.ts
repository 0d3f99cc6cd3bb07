import { situationOf } from '../../src/actions/billing/situation';
import { changeAsHost } from '../../src/actions/change-organization';
import { previewChange } from '../../src/actions/subscription/preview-change';
import { type BillingControl, reasonClosed } from '../../src/domain/billing/controls';
import { expectSound } from '../kits/organizations/log';
import { refusalOf } from '../kits/model/outcomes';
import { billingOf, paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';
import { startStripe, type StripeUnderTest } from '../kits/stripe/stripe-under-test';

describe('a subscription that somebody ended at Stripe, of which the service has not heard', () => {
  let stripe: StripeUnderTest;
  let services: TestServices;
  let acme: ReturnType<typeof paying>;
  let id: string;
  let count = 0;

  beforeAll(async () => {
    stripe = await startStripe();
    services = await startServices({ payments: stripe.provider });
  });
  afterAll(async () => {
    stripe.standIn.interfere = () => null;
    await services.close();
    await stripe.close();
  });
  beforeEach(async () => {
    id = `acme_${++count}`;
    await seedAcme(services, id);
    acme = paying(services, services.payer, id);
    await subscribes();
  });
  afterEach(() => expectSound(services, id));

  const subscribes = async () => {
    await stripe.pays((await acme.asksFor('olivia', 'team', 'MONTHLY')) ?? '');
    await acme.isHeard();
  };
  const organization = () =>
    changeAsHost(services.transactions, id, (transaction) => Promise.resolve(transaction.organization));
  const reasonOf = async (control: BillingControl) =>
    reasonClosed(control, situationOf(await organization(), 'OWNER', services.checkout));

  const DEEDS: readonly [deed: string, ask: () => Promise<unknown>][] = [
    ['changes it at once', () => acme.asksFor('olivia', 'business', 'MONTHLY')],
    ['changes it from the next period on', () => acme.asksFor('olivia', 'starter', 'MONTHLY')],
    ['cancels it', () => acme.cancels('olivia')],
    ['resumes it', () => acme.resumes('olivia')],
  ];

  test.each(DEEDS)('B11 is told as gone to the first user who %s, and the controls follow', async (deed, ask) => {
    if (deed === 'resumes it') await acme.cancels('olivia');
    expect(await reasonOf('TOP_UP')).toBeNull();
    stripe.payer.endsAtOnce(await acme.customerId());
    expect(await refusalOf(ask())).toBe('INVALID');
    expect(await reasonOf('TOP_UP')).toBe('NO_ACTIVE_SUBSCRIPTION');
    expect(await billingOf(services, id)).toMatchObject({ status: 'CANCELED', planKey: null });

    await subscribes();
    expect(await billingOf(services, id)).toMatchObject({ status: 'ACTIVE', planKey: 'team' });
  });

  test('B11 is told as gone where it ends while it is changed', async () => {
    const customer = await acme.customerId();
    let hasEnded = false;
    stripe.standIn.interfere = (call) => {
      if (call === 'Subscriptions.update' && !hasEnded) stripe.payer.endsAtOnce(customer);
      hasEnded ||= call === 'Subscriptions.update';
      return null;
    };
    expect(await refusalOf(acme.asksFor('olivia', 'business', 'MONTHLY'))).toBe('INVALID');
    stripe.standIn.interfere = () => null;
    expect(await billingOf(services, id)).toMatchObject({ status: 'CANCELED', planKey: null });
    // No order is left that would keep the next one waiting.
    await subscribes();
  });

  test('B11 is previewed as a new one', async () => {
    stripe.payer.endsAtOnce(await acme.customerId());
    const preview = await previewChange(services, await organization(), { planKey: 'business', cadence: 'MONTHLY' });
    expect(preview).toMatchObject({ amountDueNow: expect.any(Number) as number });
    expect(await reasonOf('TOP_UP')).toBe('NO_ACTIVE_SUBSCRIPTION');
  });
});
