import { cancelSubscription } from '../../src/actions/subscription/cancel-subscription';
import { previewChange } from '../../src/actions/subscription/preview-change';
import { resumeSubscription } from '../../src/actions/subscription/resume-subscription';
import { reconcilePayments } from '../../src/actions/payments/reconcile-payments';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import type { BillingCadence } from '../../src/domain/billing/terms';
import { membershipsOf } from '../../src/store/memberships';
import { expectSound, logOf } from '../kits/organizations/log';
import { refusalOf } from '../kits/model/outcomes';
import { billingOf, moneyIn, paying } from '../kits/billing/paying';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const DAY = 24 * 60 * 60 * 1000;

let services: TestServices;
let acme: ReturnType<typeof paying>;
let id: string;
let count = 0;
const clock = { now: Date.UTC(2026, 0, 31, 12) };

beforeAll(async () => {
  services = await startServices({ clock: () => clock.now });
});

afterAll(() => services.close());

beforeEach(async () => {
  id = `acme_${++count}`;
  await seedAcme(services, id);
  acme = paying(services, services.payer, id);
});

afterEach(() => expectSound(services, id));

const state = () => billingOf(services, id);
const kinds = async () => (await logOf(services, id)).map(({ kind }) => kind);
const preview = async (planKey: string, cadence: BillingCadence) => {
  const [viewed] = await membershipsOf(services.database.reader, [id], ['olivia']);
  return previewChange(services, viewed!, { planKey, cadence });
};

test('B4 a first subscription is there once it is paid for, with its included credits, and not before', async () => {
  const url = await acme.asksFor('bea', 'starter', 'MONTHLY');
  expect(await state()).toMatchObject({ status: 'NONE', planKey: null, included: 0 });
  await acme.pays(url!);
  expect(await state()).toMatchObject({
    status: 'ACTIVE',
    planKey: 'starter',
    cadence: 'MONTHLY',
    periodEnd: Date.UTC(2026, 1, 28, 12),
    included: 1_000,
  });
  expect(await moneyIn(services, id)).toEqual(['INVOICE_PAID 1900 by bea', 'INCLUDED_CREDITS_GRANTED +1000']);
});

test('B6 a declined payment starts no subscription, is in the log with its actor, and leaves the page open', async () => {
  const url = await acme.asksFor('bea', 'starter', 'MONTHLY');
  await acme.failsToPay(url!);
  expect(await state()).toMatchObject({ status: 'NONE' });
  expect((await logOf(services, id)).at(-1)).toMatchObject({ kind: 'PAYMENT_DECLINED', actorId: 'bea' });
  await acme.pays(url!);
  expect(await state()).toMatchObject({ status: 'ACTIVE' });
});

test('B4 an upgrade is at once, charged for the rest of the period to the second, and brings the credits of that rest', async () => {
  await acme.subscribes('olivia');
  await acme.passes(14 * DAY);
  const shown = await preview('team', 'MONTHLY');
  // Half of 28 days: half of 9900 less half of 1900.
  expect(shown).toMatchObject({ amountDueNow: 4_000, nextInvoice: 9_900, nextInvoiceAt: Date.UTC(2026, 1, 28, 12) });
  expect(await acme.asksFor('bea', 'team', 'MONTHLY', { previewToken: shown.token })).toBeNull();
  expect(await state()).toMatchObject({
    planKey: 'team',
    periodEnd: Date.UTC(2026, 1, 28, 12),
    included: 1_000 + 4_500,
  });
  expect((await moneyIn(services, id)).slice(-2)).toEqual([
    'INVOICE_PAID 4000 by bea',
    'INCLUDED_CREDITS_GRANTED +4500',
  ]);
});

test('B4 monthly to annual begins a new period at once', async () => {
  await acme.subscribes('olivia');
  await acme.passes(14 * DAY);
  const shown = await preview('starter', 'ANNUAL');
  expect(shown.amountDueNow).toBe(19_000 - 950);
  await acme.asksFor('olivia', 'starter', 'ANNUAL', { previewToken: shown.token });
  expect(await state()).toMatchObject({ cadence: 'ANNUAL', periodEnd: Date.UTC(2027, 1, 14, 12), included: 1_000 });
});

