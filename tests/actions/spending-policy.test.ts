import { randomUUID } from 'node:crypto';
import { reconcilePayments } from '../../src/actions/payments/reconcile-payments';
import { handlePaymentNotice } from '../../src/actions/payments/handle-payment-notice';
import { previewChange } from '../../src/actions/subscription/preview-change';
import type { Catalog } from '../../src/domain/billing/catalog';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import { PURCHASE_REQUEST_LASTS } from '../../src/domain/billing/spending';
import { organizationById } from '../../src/store/organizations';
import { buying, ordersOf, requestOf } from '../kits/billing/buying';
import { billingOf, moneyIn, paying } from '../kits/billing/paying';
import { expectSound, logOf } from '../kits/organizations/log';
import { refusalOf, stateOf } from '../kits/model/outcomes';
import { type organization, seedAcme } from '../kits/organizations/seed';
import { sandboxOn, servicesOn, startServices, type TestServices } from '../kits/service/services';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

let services: TestServices;
let acme: ReturnType<typeof paying>;
let policy: ReturnType<typeof buying>;
let people: ReturnType<typeof organization>;
let id: string;
let count = 0;
/** By how much both clocks are ahead: the database's and the instance's. */
let ahead = 0;

/** Both clocks show this time. */
const itIs = (time: number) => (ahead = time - Date.now());
const passes = (milliseconds: number) => (ahead += milliseconds);

beforeAll(async () => {
  services = await startServices({ clock: () => Date.now() + ahead, databaseAhead: () => ahead });
});

afterAll(() => services.close());

beforeEach(async () => {
  itIs(Date.UTC(2031, 2, 10, 12));
  id = `acme_${++count}`;
  people = await seedAcme(services, id);
  acme = paying(services, services.payer, id);
  policy = buying(services, id);
});

afterEach(() => expectSound(services, id));

const kinds = async () => (await logOf(services, id)).map(({ kind }) => kind);
const ofPurchases = async () =>
  (await logOf(services, id))
    .filter(({ kind }) => /^PURCHASE/.test(kind))
    .map(({ kind, subjectId, actorId, details }) => {
      const { reason } = JSON.parse(details) as { reason?: string };
      return [kind, subjectId, reason, actorId && `by ${actorId}`].filter(Boolean).join(' ');
    });
const invoices = async () => (await moneyIn(services, id)).filter((entry) => entry.startsWith('INVOICE'));
const orders = () => ordersOf(services, id);
const state = () => billingOf(services, id);

/** The same database, where the catalog is another one. */
function servicesSelling(catalog: Catalog) {
  const options = { catalog, clock: services.clock };
  return servicesOn(services.database, { ...options, payments: sandboxOn(services.database, options).provider });
}

const dearer = (factor: number): Catalog => ({
  ...DEFAULT_CATALOG,
  plans: DEFAULT_CATALOG.plans.map((plan) => ({
    ...plan,
    prices: Object.fromEntries(Object.entries(plan.prices).map(([cadence, price]) => [cadence, price * factor])),
  })),
  creditPacks: DEFAULT_CATALOG.creditPacks.map((pack) => ({ ...pack, price: pack.price * factor })),
});

describe('T4 the policy', () => {
  test('an owner sets it, in part too, and a repeat changes nothing', async () => {
    await policy.allows(5_000, 20_000);
    expect(await kinds()).toContain('SPENDING_POLICY_CHANGED');
    const before = await stateOf(services, id);
    await policy.allows(5_000, 20_000);
    expect(await stateOf(services, id)).toEqual(before);
    const told = (await logOf(services, id)).at(-1)!;
    expect(told).toMatchObject({ kind: 'SPENDING_POLICY_CHANGED', actorId: 'olivia' });
    expect(JSON.parse(told.details)).toEqual({ perPurchaseAmount: 5_000, perMonthAmount: 20_000, currency: 'USD' });
  });

  test.each(['bea', 'mia', 'pat'])('%s, who is no owner, does not', async (actorId) => {
    expect(await refusalOf(policy.allows(0, 0, actorId))).toBe('FORBIDDEN');
  });

  test.each([
    [-1, null],
    [null, -1],
  ])('%p and %p are no limits', async (perPurchase, perMonth) => {
    expect(await refusalOf(policy.allows(perPurchase, perMonth))).toBe('INVALID');
  });

  test('it does not limit owners, and what they buy does not count', async () => {
    await policy.allows(0, 0);
    await acme.subscribes('olivia');
    await acme.asksFor('olivia', 'team', 'MONTHLY');
    await acme.pays(await acme.ordersPack('oscar'));
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
    expect(await policy.requests()).toEqual([]);
  });

  test('what billing admins bought before it was set counts in its month', async () => {
    await acme.subscribes('bea');
    await acme.pays(await acme.ordersPack('bea'));
    await policy.allows(null, 5_000);
    expect(await policy.spending()).toEqual({ spent: 4_400, held: 0 });
    await requestOf(acme.ordersPack('bea'));
  });

  test('a limit that was lowered below what was spent leaves that, and lets nothing more through', async () => {
    await policy.allows(null, 10_000);
    await acme.subscribes('bea');
    await policy.allows(null, 1_000);
    await requestOf(acme.ordersPack('bea'));
    expect((await state()).status).toBe('ACTIVE');
  });
});

