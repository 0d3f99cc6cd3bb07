import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { Unavailable } from '../../../src/domain/refusals';
import { errorForLog } from '../../../src/server/http/error-for-log';
import { stripeCustomer } from '../../kits/stripe/stripe-customer';
import { type Interference, StripeStandIn } from '../../kits/stripe/stripe-stand-in';
import { startStripe, type StripeUnderTest, WEBHOOK_SECRET } from '../../kits/stripe/stripe-under-test';

let stripe: StripeUnderTest;

beforeAll(async () => {
  stripe = await startStripe();
});

afterEach(() => {
  stripe.standIn.interfere = () => null;
});

afterAll(() => stripe.close());

const errorOf = (asked: Promise<unknown>): Promise<Error> =>
  asked.then(
    () => Promise.reject(new Error('It was answered.')),
    (error: Error) => error,
  );

/** An error as anybody could print it: to the log, or with everything that hangs on it. */
const printed = (error: Error) =>
  `${JSON.stringify(errorForLog(error))}\n${inspect(error, { depth: 20, showHidden: true })}`;

test.each<[Interference, string]>([
  ['NO_CONNECTION', 'StripeConnectionError'],
  ['SERVER_ERROR', 'StripeAPIError'],
  ['NOT_JSON', 'StripeAPIError'],
  ['RATE_LIMITED', 'StripeRateLimitError'],
  ['LOCK_TIMEOUT', 'StripeRateLimitError'],
  ['KEY_IN_USE', 'StripeAPIError'],
])('B2 %s is an answer that is not had now, and the reason stands with it', async (interference, type) => {
  const customer = await stripeCustomer(stripe);
  stripe.standIn.interfere = () => interference;
  const error = await errorOf(customer.account());
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toBe('The payment provider does not respond.');
  expect(error.cause).toMatchObject({ name: 'StripeFault', type });
});

test('B2 nobody at the address is an answer that is not had now', async () => {
  const elsewhere = await startStripe();
  await elsewhere.close();
  expect(await errorOf(elsewhere.provider.now('cus_1'))).toBeInstanceOf(Unavailable);
});

test('X2 a wrong key is our fault, which will not pass, and is not printed', async () => {
  const secretKey = 'sk_test_wrong_and_secret_0123456789';
  const error = await errorOf(stripe.restartedWith(stripe.catalog, secretKey).readAccount('cus_1', null));
  expect(error).toMatchObject({ name: 'StripeFault', type: 'StripeAuthenticationError', statusCode: 401 });
  expect(printed(error)).not.toContain('sk_test');
});

test('X2 what Stripe does not know is our fault, and says where', async () => {
  const live = stripe.restartedWith(stripe.catalog, StripeStandIn.liveKey);
  const error = await errorOf(live.readAccount('cus_unknown', null));
  expect(error).toMatchObject({
    name: 'StripeFault',
    code: 'resource_missing',
    requestId: expect.stringMatching(/^req_/),
  });
});

test('X2 no error holds a key, a secret, a card or what was asked', async () => {
  const customer = await (await stripeCustomer(stripe)).subscribes();
  stripe.payer.banksWith(customer.id, 'DECLINES');
  const declined = await errorOf(customer.changesTo('team'));
  const errors = [declined];
  for (const interference of ['NO_CONNECTION', 'SERVER_ERROR', 'NOT_JSON', 'RATE_LIMITED', 'KEY_IN_USE'] as const) {
    stripe.standIn.interfere = () => interference;
    errors.push(await errorOf(customer.isCharged()), await errorOf(customer.ordersPack()));
  }
  const text = errors.map(printed).join('\n');
  for (const secret of [
    StripeStandIn.secretKey,
    WEBHOOK_SECRET,
    '4242',
    'visa',
    '_secret_',
    'Bearer',
    customer.organizationId,
  ])
    expect(text).not.toContain(secret);
});

test('B2 nothing is told about how long requests take, and the API version is the one of the types', () => {
  expect(stripe.standIn.requests.length).toBeGreaterThan(10);
  for (const { headers } of stripe.standIn.requests) {
    expect(headers['x-stripe-client-telemetry']).toBeUndefined();
    expect(headers['stripe-version']).toBe('2026-10-28.endive');
  }
});

