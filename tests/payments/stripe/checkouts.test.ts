import { randomUUID } from 'node:crypto';
import { stripeCustomer } from '../../kits/stripe/stripe-customer';
import { startStripe, type StripeUnderTest } from '../../kits/stripe/stripe-under-test';

let stripe: StripeUnderTest;

beforeAll(async () => {
  stripe = await startStripe();
});

afterAll(() => stripe.close());

const UNPAID = { status: 'OPEN', amountReturned: 0, declineId: null };

test.each([
  [true, 'PAID'],
  [false, 'DECLINED'],
] as const)('B6 a completed checkout is not paid until the payment arrives: %s is %s', async (arrives, status) => {
  const customer = await stripeCustomer(stripe);
  const { orderId, checkoutId, url } = await customer.ordersPack();
  stripe.payer.paysOn(url, 'TAKES_ITS_TIME');
  expect(stripe.standIn.state.sessions.get(checkoutId).status).toBe('complete');
  expect(await customer.payment(orderId, checkoutId)).toEqual(UNPAID);
  expect(await customer.payment(orderId)).toMatchObject({ status: 'OPEN' });
  stripe.payer.asyncPaymentEnds(checkoutId, arrives);
  expect(await customer.payment(orderId, checkoutId)).toMatchObject({ status });
});

test('B6 a subscription whose first payment is on its way has not begun', async () => {
  const customer = await stripeCustomer(stripe);
  const orderId = randomUUID();
  const { checkoutId, url } = await customer.ordersPlan('starter', 'MONTHLY', orderId);
  stripe.payer.paysOn(url, 'TAKES_ITS_TIME');
  expect(await customer.payment(orderId, checkoutId)).toEqual(UNPAID);
  expect((await customer.account()).subscription).toBeNull();
  stripe.payer.firstInvoiceIsPaid(checkoutId);
  expect(await customer.payment(orderId, checkoutId)).toMatchObject({ status: 'PAID' });
  expect(await customer.subscription()).toMatchObject({
    status: 'ACTIVE',
    paidPlans: [{ planKey: 'starter' }],
    orderId,
  });
});

test('B6 a refund counts until it has failed, and a dispute once it is lost', async () => {
  const customer = await stripeCustomer(stripe);
  const { orderId, checkoutId, url } = await customer.ordersPack();
  stripe.payer.paysOn(url);
  const returned = async () => (await customer.payment(orderId, checkoutId))?.amountReturned;
  stripe.payer.isRefunded(customer.id, orderId, 400, 'pending');
  expect(await returned()).toBe(400);
  for (const refund of stripe.standIn.state.refunds.newestFirst()) refund.status = 'failed';
  expect(await returned()).toBe(0);
  stripe.payer.isRefunded(customer.id, orderId, 300);
  stripe.payer.isRefunded(customer.id, orderId, 200, 'canceled');
  expect(await returned()).toBe(300);
  stripe.payer.disputes(customer.id, orderId, 'needs_response');
  expect(await returned()).toBe(300);
  stripe.payer.disputes(customer.id, orderId, 'won');
  expect(await returned()).toBe(300);
  stripe.payer.disputes(customer.id, orderId, 'lost');
  expect(await returned()).toBe(2_500);
});

test("B6 what was paid for a subscription's beginning and went back stands with its order", async () => {
  const customer = await stripeCustomer(stripe);
  const orderId = randomUUID();
  const { checkoutId, url } = await customer.ordersPlan('starter', 'MONTHLY', orderId);
  stripe.payer.paysOn(url);
  stripe.payer.isRefunded(customer.id, orderId, 700);
  expect(await customer.payment(orderId, checkoutId)).toMatchObject({ status: 'PAID', amountReturned: 700 });
});

test('B2 more refunds than a page of a list holds all count', async () => {
  const customer = await stripeCustomer(stripe);
  const { orderId, checkoutId, url } = await customer.ordersPack();
  stripe.payer.paysOn(url);
  for (let count = 0; count < 130; count++) stripe.payer.isRefunded(customer.id, orderId, 3);
  expect(await customer.payment(orderId, checkoutId)).toMatchObject({ amountReturned: 390 });
});

test('B2 a page for a subscription closes those before it, also while an older order is asked for again', async () => {
  const customer = await stripeCustomer(stripe);
  const [first, second] = [randomUUID(), randomUUID()];
  const pack = await customer.ordersPack();
  const older = await customer.ordersPlan('starter', 'MONTHLY', first);
  const newer = await customer.ordersPlan('team', 'MONTHLY', second);
  expect(await customer.ordersPlan('starter', 'MONTHLY', first)).toEqual(older);
  const statusOf = (checkoutId: string) => stripe.standIn.state.sessions.get(checkoutId).status;
  expect([older, newer, pack].map(({ checkoutId }) => statusOf(checkoutId))).toEqual(['expired', 'open', 'open']);
});

test('B2 a page that was made at a price which the catalog has no more is still the page of its order', async () => {
  const customer = await stripeCustomer(stripe);
  const orderId = randomUUID();
  const made = await customer.ordersPlan('starter', 'MONTHLY', orderId);
  const plans = stripe.catalog.plans.map((plan) => ({ ...plan, prices: { MONTHLY: 12_345 } }));
  const provider = stripe.restartedWith({ ...stripe.catalog, plans });
  const { id: customerId, organizationId } = customer;
  const again = await provider.createCheckout({
    ...{ orderId, organizationId, customerId, returnUrl: 'https://shop.example/billing' },
    item: { kind: 'SUBSCRIPTION', planKey: 'starter', cadence: 'MONTHLY' },
  });
  expect(again).toEqual(made);
});

test('B3 the payer comes back to the address that was allowed, paid or not', async () => {
  const { checkoutId } = await (await stripeCustomer(stripe)).ordersPack();
  expect(stripe.standIn.state.sessions.get(checkoutId)).toMatchObject({
    success_url: 'https://shop.example/billing',
    cancel_url: 'https://shop.example/billing',
  });
});