describe('T4 a purchase over the policy', () => {
  test('of a credit pack changes nothing and becomes a request with its numbers', async () => {
    await acme.subscribes('olivia');
    await policy.allows(5_000, null);
    const before = await orders();
    const request = await requestOf(acme.ordersPack('bea', 'pack_5000'));
    expect(request).toMatchObject({
      kind: 'TOP_UP',
      status: 'OPEN',
      requestedBy: 'bea',
      packKey: 'pack_5000',
      credits: 5_000,
      amount: 11_000,
    });
    expect(await orders()).toEqual(before);
    expect(await ofPurchases()).toEqual(['PURCHASE_REQUESTED bea by bea']);
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
  });

  test('of a first subscription becomes a request with the next invoice', async () => {
    await policy.allows(5_000, null);
    const request = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    expect(request).toMatchObject({ kind: 'SUBSCRIPTION', planKey: 'team', amount: 9_900, nextInvoice: 9_900 });
    expect(await orders()).toEqual([]);
    expect((await state()).status).toBe('NONE');
  });

  test('of a change becomes a request with what its preview says', async () => {
    await acme.subscribes('olivia');
    passes(10 * DAY);
    await policy.allows(5_000, null);
    const present = (await organizationById(services.database.reader, id))!;
    const preview = await previewChange(services, present, { planKey: 'team', cadence: 'MONTHLY' });
    const request = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY', { previewToken: preview.token }));
    expect(request).toMatchObject({
      kind: 'CHANGE',
      amount: preview.amountDueNow,
      nextInvoice: preview.nextInvoice,
      nextInvoiceAt: preview.nextInvoiceAt,
      previewAt: preview.at,
    });
    expect(await state()).toMatchObject({ planKey: 'starter' });
    expect(await invoices()).toHaveLength(1);
    expect((await orders()).map(({ kind }) => kind)).toEqual(['SUBSCRIPTION']);
  });

  test('a preview that is out of date makes no request', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const present = (await organizationById(services.database.reader, id))!;
    const { token } = await previewChange(services, present, { planKey: 'team', cadence: 'MONTHLY' });
    passes(HOUR);
    const call = acme.asksFor('bea', 'team', 'MONTHLY', { previewToken: token });
    expect(await refusalOf(call)).toBe('PREVIEW_EXPIRED');
    expect(await policy.requests()).toEqual([]);
  });

  test('the same idempotency key returns the same request, and other values are refused', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const pack = await requestOf(acme.ordersPack('bea', 'pack_1000', 'one'));
    expect((await requestOf(acme.ordersPack('bea', 'pack_1000', 'one'))).id).toBe(pack.id);
    expect(await refusalOf(acme.ordersPack('bea', 'pack_5000', 'one'))).toBe('IDEMPOTENCY_KEY_REUSED');
    const plan = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY', { idempotencyKey: 'one' }));
    expect((await requestOf(acme.asksFor('bea', 'team', 'MONTHLY', { idempotencyKey: 'one' }))).id).toBe(plan.id);
    expect(await policy.requests()).toHaveLength(2);
    // Also where the policy is gone meanwhile.
    await policy.allows(null, null);
    expect((await requestOf(acme.ordersPack('bea', 'pack_1000', 'one'))).id).toBe(pack.id);
  });

  test('of which 20 are open is refused, until one is decided', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const requests = [];
    for (let n = 0; n < 20; n++) requests.push(await requestOf(acme.ordersPack('bea')));
    const before = await stateOf(services, id);
    expect(await refusalOf(acme.ordersPack('bea'))).toBe('INVALID');
    expect(await stateOf(services, id)).toEqual(before);
    expect(await refusalOf(acme.asksFor('bea', 'team', 'MONTHLY'))).toBe('INVALID');
    expect((await orders()).filter(({ status }) => status === 'OPEN')).toEqual([]);
    await policy.declines('olivia', requests[7]!.id);
    await requestOf(acme.ordersPack('bea'));
  });

  test('by somebody who has lost the access while the provider was asked is refused, and no request', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const previewsLate: typeof services.payments = {
      ...services.payments!,
      previewChange: async (...asked) => {
        await people.removes('bea', 'olivia');
        return services.payments!.previewChange(...asked);
      },
    };
    const slow = paying({ ...services, payments: previewsLate }, services.payer, id);
    expect(await refusalOf(slow.asksFor('bea', 'team', 'MONTHLY'))).toBe('FORBIDDEN');
    expect(await policy.requests()).toEqual([]);
    expect(await state()).toMatchObject({ planKey: 'starter' });
    await acme.asksFor('olivia', 'team', 'MONTHLY');
  });

  test('by somebody who has become an owner while the provider was asked is made', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const previewsLate: typeof services.payments = {
      ...services.payments!,
      previewChange: async (...asked) => {
        await people.hasOwner('bea');
        return services.payments!.previewChange(...asked);
      },
    };
    await paying({ ...services, payments: previewsLate }, services.payer, id).asksFor('bea', 'team', 'MONTHLY');
    expect(await state()).toMatchObject({ planKey: 'team' });
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
  });
});

