import { createBillingPortalSession } from '../../src/actions/checkout/create-billing-portal-session';
import { handlePaymentNotice } from '../../src/actions/payments/handle-payment-notice';
import { reconcileCheckouts } from '../../src/actions/payments/reconcile-payments';
import { settleOrder } from '../../src/actions/payments/settle-order';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import type { PaymentProvider } from '../../src/payments/provider';
import { expectSound, logOf } from '../kits/organizations/log';
import { refusalOf } from '../kits/model/outcomes';
import { billingOf, moneyIn, paying, RETURN_URL } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const DAY = 24 * 60 * 60 * 1000;

let services: TestServices;
let org: Awaited<ReturnType<typeof seedAcme>>;
let acme: ReturnType<typeof paying>;
let id: string;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});

afterAll(() => services.close());

beforeEach(async () => {
  id = `acme_${++count}`;
  org = await seedAcme(services, id);
  acme = paying(services, services.payer, id);
  await acme.subscribes('olivia');
});

afterEach(() => expectSound(services, id));

const topUp = async () => (await billingOf(services, id)).topUp;
const isHeardOf = async (url: string) => settleOrder(services, id, await acme.orderOf(url));
const topUpsIn = async () =>
  (await moneyIn(services, id)).filter((entry) => /^(TOP_UP_PAID|PAYMENT_RETURNED)/.test(entry));

/** The services with a provider of which some calls are watched. */
const withProvider = (changes: (provider: PaymentProvider) => Partial<PaymentProvider>) => ({
  ...services,
  payments: { ...services.payments!, ...changes(services.payments!) },
});

test('B6 the credits are there when the provider confirms the payment, in the name of the buyer', async () => {
  const url = await acme.ordersPack('bea');
  expect(await topUp()).toBe(0);
  await acme.pays(url);
  expect(await topUp()).toBe(1_000);
  expect(await topUpsIn()).toEqual(['TOP_UP_PAID +1000 2500 by bea']);
});

test('B6 they come once, however often, by whatever news and by however many at the same time they are told of', async () => {
  const url = await acme.ordersPack('bea');
  await acme.paysUnheard(url);
  const news = { kind: 'ORDER', organizationId: id, orderId: await acme.orderOf(url) } as const;
  await Promise.all([
    ...Array.from({ length: 6 }, () => handlePaymentNotice(services, news)),
    reconcileCheckouts(services, 0),
    acme.isHeard(),
  ]);
  await handlePaymentNotice(services, news);
  expect(await topUp()).toBe(1_000);
  expect(await topUpsIn()).toHaveLength(1);
});

test('B6 only paid is paid: a page that was looked at, declined on, or left to expire brings nothing', async () => {
  const url = await acme.ordersPack('bea');
  await isHeardOf(url);
  await acme.failsToPay(url);
  await acme.failsToPay(url);
  expect(await topUp()).toBe(0);
  expect((await logOf(services, id)).filter(({ kind }) => kind === 'PAYMENT_DECLINED')).toHaveLength(2);
  await acme.passes(2 * DAY);
  await isHeardOf(url);
  expect(await acme.pays(url)).toBe('CLOSED');
  expect(await topUp()).toBe(0);
});

test('B6 what was confirmed while nobody was here is credited once somebody looks', async () => {
  const urls = [await acme.ordersPack('bea'), await acme.ordersPack('olivia', 'pack_5000')];
  for (const url of urls) await acme.paysUnheard(url);
  await reconcileCheckouts(services, 0);
  expect(await topUp()).toBe(6_000);
  await reconcileCheckouts(services, 0);
  expect(await topUp()).toBe(6_000);
});