describe('B2 where every request in turn is answered by nobody, and asked for again, it happens once', () => {
  /** Breaks off after each request in turn; every time the whole is asked for again, until it is answered. */
  const insistently = async <Answer>(asks: () => Promise<Answer>): Promise<Answer> => {
    for (let last = 0; last < 60; last += 1) {
      let count = 0;
      stripe.standIn.interfere = () => {
        count += 1;
        return count < last ? null : count === last ? 'LOST_ANSWER' : 'SERVER_ERROR';
      };
      try {
        const answer = await asks();
        expect(count).toBeLessThanOrEqual(last);
        return answer;
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
      } finally {
        stripe.standIn.interfere = () => null;
      }
    }
    throw new Error('It was never answered.');
  };

  test('a charge', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const orderId = randomUUID();
    expect(await insistently(() => customer.isCharged(2_500, orderId))).toMatchObject({ status: 'PAID' });
    const made = stripe.standIn.state.charges.newestFirst().filter(({ metadata }) => metadata.order_id === orderId);
    expect(made).toHaveLength(1);
  });

  test('a charge that is declined', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    stripe.payer.banksWith(customer.id, 'DECLINES');
    const orderId = randomUUID();
    expect(await insistently(() => customer.isCharged(2_500, orderId))).toMatchObject({ status: 'DECLINED' });
    const made = stripe.standIn.state.charges.newestFirst().filter(({ metadata }) => metadata.order_id === orderId);
    expect(made).toHaveLength(1);
  });

  test('a customer and a checkout', async () => {
    const before = stripe.standIn.state.customers.newestFirst().length;
    const customer = await insistently(() => stripeCustomer({ ...stripe, provider: withOneOrganization() }));
    expect(stripe.standIn.state.customers.newestFirst()).toHaveLength(before + 1);
    const orderId = randomUUID();
    await insistently(() => customer.ordersPlan('business', 'MONTHLY', orderId));
    const made = stripe.standIn.state.sessions.newestFirst().filter(({ metadata }) => metadata?.order_id === orderId);
    expect(made).toHaveLength(1);
  });

  /** `stripeCustomer` makes up an id each time; here it is one organization that asks again. */
  const withOneOrganization = () => {
    organization ??= { id: `org_${randomUUID()}`, name: 'Acme' };
    const { id, name } = organization;
    return { ...stripe.provider, createCustomer: () => stripe.provider.createCustomer({ id, name }, null) };
  };
  let organization: { id: string; name: string } | undefined;

  test('an upgrade', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const change = { planKey: 'team', cadence: 'MONTHLY', timing: 'NOW' } as const;
    const preview = await stripe.provider.previewChange(customer.id, change, null);
    const orderId = randomUUID();
    await insistently(() => stripe.provider.applyChange(customer.id, orderId, change, preview));
    const { subscription, invoices } = await customer.account();
    expect(subscription).toMatchObject({ planKey: 'team', orderId, scheduled: null });
    expect(invoices.map(({ reason }) => reason)).toEqual(['START', 'CHANGE']);
  });

  test('a change that waits, in place of a cancellation; an upgrade in place of that; and a cancellation of it', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes('team');
    const { period } = await customer.subscription();
    await stripe.provider.cancelAtPeriodEnd(customer.id, randomUUID());
    const lower = { planKey: 'starter', cadence: 'MONTHLY', timing: 'AT_PERIOD_END' } as const;
    const preview = await stripe.provider.previewChange(customer.id, lower, null);
    const scheduling = randomUUID();
    await insistently(() => stripe.provider.applyChange(customer.id, scheduling, lower, preview));
    expect(await customer.subscription()).toMatchObject({
      ...{ planKey: 'team', orderId: scheduling },
      scheduled: { terms: { planKey: 'starter', cadence: 'MONTHLY' }, at: period.end },
    });

    const higher = { planKey: 'business', cadence: 'MONTHLY', timing: 'NOW' } as const;
    const dear = await stripe.provider.previewChange(customer.id, higher, null);
    const raising = randomUUID();
    await insistently(() => stripe.provider.applyChange(customer.id, raising, higher, dear));
    expect(await customer.subscription()).toMatchObject({ planKey: 'business', scheduled: null });

    const cancelling = randomUUID();
    await insistently(() => stripe.provider.cancelAtPeriodEnd(customer.id, cancelling));
    expect(await customer.subscription()).toMatchObject({
      orderId: cancelling,
      scheduled: { terms: null, at: period.end },
    });
    expect((await customer.account()).invoices.map(({ reason }) => reason)).toEqual(['START', 'CHANGE']);
  });

  test('the end of an account', async () => {
    const customer = await (await stripeCustomer(stripe)).subscribes();
    const { checkoutId } = await customer.ordersPack();
    await insistently(() => stripe.provider.endAccount(customer.id));
    expect((await customer.account()).subscription).toBeNull();
    expect(stripe.standIn.state.sessions.get(checkoutId).status).toBe('expired');
  });
});