describe('T4 what counts', () => {
  test('a change counts as its increase in price, where less is due now', async () => {
    await acme.subscribes('olivia');
    // A day before the period ends.
    passes(30 * DAY);
    await policy.allows(7_999, null);
    const request = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    expect(request.amount).toBeLessThan(500);
    await policy.allows(8_000, null);
    await acme.asksFor('bea', 'team', 'MONTHLY');
    const { spent, held } = await policy.spending();
    expect(spent).toBe(request.amount);
    expect(spent + held).toBe(8_000);
  });

  test('a change counts as the amount due now, where that is more', async () => {
    await acme.subscribes('olivia', 'starter', 'ANNUAL');
    await policy.allows(null, 1_000_000);
    await acme.asksFor('bea', 'business', 'ANNUAL');
    const { spent, held } = await policy.spending();
    expect([spent, held]).toEqual([380_000, 0]);
  });

  test('a smaller plan, a cancellation and its end count as nothing', async () => {
    await acme.subscribes('olivia', 'team');
    await policy.allows(0, 0);
    await acme.asksFor('bea', 'starter', 'MONTHLY');
    await acme.cancels('bea');
    await acme.resumes('bea');
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
  });

  test('a change that waits for the end of the period counts as its increase', async () => {
    await acme.subscribes('olivia', 'starter', 'ANNUAL');
    await policy.allows(20_899, null);
    const request = await requestOf(acme.asksFor('bea', 'business', 'MONTHLY'));
    expect(request).toMatchObject({ amount: 0, nextInvoice: 39_900 });
    await policy.approves('olivia', request.id);
    expect(await state()).toMatchObject({ planKey: 'starter', scheduledPlanKey: 'business' });
  });

  test('renewals do not count', async () => {
    await acme.subscribes('bea');
    await policy.allows(null, 10_000);
    await acme.passesToRenewal();
    expect(await invoices()).toHaveLength(2);
    expect(await policy.spending()).toEqual({ spent: 1_900, held: 0 });
  });

  test('of two that fit singly and not together one becomes a request', async () => {
    await acme.subscribes('olivia');
    await policy.allows(3_000, 4_000);
    const page = await acme.ordersPack('bea');
    expect(await policy.spending()).toEqual({ spent: 0, held: 2_500 });
    await requestOf(acme.ordersPack('bea'));
    await acme.pays(page);
    expect(await policy.spending()).toEqual({ spent: 2_500, held: 0 });
    await requestOf(acme.ordersPack('bea'));
  });

  test('a checkout counts until it expires', async () => {
    await acme.subscribes('olivia');
    await policy.allows(null, 4_000);
    const orderId = await acme.orderOf(await acme.ordersPack('bea'));
    passes(25 * HOUR);
    await requestOf(acme.ordersPack('bea'));
    await handlePaymentNotice(services, { kind: 'ORDER', organizationId: id, orderId });
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
    await acme.ordersPack('bea');
  });

  test('a second page for a first subscription takes the place of the one before', async () => {
    await policy.allows(null, 10_000);
    await acme.asksFor('bea', 'starter', 'MONTHLY');
    const page = await acme.asksFor('bea', 'team', 'MONTHLY');
    expect(await policy.spending()).toEqual({ spent: 0, held: 9_900 });
    await acme.pays(page!);
    expect(await policy.spending()).toEqual({ spent: 9_900, held: 0 });
  });

  test('a month is a calendar month, UTC: what is paid counts in its month, and an open page in whichever it is', async () => {
    itIs(Date.UTC(2031, 2, 31, 23));
    await acme.subscribes('olivia');
    await policy.allows(null, 5_000);
    await acme.pays(await acme.ordersPack('bea'));
    const page = await acme.ordersPack('bea');
    await requestOf(acme.ordersPack('bea'));
    itIs(Date.UTC(2031, 3, 1, 0, 30));
    expect(await policy.spending()).toEqual({ spent: 0, held: 2_500 });
    await acme.pays(page);
    expect(await policy.spending()).toEqual({ spent: 2_500, held: 0 });
    await acme.ordersPack('bea');
    await requestOf(acme.ordersPack('bea'));
  });

  test('a declined change does not count', async () => {
    await acme.subscribes('olivia');
    await policy.allows(null, 9_000);
    await acme.putsCard(false);
    expect(await refusalOf(acme.asksFor('bea', 'team', 'MONTHLY'))).toBe('PAYMENT_DECLINED');
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
    await acme.putsCard(true);
    await acme.asksFor('bea', 'team', 'MONTHLY');
  });
});

