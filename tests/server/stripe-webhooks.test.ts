import { SmallSteps } from '../../src/actions/small-steps';
import { createTopUpCheckout } from '../../src/actions/checkout/create-top-up-checkout';
import { handlePaymentNotice } from '../../src/actions/payments/handle-payment-notice';
import { cancelSubscription } from '../../src/actions/subscription/cancel-subscription';
import { changeSubscription } from '../../src/actions/subscription/change-subscription';
import { Unavailable } from '../../src/domain/refusals';
import type { Notice } from '../../src/payments/notices';
import { createApp } from '../../src/server/http/app';
import { registerStripeWebhooks } from '../../src/server/http/stripe-webhooks';
import { openPayments } from '../../src/server/payments/open-payments';
import { readSettings } from '../../src/server/settings';
import { findBillingAccount } from '../../src/store/billing-accounts';
import { expectSound } from '../kits/organizations/log';
import { billingOf, moneyIn, RETURN_URL } from '../kits/billing/paying';
import { type Random, withRandom } from '../kits/basics/random';
import { seedAcme } from '../kits/organizations/seed';
import { startLoggingService } from '../kits/service/service-log';
import { startServices, type TestServices } from '../kits/service/services';
import type { StoredEvent } from '../kits/stripe/stored-objects';
import { StripeStandIn } from '../kits/stripe/stripe-stand-in';
import { startStripe, type StripeUnderTest, WEBHOOK_SECRET } from '../kits/stripe/stripe-under-test';
import { signatureOf, WebhookSender } from '../kits/stripe/webhook-sender';

const MINUTE = 60;

let stripe: StripeUnderTest;
let services: TestServices;
let sender: WebhookSender;
let app: ReturnType<typeof createApp>;
let id: string;
let count = 0;
const steps = new SmallSteps();

/** What was heard, and the log's lines, since the test began. */
let heard: Notice[] = [];
let lines: string[] = [];
/** What hearing of something comes to, in place of looking it up. */
let instead: (() => Promise<void>) | null = null;

beforeAll(async () => {
  stripe = await startStripe();
  services = await startServices({ payments: stripe.provider });
  app = createApp(readSettings({ LOG_LEVEL: 'trace' }), (line) => lines.push(line));
  registerStripeWebhooks(app, {
    steps,
    readWebhook: (...signed) => stripe.provider.readWebhook(...signed),
    onNotice: async (notice) => {
      heard.push(notice);
      await (instead ? instead() : handlePaymentNotice(services, notice));
    },
  });
  app.post('/other', (request) => ({ body: request.body }));
  sender = new WebhookSender(`${await app.listen({ port: 0, host: '127.0.0.1' })}/webhooks/stripe`);
});

afterAll(async () => {
  await app.close();
  await services.close();
  await stripe.close();
});

beforeEach(async () => {
  id = `acme_${++count}`;
  await seedAcme(services, id);
  [heard, lines, instead] = [[], [], null];
  stripe.standIn.state.events.length = 0;
});

afterEach(() => expectSound(services, id));

const topUp = async () => (await billingOf(services, id)).topUp;
const customerId = async () => (await findBillingAccount(services.database.reader, id))?.customerId ?? '';
const events = () => stripe.standIn.state.events;
const eventOf = (type: string): StoredEvent => {
  const found = events().find((event) => event.type === type);
  if (!found) throw new Error(`Nothing has told of ${type}.`);
  return found;
};

/** Sends everything that has happened, each answered with 200, and forgets it. */
const tellsAll = async (sent: readonly StoredEvent[] = events()) => {
  for (const event of [...sent]) expect([event.type, await sender.send(event)]).toEqual([event.type, 200]);
  events().length = 0;
};

const subscribes = async (planKey = 'starter') => {
  const order = { actorId: 'olivia', organizationId: id, planKey, cadence: 'MONTHLY', returnUrl: RETURN_URL } as const;
  const url = await changeSubscription(services, { ...order, previewToken: null, idempotencyKey: null });
  stripe.payer.paysOn(url ?? '');
  await tellsAll();
};

const ordersPack = () => {
  const order = { actorId: 'bea', organizationId: id, creditPackKey: 'pack_1000', returnUrl: RETURN_URL };
  return createTopUpCheckout(services, { ...order, idempotencyKey: `pack ${++count}` });
};

/** Which order the newest payment was for. */
const newestOrder = () => {
  const [intent] = stripe.standIn.state.intents.newestFirst().filter(({ metadata }) => metadata.order_id);
  return intent?.metadata.order_id ?? '';
};