test.each<[string, BillingCadence]>([
  ['starter', 'MONTHLY'],
  ['starter', 'ANNUAL'],
  ['business', 'MONTHLY'],
])('B4 from team, annually, to %s, %s waits for the end of the period and costs nothing now', async (plan, cadence) => {
  await acme.subscribes('olivia', 'team', 'ANNUAL');
  const before = await state();
  const shown = await preview(plan, cadence);
  expect(shown).toMatchObject({ amountDueNow: 0, effectiveAt: before.periodEnd });
  await acme.asksFor('olivia', plan, cadence, { previewToken: shown.token });
  expect(await state()).toMatchObject({
    ...before,
    scheduledPlanKey: plan,
    scheduledAt: before.periodEnd,
  });
  await acme.passesToRenewal();
  expect(await state()).toMatchObject({ planKey: plan, cadence, scheduledAt: null });
  expect((await moneyIn(services, id)).filter((entry) => entry.startsWith('INVOICE'))).toEqual([
    'INVOICE_PAID 99000 by olivia',
    `INVOICE_PAID ${shown.nextInvoice}`,
  ]);
});

test('B5 included credits expire with their period, and the next brings new ones; usage takes them first', async () => {
  await acme.subscribes('olivia');
  await acme.uses(300);
  await acme.passesToRenewal();
  expect(await state()).toMatchObject({ included: 1_000, topUp: 0 });
  expect((await moneyIn(services, id)).slice(-3)).toEqual([
    'INVOICE_PAID 1900',
    'INCLUDED_CREDITS_EXPIRED -700',
    'INCLUDED_CREDITS_GRANTED +1000',
  ]);
});

test('B5 an overdraft survives the renewal', async () => {
  await acme.subscribes('olivia');
  await acme.uses(1_250);
  await acme.passesToRenewal();
  expect(await state()).toMatchObject({ included: 1_000, topUp: -250 });
});

test('B5 a period that is not paid for brings no credits until it is', async () => {
  await acme.subscribes('olivia');
  await acme.putsCard(false);
  await acme.passesToRenewal();
  expect(await state()).toMatchObject({ status: 'PAST_DUE', included: 0 });
  await acme.putsCard(true);
  await services.payer.settleOverdue(await acme.customerId());
  await acme.isHeard();
  expect(await state()).toMatchObject({ status: 'ACTIVE', included: 1_000 });
  expect(await kinds()).toEqual(expect.arrayContaining(['SUBSCRIPTION_PAST_DUE', 'SUBSCRIPTION_SETTLED']));
});

test('B4 a cancelled subscription is there until its period ends, can be taken back until then, and takes its credits with it', async () => {
  await acme.subscribes('olivia');
  const { periodEnd } = await state();
  await cancelSubscription(services, { actorId: 'bea', organizationId: id });
  expect(await state()).toMatchObject({ status: 'ACTIVE', scheduledAt: periodEnd, scheduledPlanKey: null });
  expect(await refusalOf(cancelSubscription(services, { actorId: 'bea', organizationId: id }))).toBe('INVALID');
  await resumeSubscription(services, { actorId: 'olivia', organizationId: id });
  expect(await state()).toMatchObject({ scheduledAt: null });
  expect(await refusalOf(resumeSubscription(services, { actorId: 'bea', organizationId: id }))).toBe('INVALID');
  await cancelSubscription(services, { actorId: 'bea', organizationId: id });
  await acme.passesToRenewal();
  expect(await state()).toMatchObject({
    status: 'CANCELED',
    planKey: null,
    periodEnd: null,
    scheduledAt: null,
    included: 0,
  });
  const entries = (await logOf(services, id)).filter(({ kind }) => kind.startsWith('SUBSCRIPTION'));
  expect(entries.map(({ kind, actorId }) => `${kind} ${actorId ?? 'nobody'}`)).toEqual([
    'SUBSCRIPTION_STARTED olivia',
    'SUBSCRIPTION_CANCEL_SCHEDULED bea',
    'SUBSCRIPTION_RESUMED olivia',
    'SUBSCRIPTION_CANCEL_SCHEDULED bea',
    'SUBSCRIPTION_ENDED nobody',
  ]);
});