describe('T4 an approval', () => {
  test('of a credit pack gives a page with exactly its price; it counts for nobody', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, 0);
    const { id: requestId } = await requestOf(acme.ordersPack('bea', 'pack_5000'));
    const { request, checkoutUrl } = await policy.approves('olivia', requestId);
    expect(request).toMatchObject({ status: 'APPROVED', decidedBy: 'olivia' });
    expect((await policy.requests())[0]!.pageUrl).toBe(checkoutUrl);
    await acme.pays(checkoutUrl!);
    expect(await moneyIn(services, id)).toContain('TOP_UP_PAID +5000 11000 by bea');
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
    expect(await ofPurchases()).toEqual(['PURCHASE_REQUESTED bea by bea', 'PURCHASE_APPROVED bea by olivia']);
    expect((await policy.requests())[0]!.pageUrl).toBeNull();
  });

  test('of a first subscription gives a page, and closes the pages before', async () => {
    await policy.allows(5_000, null);
    const earlier = await acme.asksFor('bea', 'starter', 'MONTHLY');
    const { id: requestId } = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    const { checkoutUrl } = await policy.approves('olivia', requestId);
    expect(await acme.pays(earlier!)).toBe('CLOSED');
    await acme.pays(checkoutUrl!);
    expect(await state()).toMatchObject({ status: 'ACTIVE', planKey: 'team' });
  });

  test('of a change charges exactly what was asked, hours later too', async () => {
    await acme.subscribes('olivia');
    passes(5 * DAY);
    await policy.allows(0, 0);
    const request = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    passes(23 * HOUR);
    expect((await policy.approves('olivia', request.id, null)).checkoutUrl).toBeNull();
    expect(await state()).toMatchObject({ planKey: 'team' });
    expect((await invoices()).at(-1)).toBe(`INVOICE_PAID ${request.amount} by bea`);
    expect(await policy.statusOf(request.id)).toBe('APPROVED');
  });

  test('the same key then answers with what the purchase led to', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const pack = await requestOf(acme.ordersPack('bea', 'pack_1000', 'pack'));
    const { checkoutUrl } = await policy.approves('olivia', pack.id);
    expect(await acme.ordersPack('bea', 'pack_1000', 'pack')).toBe(checkoutUrl);
    const plan = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY', { idempotencyKey: 'plan' }));
    await policy.approves('olivia', plan.id);
    expect(await acme.asksFor('bea', 'team', 'MONTHLY', { idempotencyKey: 'plan' })).toBeNull();
    const declined = await requestOf(acme.ordersPack('bea', 'pack_1000', 'declined'));
    await policy.declines('olivia', declined.id);
    expect(await refusalOf(acme.ordersPack('bea', 'pack_1000', 'declined'))).toBe('INVALID');
  });

  test.each([
    ['a change', () => acme.asksFor('bea', 'team', 'MONTHLY')],
    ['a credit pack', () => acme.ordersPack('bea')],
  ])('of %s is refused where the price has changed, and the request lapses', async (_what, buys) => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const { id: requestId } = await requestOf(buys());
    const before = await orders();
    expect(await refusalOf(buying(servicesSelling(dearer(2)), id).approves('olivia', requestId))).toBe(
      'PREVIEW_EXPIRED',
    );
    expect(await policy.statusOf(requestId)).toBe('LAPSED');
    expect(await orders()).toEqual(before);
    expect((await ofPurchases()).at(-1)).toBe('PURCHASE_LAPSED bea OUTDATED');
    expect(await refusalOf(policy.approves('olivia', requestId))).toBe('ALREADY_DECIDED');
  });

  test('of a first subscription is refused where the price has changed', async () => {
    await policy.allows(0, null);
    const { id: requestId } = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    expect(await refusalOf(buying(servicesSelling(dearer(2)), id).approves('olivia', requestId))).toBe(
      'PREVIEW_EXPIRED',
    );
    expect(await policy.statusOf(requestId)).toBe('LAPSED');
  });

  test.each([
    ['the subscription', () => acme.asksFor('olivia', 'team', 'MONTHLY')],
    ['the period', () => acme.passesToRenewal()],
    ['what is scheduled, to its end', async () => void (await acme.cancels('olivia'))],
  ])('of a change is refused where %s has changed in a way that changes its numbers', async (what, changes) => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const { id: requestId } = await requestOf(acme.asksFor('bea', 'business', 'MONTHLY'));
    await changes();
    const approval = policy.approves('olivia', requestId);
    // A cancellation leaves the numbers of a change at once as they are.
    if (what.startsWith('what is scheduled')) {
      await approval;
      expect(await state()).toMatchObject({ planKey: 'business', scheduledAt: null });
      return;
    }
    expect(await refusalOf(approval)).toBe('PREVIEW_EXPIRED');
    expect(await policy.statusOf(requestId)).toBe('LAPSED');
  });

  test('of a first subscription is refused where there is one by now', async () => {
    await policy.allows(0, null);
    const { id: requestId } = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    await acme.subscribes('olivia');
    expect(await refusalOf(policy.approves('olivia', requestId))).toBe('PREVIEW_EXPIRED');
    expect(await policy.statusOf(requestId)).toBe('LAPSED');
  });

  test('whose payment is declined leaves the request open', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const request = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    await acme.putsCard(false);
    expect(await refusalOf(policy.approves('olivia', request.id))).toBe('PAYMENT_DECLINED');
    expect(await policy.statusOf(request.id)).toBe('OPEN');
    await acme.putsCard(true);
    await policy.approves('oscar', request.id);
    expect((await invoices()).at(-1)).toBe(`INVOICE_PAID ${request.amount} by bea`);
    expect(await ofPurchases()).toEqual(['PURCHASE_REQUESTED bea by bea', 'PURCHASE_APPROVED bea by oscar']);
  });

  test('of nobody is their own, also once they are an owner', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const { id: requestId } = await requestOf(acme.ordersPack('bea'));
    expect(await refusalOf(policy.approves('bea', requestId))).toBe('FORBIDDEN');
    await people.hasOwner('bea');
    expect(await refusalOf(policy.approves('bea', requestId))).toBe('INVALID');
    expect(await policy.statusOf(requestId)).toBe('OPEN');
    await policy.approves('oscar', requestId);
  });

  test('needs an address to return to where a page follows, of an allowed origin', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const { id: requestId } = await requestOf(acme.ordersPack('bea'));
    expect(await refusalOf(policy.approves('olivia', requestId, null))).toBe('INVALID');
    expect(await refusalOf(policy.approves('olivia', requestId, 'https://evil.example/'))).toBe(
      'RETURN_URL_NOT_ALLOWED',
    );
    expect(await policy.statusOf(requestId)).toBe('OPEN');
  });

  test('whose outcome nobody heard is settled later, with its request', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const { id: requestId } = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    const unheard = {
      ...services.payments!,
      applyChange: async (...asked: Parameters<NonNullable<typeof services.payments>['applyChange']>) => {
        await services.payments!.applyChange(...asked);
        throw new Error('The line went dead.');
      },
    };
    await expect(buying({ ...services, payments: unheard }, id).approves('olivia', requestId)).rejects.toThrow();
    expect(await refusalOf(policy.approves('oscar', requestId))).toBe('INVALID');
    expect(await refusalOf(policy.declines('oscar', requestId))).toBe('INVALID');
    passes(5 * 60 * 1000);
    await reconcilePayments(services, 0);
    expect(await policy.statusOf(requestId)).toBe('APPROVED');
    expect((await ofPurchases()).at(-1)).toBe('PURCHASE_APPROVED bea by olivia');
  });

  test('that never reached the provider leaves the request open, or lets it lapse where its day is over', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    const { id: requestId } = await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    const dead = {
      ...services.payments!,
      applyChange: () => Promise.reject(new Error('The line is dead.')),
    };
    await expect(buying({ ...services, payments: dead }, id).approves('olivia', requestId)).rejects.toThrow();
    passes(PURCHASE_REQUEST_LASTS);
    await policy.isSettled();
    expect(await policy.statusOf(requestId)).toBe('APPROVING');
    await reconcilePayments(services, 0);
    await policy.isSettled();
    expect(await policy.statusOf(requestId)).toBe('LAPSED');
    expect(await state()).toMatchObject({ planKey: 'starter' });
  });
});

