import { recordUsage } from '../../src/actions/credits/record-usage';
import { reconcilePayments } from '../../src/actions/payments/reconcile-payments';
import { updateAutoRecharge } from '../../src/actions/recharge/update-auto-recharge';
import { syncOrganization } from '../../src/actions/directory/sync-organization';
import type { PaymentProvider } from '../../src/payments/provider';
import { expectSound, logOf } from '../kits/organizations/log';
import { refusalOf } from '../kits/model/outcomes';
import { billingOf, moneyIn, paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let acme: ReturnType<typeof paying>;
let id: string;
let count = 0;
const clock = { now: Date.UTC(2026, 2, 10) };

beforeAll(async () => {
  services = await startServices({ clock: () => clock.now });
});

afterAll(() => services.close());

beforeEach(async () => {
  id = `acme_${++count}`;
  await seedAcme(services, id);
  acme = paying(services, services.payer, id);
  await acme.subscribes('olivia');
});

afterEach(() => expectSound(services, id));

const state = () => billingOf(services, id);
const recharges = async () =>
  (await logOf(services, id)).map(({ kind }) => kind).filter((kind) => /RECHARGE/.test(kind));
const off = (actorId: string, more: object = {}) =>
  updateAutoRecharge(services, {
    actorId,
    organizationId: id,
    enabled: false,
    thresholdCredits: 0,
    creditPackKey: 'pack_1000',
    monthlyLimitAmount: null,
    ...more,
  });

test('B7 usage that takes the balance below the threshold brings one charge, and the log has every step', async () => {
  await acme.recharges('bea', 500);
  await acme.uses(500);
  expect(await recharges()).toEqual(['AUTO_RECHARGE_UPDATED']);
  await acme.uses(1);
  expect(await state()).toMatchObject({ included: 499, topUp: 1_000 });
  expect(await recharges()).toEqual(['AUTO_RECHARGE_UPDATED', 'RECHARGE_STARTED', 'RECHARGE_PAID']);
  expect((await moneyIn(services, id)).slice(-2)).toEqual(['RECHARGE_STARTED 2500', 'RECHARGE_PAID +1000 2500']);
  expect((await logOf(services, id)).find(({ kind }) => kind === 'AUTO_RECHARGE_UPDATED')).toMatchObject({
    actorId: 'bea',
  });
});

test('B7 there is one charge in flight, however many notice at the same time, on however many instances', async () => {
  await acme.recharges('bea', 900);
  const one = (key: string) =>
    recordUsage(services, [
      { organizationId: id, userId: null, feature: 'f', credits: 1, occurredAt: null, idempotencyKey: key },
    ]);
  await acme.uses(99);
  let charges = 0;
  let finish: (() => void) | undefined;
  const held = new Promise<void>((go) => (finish = go));
  const charge: PaymentProvider['charge'] = async (order) => {
    charges++;
    await held;
    return services.payments!.charge(order);
  };
  const slow = { ...services, payments: { ...services.payments!, charge } };
  const usage = (key: string) =>
    recordUsage(slow, [
      { organizationId: id, userId: null, feature: 'f', credits: 5, occurredAt: null, idempotencyKey: key },
    ]);
  await Promise.all(Array.from({ length: 20 }, (_, index) => usage(`together ${index}`)));
  finish?.();
  await services.background.settled();
  expect(charges).toBe(1);
  expect(await state()).toMatchObject({ topUp: 1_000 });
  await one('after');
});

test('B7 three declines in a row switch it off, and a paid charge in between resets the count', async () => {
  await acme.recharges('bea', 900);
  await acme.putsCard(false);
  await acme.uses(200);
  await acme.uses(1);
  expect(await state()).toMatchObject({ recharges: 1 });
  await acme.putsCard(true);
  await acme.uses(1);
  expect(await state()).toMatchObject({ topUp: 1_000 });
  await acme.putsCard(false);
  await acme.uses(1_000);
  await acme.uses(1);
  expect(await state()).toMatchObject({ recharges: 1 });
  await acme.uses(1);
  expect(await state()).toMatchObject({ recharges: 0, rechargeReason: 'DECLINED' });
  expect((await recharges()).filter((kind) => kind === 'RECHARGE_DECLINED')).toHaveLength(5);
  await acme.uses(1);
  expect((await recharges()).filter((kind) => kind === 'RECHARGE_DECLINED')).toHaveLength(5);
});

test('B7 it goes off when the payment method goes', async () => {
  await acme.recharges('bea', 900);
  await acme.removesCard();
  expect(await state()).toMatchObject({ recharges: 0, rechargeReason: 'PAYMENT_METHOD_REMOVED' });
  await acme.uses(500);
  expect(await recharges()).toEqual(['AUTO_RECHARGE_UPDATED', 'AUTO_RECHARGE_DISABLED']);
});

test('B7 no charge passes the monthly limit; it is told once, and the next month, UTC, is another', async () => {
  clock.now = Date.UTC(2026, 2, 31, 23, 50);
  await acme.recharges('bea', 900, 'pack_1000', 5_000);
  for (let times = 0; times < 5; times++) await acme.uses(1_200);
  expect((await recharges()).filter((kind) => kind === 'RECHARGE_PAID')).toHaveLength(2);
  expect((await recharges()).filter((kind) => kind === 'RECHARGE_LIMIT_REACHED')).toHaveLength(1);
  clock.now = Date.UTC(2026, 3, 1, 0, 1);
  await acme.uses(1);
  expect((await recharges()).filter((kind) => kind === 'RECHARGE_PAID')).toHaveLength(3);
});

test('B7 without a limit of its own an organization has ten of the dearest pack', async () => {
  await acme.recharges('bea', 1_000_000, 'pack_20000');
  for (let times = 0; times < 12; times++) await acme.uses(1);
  expect((await recharges()).filter((kind) => kind === 'RECHARGE_PAID')).toHaveLength(10);
  expect((await recharges()).at(-1)).toBe('RECHARGE_LIMIT_REACHED');
});

test('B7 a declined charge does not count in the month', async () => {
  await acme.recharges('bea', 900, 'pack_1000', 2_500);
  await acme.putsCard(false);
  await acme.uses(200);
  await acme.putsCard(true);
  await acme.uses(1);
  expect(await state()).toMatchObject({ topUp: 1_000 });
});

test('B7 what nobody heard the outcome of is looked up, and charged once', async () => {
  await acme.recharges('bea', 900);
  const lost: PaymentProvider['charge'] = async (order) => {
    await services.payments!.charge(order);
    throw new Error('No answer.');
  };
  const failures: unknown[] = [];
  const { background } = services;
  const report = jest.spyOn(background, 'report').mockImplementation((error) => void failures.push(error));
  await recordUsage({ ...services, payments: { ...services.payments!, charge: lost } }, [
    { organizationId: id, userId: null, feature: 'f', credits: 200, occurredAt: null, idempotencyKey: 'lost' },
  ]);
  await background.settled();
  report.mockRestore();
  expect(await state()).toMatchObject({ topUp: 0 });
  clock.now += 1_000;
  await reconcilePayments(services, 0);
  await reconcilePayments(services, 0);
  expect(await state()).toMatchObject({ topUp: 1_000 });
  expect((await recharges()).filter((kind) => kind === 'RECHARGE_PAID')).toHaveLength(1);
});

test('B7 an order whose charge was never made, because the process ended, is charged by the next look', async () => {
  await acme.recharges('bea', 900);
  await recordUsage({ ...services, background: { run: () => undefined } as never }, [
    { organizationId: id, userId: null, feature: 'f', credits: 200, occurredAt: null, idempotencyKey: 'dead' },
  ]);
  expect(await recharges()).toEqual(['AUTO_RECHARGE_UPDATED', 'RECHARGE_STARTED']);
  clock.now += 1_000;
  await reconcilePayments(services, 0);
  expect(await state()).toMatchObject({ topUp: 1_000 });
});

describe('B7 switching it off needs billing access alone', () => {
  test.each([
    ['on a custom contract', () => syncOrganization(services, { id, name: 'Acme', contractType: 'CUSTOM' })],
    ['without a payment method', () => acme.removesCard()],
    ['with values that make no sense', () => Promise.resolve()],
  ])('%s', async (_when, prepare) => {
    await acme.recharges('bea', 500);
    await prepare();
    await off('bea', { creditPackKey: 'nothing', thresholdCredits: -5, monthlyLimitAmount: -1 });
    expect(await state()).toMatchObject({ recharges: 0 });
  });

  test('and leaves what it was set to; off once more is nothing new', async () => {
    await acme.recharges('bea', 500);
    await off('olivia');
    const before = await logOf(services, id);
    await off('bea');
    expect(await logOf(services, id)).toEqual(before);
    expect(before.at(-1)).toMatchObject({ kind: 'AUTO_RECHARGE_DISABLED', actorId: 'olivia' });
    expect(await refusalOf(off('mia'))).toBe('FORBIDDEN');
  });
});

test.each([
  ['a threshold below 0', { thresholdCredits: -1 }],
  ['a pack that nobody sells', { creditPackKey: 'pack_7' }],
  ['a limit below the price of the pack', { monthlyLimitAmount: 2_499 }],
])('B7 %s is INVALID', async (_what, more) => {
  const before = await state();
  expect(await refusalOf(off('bea', { enabled: true, ...more }))).toBe('INVALID');
  expect(await state()).toEqual(before);
});

test('B7 it charges nothing while the control is closed: overdue, cancelled, or on a custom contract', async () => {
  await acme.recharges('bea', 900);
  await syncOrganization(services, { id, name: 'Acme', contractType: 'CUSTOM' });
  await acme.uses(500);
  expect(await recharges()).toEqual(['AUTO_RECHARGE_UPDATED']);
});