test('B6 a refund takes the credits back in proportion, all of them with all of it, and a lost dispute does too', async () => {
  const url = await acme.ordersPack('bea');
  await acme.pays(url);
  const [customerId, orderId] = [await acme.customerId(), await acme.orderOf(url)];
  await services.payer.refund(customerId, orderId, 1_000);
  await isHeardOf(url);
  await isHeardOf(url);
  expect(await topUp()).toBe(600);
  await services.payer.loseDispute(customerId, orderId);
  await isHeardOf(url);
  expect(await topUp()).toBe(0);
  expect(await topUpsIn()).toEqual([
    'TOP_UP_PAID +1000 2500 by bea',
    'PAYMENT_RETURNED -400 -1000',
    'PAYMENT_RETURNED -600 -1500',
  ]);
});

test('B6 a payment that was given back before anybody heard of it brings its credits and takes them again', async () => {
  const url = await acme.ordersPack('bea');
  await acme.paysUnheard(url);
  await services.payer.refund(await acme.customerId(), await acme.orderOf(url), 2_500);
  await isHeardOf(url);
  expect(await topUp()).toBe(0);
  expect(await topUpsIn()).toEqual(['TOP_UP_PAID +1000 2500 by bea', 'PAYMENT_RETURNED -1000 -2500']);
});

test('B5 credits that were used and are taken back stand as an overdraft, which the next top-up pays', async () => {
  const url = await acme.ordersPack('bea');
  await acme.pays(url);
  await acme.uses(1_800);
  await services.payer.refund(await acme.customerId(), await acme.orderOf(url), 2_500);
  await isHeardOf(url);
  expect(await billingOf(services, id)).toMatchObject({ included: 0, topUp: -800 });
  await acme.pays(await acme.ordersPack('bea'));
  expect(await topUp()).toBe(200);
});

test('B6 an answer that a newer one has overtaken changes nothing', async () => {
  const url = await acme.ordersPack('bea');
  await acme.pays(url);
  const orderId = await acme.orderOf(url);
  let answer: (() => void) | undefined;
  const slow = withProvider((provider) => ({
    readPayment: async (question) => {
      const payment = await provider.readPayment(question);
      await new Promise<void>((go) => (answer = go));
      return payment;
    },
  }));
  const late = settleOrder(slow, id, orderId);
  while (!answer) await new Promise((go) => setImmediate(go));
  await services.payer.refund(await acme.customerId(), orderId, 2_500);
  await settleOrder(services, id, orderId);
  answer();
  await late;
  expect(await topUp()).toBe(0);
});

test('B8 the same key returns the same checkout; with other values it is IDEMPOTENCY_KEY_REUSED; other organizations do not meet it', async () => {
  const url = await acme.ordersPack('bea', 'pack_1000', 'k');
  expect(await acme.ordersPack('olivia', 'pack_1000', 'k')).toBe(url);
  expect(await refusalOf(acme.ordersPack('bea', 'pack_5000', 'k'))).toBe('IDEMPOTENCY_KEY_REUSED');
  const other = await seedAcme(services, `other_${id}`);
  const others = paying(services, services.payer, other.id);
  await others.subscribes('olivia');
  expect(await others.ordersPack('olivia', 'pack_5000', 'k')).not.toBe(url);
  await acme.pays(url);
  expect(await acme.ordersPack('bea', 'pack_1000', 'k')).toBe(url);
});

test('B8 calls with the same key at the same time make one checkout', async () => {
  const urls = await Promise.all(Array.from({ length: 5 }, () => acme.ordersPack('bea', 'pack_1000', 'k')));
  expect(new Set(urls).size).toBe(1);
});

test('B8 a call that got no answer from the provider is finished by the next with the same key', async () => {
  const broken = withProvider(() => ({ createCheckout: () => Promise.reject(new Error('No answer.')) }));
  const lost = paying(broken, services.payer, id);
  await expect(lost.ordersPack('bea', 'pack_1000', 'k')).rejects.toThrow('No answer.');
  await acme.pays(await acme.ordersPack('bea', 'pack_1000', 'k'));
  expect(await topUp()).toBe(1_000);
});