test('B4 a change of the plan after a cancellation keeps the subscription; choosing the present plan drops what was scheduled', async () => {
  await acme.subscribes('olivia', 'team');
  await cancelSubscription(services, { actorId: 'olivia', organizationId: id });
  await acme.asksFor('olivia', 'business', 'MONTHLY');
  expect(await state()).toMatchObject({ planKey: 'business', scheduledAt: null });
  await acme.asksFor('olivia', 'starter', 'MONTHLY');
  expect(await state()).toMatchObject({ planKey: 'business', scheduledPlanKey: 'starter' });
  await acme.asksFor('olivia', 'business', 'MONTHLY');
  expect(await state()).toMatchObject({ planKey: 'business', scheduledAt: null });
  expect((await kinds()).at(-1)).toBe('SUBSCRIPTION_CHANGE_DROPPED');
});

test('B4 a subscription can begin again after it has ended', async () => {
  await acme.subscribes('olivia');
  await cancelSubscription(services, { actorId: 'olivia', organizationId: id });
  await acme.passesToRenewal();
  await acme.subscribes('bea', 'team');
  expect(await state()).toMatchObject({ status: 'ACTIVE', planKey: 'team', included: 10_000 });
});

test.each<[string, BillingCadence]>([
  ['starter', 'MONTHLY'],
  ['unheard-of', 'MONTHLY'],
])(
  'B4 a change to %s, %s, that changes nothing or that nobody sells, is INVALID and asks the provider nothing',
  async (plan, cadence) => {
    await acme.subscribes('olivia');
    const before = await logOf(services, id);
    expect(await refusalOf(acme.asksFor('olivia', plan, cadence))).toBe('INVALID');
    expect(await logOf(services, id)).toEqual(before);
  },
);

test('B4 a declined charge changes nothing: PAYMENT_DECLINED, and the log says whose', async () => {
  await acme.subscribes('olivia');
  await acme.putsCard(false);
  const before = await state();
  expect(await refusalOf(acme.asksFor('bea', 'team', 'MONTHLY', { idempotencyKey: 'k' }))).toBe('PAYMENT_DECLINED');
  expect(await state()).toEqual(before);
  expect((await logOf(services, id)).at(-1)).toMatchObject({ kind: 'PAYMENT_DECLINED', actorId: 'bea' });
  // B8: the key means what became of it.
  await acme.putsCard(true);
  expect(await refusalOf(acme.asksFor('bea', 'team', 'MONTHLY', { idempotencyKey: 'k' }))).toBe('PAYMENT_DECLINED');
  await acme.asksFor('bea', 'team', 'MONTHLY', { idempotencyKey: 'another' });
  expect(await state()).toMatchObject({ planKey: 'team' });
});

describe('B4 a preview that holds no longer is PREVIEW_EXPIRED, and nothing is charged', () => {
  const refused = async (token: string) => {
    const [before, money] = [await state(), await moneyIn(services, id)];
    expect(await refusalOf(acme.asksFor('olivia', 'team', 'MONTHLY', { previewToken: token }))).toBe('PREVIEW_EXPIRED');
    expect([await state(), await moneyIn(services, id)]).toEqual([before, money]);
  };

  test('after a quarter of an hour', async () => {
    await acme.subscribes('olivia');
    const { token } = await preview('team', 'MONTHLY');
    await acme.passes(15 * 60_000);
    await refused(token);
  });

  test('after another change', async () => {
    await acme.subscribes('olivia');
    const { token } = await preview('team', 'MONTHLY');
    await acme.asksFor('olivia', 'starter', 'ANNUAL');
    await refused(token);
  });

  test('where it was another plan, another organization, or nobody made it', async () => {
    await acme.subscribes('olivia');
    await refused((await preview('business', 'MONTHLY')).token);
    await refused('nonsense');
    await refused(Buffer.from(JSON.stringify([clock.now, 'f'.repeat(64)])).toString('base64url'));
  });

  test('and the same key can be used again with a new one', async () => {
    await acme.subscribes('olivia');
    const more = { idempotencyKey: 'k' };
    expect(await refusalOf(acme.asksFor('olivia', 'team', 'MONTHLY', { ...more, previewToken: 'old' }))).toBe(
      'PREVIEW_EXPIRED',
    );
    const { token } = await preview('team', 'MONTHLY');
    await acme.asksFor('olivia', 'team', 'MONTHLY', { ...more, previewToken: token });
    expect(await state()).toMatchObject({ planKey: 'team' });
  });
});

