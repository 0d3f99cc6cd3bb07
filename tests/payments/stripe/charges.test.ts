import { randomUUID } from 'node:crypto';
import { stripeCustomer } from '../../kits/stripe/stripe-customer';
import { startStripe, type StripeUnderTest } from '../../kits/stripe/stripe-under-test';

let stripe: StripeUnderTest;

beforeAll(async () => {
  stripe = await startStripe();
});

afterAll(() => stripe.close());

const intentOf = (orderId: string) => {
  const intents = stripe.standIn.state.intents.newestFirst().filter(({ metadata }) => metadata.order_id === orderId);
  expect(intents).toHaveLength(1);
  return intents[0];
};

test.each([
  ['declines the card', 'DECLINES'],
  ['asks for the payer', 'ASKS_THE_PAYER'],
] as const)('B7 a charge is given up where the bank %s, so that nobody can pay it later', async (_words, bank) => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  stripe.payer.banksWith(customer.id, bank);
  const orderId = randomUUID();
  const declined = await customer.isCharged(2_500, orderId);
  expect(declined).toEqual({ status: 'DECLINED', amountReturned: 0, declineId: expect.stringMatching(/^ch_/) });
  expect(intentOf(orderId)?.status).toBe('canceled');
  expect(await customer.payment(orderId)).toEqual(declined);
});

test('B7 a charge whose end was not seen is given up by the next look at it', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  stripe.payer.banksWith(customer.id, 'DECLINES');
  const orderId = randomUUID();
  stripe.standIn.interfere = (call) => (call === 'PaymentIntents.create' ? 'LOST_ANSWER' : null);
  await expect(customer.isCharged(2_500, orderId)).rejects.toThrow('does not respond');
  stripe.standIn.interfere = () => null;
  expect(intentOf(orderId)?.status).toBe('requires_payment_method');
  expect(await customer.payment(orderId)).toMatchObject({ status: 'DECLINED', declineId: expect.any(String) });
  expect(intentOf(orderId)?.status).toBe('canceled');
});

test('B6 what a bank takes its time for is open until it is paid', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  stripe.payer.banksWith(customer.id, 'TAKES_ITS_TIME');
  const orderId = randomUUID();
  expect(await customer.isCharged(2_500, orderId)).toMatchObject({ status: 'OPEN' });
  expect(await customer.payment(orderId)).toMatchObject({ status: 'OPEN' });
  stripe.payer.pendingChargeIsPaid(orderId);
  expect(await customer.payment(orderId)).toMatchObject({ status: 'PAID' });
});

test('B7 another card on file by the time that a charge is repeated charges nothing again', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  const orderId = randomUUID();
  stripe.standIn.interfere = (call) => (call === 'PaymentIntents.create' ? 'LOST_ANSWER' : null);
  await expect(customer.isCharged(2_500, orderId)).rejects.toThrow('does not respond');
  stripe.standIn.interfere = () => null;
  stripe.standIn.state.customers.get(customer.id).invoice_settings.default_payment_method = stripe.payer.addsCard(
    customer.id,
  );
  expect(await customer.isCharged(2_500, orderId)).toMatchObject({ status: 'PAID' });
  expect(intentOf(orderId)?.status).toBe('succeeded');
});

test('B7 a charge that is repeated after Stripe has forgotten its key is the same one', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  const orderId = randomUUID();
  const paid = await customer.isCharged(2_500, orderId);
  stripe.standIn.forgetKeys();
  expect(await customer.isCharged(2_500, orderId)).toEqual(paid);
  expect(intentOf(orderId)?.status).toBe('succeeded');
});

test("B7 the customer's default card is charged before the subscription's, and that before the newest one", async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  const charged = async () => {
    const orderId = randomUUID();
    await customer.isCharged(2_500, orderId);
    return intentOf(orderId)?.payment_method;
  };
  const ofSubscription = customer.stored().default_payment_method;
  const [byDefault, newest] = [stripe.payer.addsCard(customer.id), stripe.payer.addsCard(customer.id)];
  const { invoice_settings: settings } = stripe.standIn.state.customers.get(customer.id);
  settings.default_payment_method = byDefault;
  expect(await charged()).toBe(byDefault);
  settings.default_payment_method = null;
  expect(await charged()).toBe(ofSubscription);
  customer.stored().default_payment_method = null;
  expect(await charged()).toBe(newest);
});

test('B4 an upgrade is charged to a card that is merely on file, as a recharge is', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  stripe.payer.removesCards(customer.id);
  expect(await customer.account()).toMatchObject({ paymentMethod: null });
  await expect(customer.changesTo('team')).rejects.toMatchObject({ name: 'PaymentDeclined' });
  expect(await customer.subscription()).toMatchObject({ planKey: 'starter' });
  stripe.payer.paysOn((await customer.ordersPack()).url);
  expect(await customer.account()).toMatchObject({ paymentMethod: { kind: 'card' } });
  await customer.changesTo('team');
  expect(await customer.subscription()).toMatchObject({
    planKey: 'team',
    paidPlans: [{ planKey: 'starter' }, { planKey: 'team' }],
  });
});

test('B4 an upgrade is charged to the card that the payer has put in on the portal, not to the one before it', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  stripe.payer.banksWith(customer.id, 'DECLINES');
  const { invoice_settings: settings } = stripe.standIn.state.customers.get(customer.id);
  settings.default_payment_method = stripe.payer.addsCard(customer.id);
  await customer.changesTo('team');
  expect(customer.stored().default_payment_method).toBe(settings.default_payment_method);
});

test("B4 an upgrade leaves a subscription without a card of its own to the customer's", async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  const { invoice_settings: settings } = stripe.standIn.state.customers.get(customer.id);
  settings.default_payment_method = stripe.payer.addsCard(customer.id);
  customer.stored().default_payment_method = null;
  await customer.changesTo('team');
  expect(customer.stored().default_payment_method).toBeNull();
});

test('B4 an upgrade that the bank asks the payer about is declined, and changes nothing', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  stripe.payer.banksWith(customer.id, 'ASKS_THE_PAYER');
  const before = structuredClone(customer.stored());
  await expect(customer.changesTo('team')).rejects.toMatchObject({ name: 'PaymentDeclined' });
  expect(customer.stored()).toEqual(before);
});