describe('signatures', () => {
  const now = () => Math.floor(Date.now() / 1_000);

  test.each<[string, (payload: string) => [body: string, signature: string | null]]>([
    ['is missing', (payload) => [payload, null]],
    ['is empty', (payload) => [payload, '']],
    ['is nonsense', (payload) => [payload, 'sk=1,v1=2']],
    ['is by another secret', (payload) => [payload, signatureOf(payload, { secret: 'whsec_of_somebody_else' })]],
    ['is older than five minutes', (payload) => [payload, signatureOf(payload, { timestamp: now() - 5 * MINUTE - 5 })]],
    ['is of another body', (payload) => [payload, signatureOf(`${payload} `)]],
    [
      'is of what was altered since',
      (payload) => [payload.replace('"livemode":false', '"livemode":true'), signatureOf(payload)],
    ],
    [
      'has another time than was signed',
      (payload) => [payload, signatureOf(payload, { timestamp: now() - 900 }).replace(/t=\d+/, `t=${now()}`)],
    ],
    ['is of a scheme that counts for nothing', (payload) => [payload, signatureOf(payload).replace('v1=', 'v0=')]],
    ['is of no body at all', () => ['', signatureOf('')]],
    ['is of no JSON', () => ['{', signatureOf('{')]],
  ])('B6 a webhook whose signature %s answers 400 and changes nothing', async (_words, forge) => {
    await subscribes();
    stripe.payer.paysOn(await ordersPack());
    heard = [];
    const asked = stripe.standIn.requests.length;
    const payload = JSON.stringify(eventOf('checkout.session.completed'));
    expect(await sender.post(...forge(payload))).toBe(400);
    expect(heard).toEqual([]);
    expect(stripe.standIn.requests).toHaveLength(asked);
    expect(await topUp()).toBe(0);
    expect(await sender.post(payload, signatureOf(payload))).toBe(200);
    expect(await topUp()).toBe(1_000);
  });

  test('B6 one that is nearly five minutes old is still good, and one of two signatures is enough', async () => {
    const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'balance.available', data: { object: {} } });
    expect(await sender.post(payload, signatureOf(payload, { timestamp: now() - 4 * MINUTE }))).toBe(200);
    const [, rolled] = signatureOf(payload, { secret: 'whsec_old' }).split(',');
    const both = signatureOf(payload).replace(',', `,${rolled},`);
    expect(await sender.post(payload, both)).toBe(200);
  });

  test('B6 what is no event of the kind that is signed for answers 400', async () => {
    expect(await sender.send({ id: 'evt_1', object: 'v2.core.event', type: 'v1.billing.meter.error' })).toBe(400);
  });
});

test('X3 a body over the limit answers 413, signed or not, and is not read', async () => {
  const event = {
    id: 'evt_1',
    object: 'event',
    type: 'balance.available',
    data: { object: { fill: 'x'.repeat(1_100_000) } },
  };
  expect(await sender.send(event)).toBe(413);
  expect(await sender.post('x'.repeat(1_100_000), null)).toBe(413);
  expect(heard).toEqual([]);
});

test('X3 many that come at once are hashed in small steps', async () => {
  const waiting: (() => void)[] = [];
  const read = jest.spyOn(stripe.provider, 'readWebhook');
  let answers: Promise<number>[] = [];
  await new Promise<void>((allWait) => {
    jest.spyOn(steps, 'soon').mockImplementation(() => new Promise((goOn) => waiting.push(goOn) === 3 && allWait()));
    answers = Array.from({ length: 3 }, () => sender.post('{}', 'none'));
  });
  expect(read).not.toHaveBeenCalled();
  waiting.shift()!();
  expect(await Promise.race(answers)).toBe(400);
  expect(read).toHaveBeenCalledTimes(1);
  for (const goOn of waiting) goOn();
  expect(await Promise.all(answers)).toEqual([400, 400, 400]);
  jest.restoreAllMocks();
});

test('B6 the bytes are what counts, whatever they are called; other paths read JSON as before', async () => {
  const payload = `{\n  "id": "evt_1", "object": "event", "type": "balance.available",\u0020\n "data": { "object": { "ü": 1.0 } } }`;
  for (const type of [
    'application/json',
    'text/plain',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
  ])
    expect(await sender.post(payload, signatureOf(payload), type)).toBe(200);
  const other = await app.inject({ method: 'POST', url: '/other', payload: { parsed: true } });
  expect(other.json()).toEqual({ body: { parsed: true } });
});