describe('T4 a request', () => {
  let requestId: string;

  beforeEach(async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, null);
    requestId = (await requestOf(acme.ordersPack('bea'))).id;
  });

  test('that nobody decides within a day lapses, by itself', async () => {
    passes(PURCHASE_REQUEST_LASTS - 60_000);
    await policy.isSettled();
    expect(await policy.statusOf(requestId)).toBe('OPEN');
    passes(60_000);
    await policy.isSettled();
    expect(await policy.statusOf(requestId)).toBe('LAPSED');
    expect((await ofPurchases()).at(-1)).toBe('PURCHASE_LAPSED bea EXPIRED');
    await policy.isSettled();
    expect(await ofPurchases()).toHaveLength(2);
  });

  test('is lapsed for whoever comes first, before anything is done about it', async () => {
    passes(PURCHASE_REQUEST_LASTS);
    expect(await refusalOf(policy.approves('olivia', requestId))).toBe('ALREADY_DECIDED');
    expect(await orders()).toHaveLength(1);
  });

  test('is declined by an owner, once', async () => {
    expect(await policy.declines('oscar', requestId)).toMatchObject({ status: 'DECLINED', decidedBy: 'oscar' });
    for (const call of [
      () => policy.declines('olivia', requestId),
      () => policy.approves('olivia', requestId),
      () => policy.withdraws('bea', requestId),
    ])
      expect(await refusalOf(call())).toBe('ALREADY_DECIDED');
    expect(await ofPurchases()).toEqual(['PURCHASE_REQUESTED bea by bea', 'PURCHASE_DECLINED bea by oscar']);
  });

  test('is withdrawn by who made it, and by nobody else', async () => {
    expect(await refusalOf(policy.withdraws('olivia', requestId))).toBe('INVALID');
    expect(await refusalOf(policy.withdraws('mia', requestId))).toBe('FORBIDDEN');
    expect(await policy.withdraws('bea', requestId)).toMatchObject({ status: 'WITHDRAWN', decidedBy: 'bea' });
    expect(await refusalOf(policy.approves('olivia', requestId))).toBe('ALREADY_DECIDED');
  });

  test.each(['bea', 'mia', 'pat'])('is not decided by %s, who is no owner', async (actorId) => {
    expect(await refusalOf(policy.approves(actorId, requestId))).toBe('FORBIDDEN');
    expect(await refusalOf(policy.declines(actorId, requestId))).toBe('FORBIDDEN');
  });

  test('of another organization, and one that does not exist, is not found', async () => {
    const other = `other_${id}`;
    await seedAcme(services, other);
    for (const call of [
      () => buying(services, other).approves('olivia', requestId),
      () => buying(services, other).declines('olivia', requestId),
      () => buying(services, other).withdraws('bea', requestId),
      () => policy.approves('olivia', randomUUID()),
    ])
      expect(await refusalOf(call())).toBe('NOT_FOUND');
  });

  test('outlives the grant of who made it: the owner decides', async () => {
    await people.removes('bea', 'olivia');
    await policy.approves('olivia', requestId);
    expect(await policy.statusOf(requestId)).toBe('APPROVED');
  });
});