test('B6 an unknown pack is INVALID', async () => {
  expect(await refusalOf(acme.ordersPack('bea', 'pack_7'))).toBe('INVALID');
});

describe('B3 access that is lost between the check and the making of a session: nothing is handed out', () => {
  const losing = (call: 'createCheckout' | 'createPortalSession') => {
    const made: string[] = [];
    const provider = withProvider((inner) => ({
      [call]: async (...args: never[]) => {
        const session = (await (inner[call] as (...args: never[]) => Promise<unknown>)(...args)) as
          string | { url: string };
        made.push(typeof session === 'string' ? session : session.url);
        await org.removes('bea', 'olivia');
        return session;
      },
    }));
    return { provider, made };
  };

  test('of a checkout for credits, which is closed', async () => {
    const { provider, made } = losing('createCheckout');
    expect(await refusalOf(paying(provider, services.payer, id).ordersPack('bea', 'pack_1000', 'k'))).toBe('FORBIDDEN');
    expect(made).toHaveLength(1);
    expect(await acme.paysUnheard(made[0]!)).toBe('CLOSED');
    await org.adds('bea', 'olivia');
    expect(await refusalOf(acme.ordersPack('bea', 'pack_1000', 'k'))).toBe('INVALID');
  });

  test('of a checkout for a subscription, which is closed', async () => {
    const other = await seedAcme(services, `new_${id}`);
    const { provider, made } = losing('createCheckout');
    org = other;
    const fresh = paying(provider, services.payer, other.id);
    expect(await refusalOf(fresh.asksFor('bea', 'starter', 'MONTHLY'))).toBe('FORBIDDEN');
    expect(await fresh.paysUnheard(made[0]!)).toBe('CLOSED');
    expect(await billingOf(services, other.id)).toMatchObject({ status: 'NONE' });
  });

  test('of a portal session', async () => {
    const { provider, made } = losing('createPortalSession');
    const visit = { actorId: 'bea', organizationId: id, returnUrl: RETURN_URL };
    expect(await refusalOf(createBillingPortalSession(provider, visit))).toBe('FORBIDDEN');
    expect(made).toHaveLength(1);
  });

  test('nor if the control has closed in the meantime', async () => {
    const { provider, made } = losing('createCheckout');
    const closing = {
      ...provider,
      payments: {
        ...provider.payments,
        createCheckout: async (order: Parameters<PaymentProvider['createCheckout']>[0]) => {
          const checkout = await services.payments!.createCheckout(order);
          made.push(checkout.url);
          await services.transactions.run(id, (transaction) => {
            transaction.set({ contractType: 'CUSTOM' });
            transaction.append({ kind: 'ORGANIZATION_UPDATED', details: { contractType: 'CUSTOM' } });
            return Promise.resolve();
          });
          return checkout;
        },
      },
    };
    expect(await refusalOf(paying(closing, services.payer, id).ordersPack('bea'))).toBe('CONTROL_UNAVAILABLE');
    expect(await acme.paysUnheard(made[0]!)).toBe('CLOSED');
  });
});

test('R13 news of a removed or unknown organization changes nothing', async () => {
  const gone = await seedAcme(services, `gone_${id}`);
  const goners = paying(services, services.payer, gone.id);
  await goners.subscribes('olivia');
  const url = await goners.ordersPack('olivia');
  await goners.paysUnheard(url);
  const orderId = await goners.orderOf(url);
  await removeOrganization(services, { organizationId: gone.id });
  await handlePaymentNotice(services, { kind: 'ORDER', organizationId: gone.id, orderId });
  await handlePaymentNotice(services, { kind: 'ORDER', organizationId: 'nowhere', orderId });
  await handlePaymentNotice(services, { kind: 'ORDER', organizationId: id, orderId });
  await handlePaymentNotice(services, { kind: 'ACCOUNT', customerId: 'nobody' });
  expect(await topUp()).toBe(0);
});