test.each([
  ['of a kind of tomorrow', 'invoice.turned_blue', { id: 'x' }],
  ['of a kind that does not matter', 'product.created', { id: 'prod_1', object: 'product' }],
  ["of somebody else's payment", 'payment_intent.succeeded', { id: 'pi_1', metadata: { order_id: 'theirs' } }],
  [
    "of somebody else's checkout",
    'checkout.session.completed',
    { id: 'cs_1', mode: 'payment', customer: null, metadata: {} },
  ],
  ['of a refund without a payment', 'refund.updated', { id: 're_1', payment_intent: null }],
  ['of a card that was nobody’s', 'payment_method.detached', { id: 'pm_1', customer: null }],
  ['of an invoice to nobody', 'invoice.paid', { id: 'in_1', customer: null }],
])('B6 a webhook %s answers 200, and there is nothing to look up', async (_words, type, object) => {
  expect(await sender.send({ id: 'evt_1', object: 'event', type, data: { object } })).toBe(200);
  expect(heard).toEqual([]);
});

test('B6 what is heard of strangers answers 200 and changes nothing', async () => {
  const send = (type: string, object: object) => sender.send({ id: 'evt_1', object: 'event', type, data: { object } });
  const metadata = { organization_id: 'nobody', order_id: 'b1c6c9c8-7b8f-4a53-9d2c-6a7a4d1f0e11' };
  expect(await send('payment_intent.succeeded', { id: 'pi_1', metadata })).toBe(200);
  expect(await send('payment_intent.succeeded', { id: 'pi_1', metadata: { ...metadata, organization_id: id } })).toBe(
    200,
  );
  expect(await send('customer.updated', { id: 'cus_stranger' })).toBe(200);
  expect(heard).toHaveLength(3);
  expect(await billingOf(services, id)).toMatchObject({ status: 'NONE', topUp: 0 });
});

test('B6 where taking it in fails the webhook is to be sent again, and then it counts', async () => {
  await subscribes();
  stripe.payer.paysOn(await ordersPack());
  const event = eventOf('checkout.session.completed');
  instead = () => Promise.reject(new Error('The database is on fire.'));
  expect(await sender.send(event)).toBe(500);
  instead = () => Promise.reject(new Unavailable('The database is away.'));
  expect(await sender.send(event)).toBe(503);
  expect(await topUp()).toBe(0);
  expect(lines.filter((line) => line.includes('Hearing of a payment failed.'))).toHaveLength(2);
  instead = null;
  stripe.standIn.interfere = () => 'SERVER_ERROR';
  expect(await sender.send(event)).toBe(503);
  stripe.standIn.interfere = () => null;
  expect(await sender.send(event)).toBe(200);
  expect(await topUp()).toBe(1_000);
});

test('B6 several kinds of event tell of one payment, and all of them name its order', async () => {
  await subscribes();
  stripe.payer.paysOn(await ordersPack());
  const orderId = newestOrder();
  stripe.payer.isRefunded(await customerId(), orderId, 100);
  stripe.payer.disputes(await customerId(), orderId, 'lost');
  const kinds = events().map(({ type }) => type);
  expect(kinds).toEqual(
    expect.arrayContaining([
      ...['payment_intent.succeeded', 'checkout.session.completed', 'refund.created', 'charge.refunded'],
      'charge.dispute.closed',
    ]),
  );
  heard = [];
  await tellsAll();
  const orders = heard.filter(({ kind }) => kind === 'ORDER');
  expect(orders.length).toBeGreaterThanOrEqual(5);
  for (const notice of orders) expect(notice).toEqual({ kind: 'ORDER', organizationId: id, orderId });
});

test('B6 only paid is paid: a completed checkout brings nothing until its payment arrives', async () => {
  await subscribes();
  const url = await ordersPack();
  stripe.payer.paysOn(url, 'TAKES_ITS_TIME');
  const session = eventOf('checkout.session.completed').data.object as { id: string };
  await tellsAll();
  expect(await topUp()).toBe(0);
  stripe.payer.asyncPaymentEnds(session.id, true);
  await tellsAll([eventOf('checkout.session.async_payment_succeeded')]);
  expect(await topUp()).toBe(1_000);
});

test('B9 what the payer changes on the portal, and what time brings, is followed', async () => {
  await subscribes();
  const customer = await customerId();
  stripe.payer.cancels(customer);
  await tellsAll();
  const { periodEnd } = await billingOf(services, id);
  expect(await billingOf(services, id)).toMatchObject({ status: 'ACTIVE', scheduledAt: periodEnd });
  stripe.payer.removesCards(customer);
  await tellsAll();
  const { paymentMethod } = await stripe.provider.readAccount(customer, null);
  expect(paymentMethod).toBeNull();
  stripe.payer.passes(customer, 40 * 24 * 3_600_000);
  await tellsAll();
  expect(await billingOf(services, id)).toMatchObject({ status: 'CANCELED' });
});

test('B4 a cancellation here comes back as an event, and is told of once', async () => {
  await subscribes();
  await cancelSubscription(services, { actorId: 'bea', organizationId: id });
  const before = await billingOf(services, id);
  await tellsAll();
  expect(await billingOf(services, id)).toEqual(before);
  expect(before.scheduledAt).toBe(before.periodEnd);
});