test('B8 a call with the same key happens once; other values under it are IDEMPOTENCY_KEY_REUSED', async () => {
  const more = { idempotencyKey: 'k' };
  const url = await acme.asksFor('olivia', 'starter', 'MONTHLY', more);
  expect(await acme.asksFor('olivia', 'starter', 'MONTHLY', more)).toBe(url);
  expect(await refusalOf(acme.asksFor('olivia', 'team', 'MONTHLY', more))).toBe('IDEMPOTENCY_KEY_REUSED');
  await acme.pays(url!);
  expect(await acme.asksFor('olivia', 'starter', 'MONTHLY', more)).toBeNull();
  expect((await moneyIn(services, id)).filter((entry) => entry.startsWith('INVOICE'))).toHaveLength(1);
});

test('B4 there is one page for a first subscription: a newer one closes it, and two can never both be paid', async () => {
  const first = await acme.asksFor('olivia', 'starter', 'MONTHLY');
  const second = await acme.asksFor('bea', 'team', 'MONTHLY');
  expect(await acme.paysUnheard(first!)).toBe('CLOSED');
  await acme.pays(second!);
  expect(await state()).toMatchObject({ planKey: 'team' });
});

test('B4 a page that was paid while another is asked for counts, and the other is refused', async () => {
  const first = await acme.asksFor('olivia', 'starter', 'MONTHLY');
  await acme.paysUnheard(first!);
  expect(await refusalOf(acme.asksFor('bea', 'team', 'MONTHLY'))).toBe('INVALID');
  expect(await state()).toMatchObject({ status: 'ACTIVE', planKey: 'starter' });
});

test('B4 two changes at once: one is made, the other is refused, and one is charged', async () => {
  await acme.subscribes('olivia');
  const outcomes = await Promise.allSettled([
    acme.asksFor('olivia', 'team', 'MONTHLY'),
    acme.asksFor('bea', 'business', 'MONTHLY'),
    acme.asksFor('bea', 'team', 'ANNUAL'),
  ]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await moneyIn(services, id)).filter((entry) => entry.startsWith('INVOICE'))).toHaveLength(2);
});

test("B6 what the payer changes on the portal is followed, in nobody's name", async () => {
  await acme.subscribes('olivia');
  await services.payer.changeSubscription(await acme.customerId(), { planKey: 'team', cadence: 'MONTHLY' });
  await acme.isHeard();
  expect(await state()).toMatchObject({ planKey: 'team' });
  expect((await logOf(services, id)).find(({ kind }) => kind === 'SUBSCRIPTION_CHANGED')).toMatchObject({
    actorId: null,
  });
});

test('B6 news of an account may come late, often and together: it is taken over once', async () => {
  await acme.subscribes('olivia');
  await services.payer.changeSubscription(await acme.customerId(), { planKey: 'team', cadence: 'MONTHLY' });
  await Promise.all(Array.from({ length: 8 }, () => acme.isHeard()));
  const log = await kinds();
  expect(log.filter((kind) => kind === 'SUBSCRIPTION_CHANGED')).toHaveLength(1);
  expect(log.filter((kind) => kind === 'INVOICE_PAID')).toHaveLength(2);
});

test('R13 the subscription of an organization that is removed ends at the provider, so that nobody is charged for it again', async () => {
  const other = organization(services, `gone_${id}`);
  await other.exists();
  await other.hasOwner('olivia');
  const gone = paying(services, services.payer, other.id);
  await gone.subscribes('olivia');
  const customerId = await gone.customerId();
  await services.transactions.run(other.id, async (transaction) => {
    transaction.set({ removedAt: transaction.now });
    transaction.append({ kind: 'ORGANIZATION_REMOVED' });
    return Promise.resolve();
  });
  await reconcilePayments(services, 0);
  expect(await services.payments!.readAccount(customerId, null)).toMatchObject({ subscription: null });
});

test('the default catalog is what these laws were written for', () => {
  expect(DEFAULT_CATALOG.plans.map(({ key }) => key)).toEqual(['starter', 'team', 'business']);
});