describe('T4 B7 a recharge over the policy', () => {
  const told = async () =>
    (await logOf(services, id)).flatMap(({ kind, details }) =>
      kind === 'RECHARGE_OVER_POLICY' ? [JSON.parse(details) as unknown] : [],
    );
  const recharged = async () => (await kinds()).filter((kind) => kind === 'RECHARGE_PAID').length;

  beforeEach(async () => {
    await acme.subscribes('olivia');
    await acme.recharges('olivia', 10_000);
  });

  test('is not made, opens no request, and is told once a month', async () => {
    await policy.allows(2_499, null);
    await acme.uses(1);
    await acme.uses(1);
    expect(await recharged()).toBe(0);
    expect(await told()).toEqual([{ amount: 2_500, currency: 'USD', month: '2031-03', reason: 'PER_PURCHASE' }]);
    expect(await policy.requests()).toEqual([]);
    itIs(Date.UTC(2031, 3, 1, 1));
    await acme.uses(1);
    await acme.uses(1);
    expect(await told()).toHaveLength(2);
  });

  test('counts with what billing admins buy, either way', async () => {
    await policy.allows(null, 6_000);
    await acme.uses(1);
    expect(await recharged()).toBe(1);
    const page = await acme.ordersPack('bea');
    await acme.uses(1);
    expect(await recharged()).toBe(1);
    expect(await told()).toMatchObject([{ reason: 'PER_MONTH' }]);
    await acme.pays(page);
    expect(await policy.spending()).toEqual({ spent: 5_000, held: 0 });
    await requestOf(acme.ordersPack('bea'));
    itIs(Date.UTC(2031, 3, 1, 1));
    await acme.uses(1);
    expect(await recharged()).toBe(2);
  });

  test('a declined recharge does not count', async () => {
    await policy.allows(null, 2_500);
    await acme.putsCard(false);
    await acme.uses(1);
    await acme.putsCard(true);
    await acme.uses(1);
    expect(await recharged()).toBe(1);
    expect(await policy.spending()).toEqual({ spent: 2_500, held: 0 });
  });
});