test('B6 repeated, and in any order, webhooks come to what happened: credits once, and what went back taken once', async () => {
  await withRandom(async (random) => {
    for (let round = 0; round < 6; round += 1) {
      id = `shuffled_${++count}`;
      await seedAcme(services, id);
      await subscribes();
      const [kept, returned] = [await ordersPack(), await ordersPack()];
      stripe.payer.paysOn(kept);
      stripe.payer.paysOn(returned);
      const customer = await customerId();
      stripe.payer.isRefunded(customer, newestOrder(), 1_250);
      stripe.payer.disputes(customer, newestOrder(), 'needs_response');
      stripe.payer.changesPrice(customer, await priceOfTeam());
      stripe.payer.cancels(customer);
      await tellsAll(shuffled([...events(), ...events(), ...events()], random));
      expect(await topUp()).toBe(1_500);
      expect(await billingOf(services, id)).toMatchObject({
        status: 'ACTIVE',
        planKey: 'team',
        scheduledPlanKey: null,
      });
      const money = (await moneyIn(services, id)).map((entry) => entry.split(' ')[0]);
      expect(money.filter((kind) => kind === 'TOP_UP_PAID')).toHaveLength(2);
      expect(money.filter((kind) => kind === 'INVOICE_PAID')).toHaveLength(2);
      await expectSound(services, id);
    }
  });
});

/** The catalog's own price, as somebody who has never been there finds it made. */
const priceOfTeam = async () => {
  const key = 'billing-admins/team/MONTHLY/usd/9900';
  const found = () => stripe.standIn.state.prices.newestFirst().find(({ lookup_key: lookup }) => lookup === key);
  if (!found()) {
    const other = await stripe.provider.createCustomer({ id: 'window-shopper', name: 'Nobody' }, null);
    const order = {
      orderId: `window ${++count}`,
      organizationId: 'window-shopper',
      customerId: other,
      returnUrl: RETURN_URL,
    };
    await stripe.provider.createCheckout({
      ...order,
      item: { kind: 'SUBSCRIPTION', planKey: 'team', cadence: 'MONTHLY' },
    });
  }
  return found()?.id ?? '';
};

const shuffled = <Each>(all: Each[], random: Random): Each[] => {
  const left = [...all];
  return all.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as Each);
};

test('X2 the log holds no key, no secret, no card and no body', async () => {
  await subscribes();
  stripe.payer.paysOn(await ordersPack());
  const payload = JSON.stringify(eventOf('payment_intent.succeeded'));
  await sender.post(payload, signatureOf(payload, { secret: 'whsec_wrong' }));
  stripe.standIn.interfere = () => 'SERVER_ERROR';
  await sender.post(payload, signatureOf(payload));
  stripe.standIn.interfere = () => null;
  const log = lines.join('\n');
  expect(log).toContain('/webhooks/stripe');
  expect(log).toContain('StripeFault');
  const secrets = [WEBHOOK_SECRET, StripeStandIn.secretKey, '_secret_', '4242', 'visa', 'v1=', newestOrder()];
  for (const secret of secrets) expect(log).not.toContain(secret);
  events().length = 0;
});

describe('the service with Stripe', () => {
  const STRIPE = {
    PAYMENT_PROVIDER: 'stripe',
    STRIPE_SECRET_KEY: StripeStandIn.secretKey,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  };

  test('O3 takes its webhooks in at /webhooks/stripe, and opens the controls', async () => {
    const service = await startLoggingService(STRIPE);
    const own = new WebhookSender(`${service.address}/webhooks/stripe`);
    const event = { id: 'evt_1', object: 'event', type: 'balance.available', data: { object: {} } };
    expect(await own.send(event)).toBe(200);
    expect(await own.send(event, { secret: 'whsec_of_somebody_else' })).toBe(400);
    expect(service.services.checkout.provider).toBe('stripe');
    await service.close();
  });

  test('O3 without Stripe there is no such path', async () => {
    const service = await startLoggingService({ PAYMENT_PROVIDER: 'none' });
    expect(await new WebhookSender(`${service.address}/webhooks/stripe`).send({ id: 'evt_1' })).toBe(404);
    await service.close();
  });

  test('O4 a catalog whose amounts would be others at Stripe does not start', () => {
    const settings = readSettings({ ...STRIPE, AUTH_JWT_SECRET: 'x'.repeat(32) });
    const catalog = { ...stripe.catalog, currency: 'ISK' };
    const dependencies = { database: services.database, catalog, clock: Date.now, address: () => '' };
    expect(() => openPayments(settings, dependencies)).toThrow(
      /^PAYMENT_PROVIDER is stripe, .* Stripe takes amounts of ISK in hundredths/,
    );
  });
});