describe('T4 a change at the provider', () => {
  const sources = async () =>
    (await logOf(services, id)).flatMap(({ kind, details }) => {
      const { source } = JSON.parse(details) as { source?: string };
      return source === undefined ? [] : [`${kind} ${source}`];
    });

  test('is outside the policy, and told as such', async () => {
    await acme.subscribes('olivia');
    await policy.allows(0, 0);
    const customerId = await acme.customerId();
    await services.payer.changeSubscription(customerId, { planKey: 'team', cadence: 'MONTHLY' });
    await acme.isHeard();
    await services.payer.changeSubscription(customerId, { planKey: 'starter', cadence: 'MONTHLY' });
    await acme.isHeard();
    await services.payer.resumeSubscription(customerId);
    await acme.isHeard();
    await services.payer.cancelSubscription(customerId);
    await acme.isHeard();
    await services.payer.resumeSubscription(customerId);
    await acme.isHeard();
    expect(await sources()).toEqual([
      'SUBSCRIPTION_CHANGED PROVIDER',
      'SUBSCRIPTION_CHANGE_SCHEDULED PROVIDER',
      'SUBSCRIPTION_CHANGE_DROPPED PROVIDER',
      'SUBSCRIPTION_CANCEL_SCHEDULED PROVIDER',
      'SUBSCRIPTION_RESUMED PROVIDER',
    ]);
    expect(await policy.spending()).toEqual({ spent: 0, held: 0 });
  });

  test('is none where a change that was ordered here comes about', async () => {
    await acme.subscribes('olivia', 'team');
    await acme.asksFor('olivia', 'starter', 'MONTHLY');
    await acme.passesToRenewal();
    expect(await state()).toMatchObject({ planKey: 'starter' });
    await acme.asksFor('olivia', 'team', 'MONTHLY');
    await acme.cancels('olivia');
    await acme.resumes('olivia');
    expect(await sources()).toEqual([]);
  });
});
