import { reportUsage } from '../../src/actions/billing/report-usage';
import { grantCredits } from '../../src/actions/credits/grant-credits';
import { recordUsage } from '../../src/actions/credits/record-usage';
import { reconcilePayments } from '../../src/actions/payments/reconcile-payments';
import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { watchBilling } from '../../src/actions/billing/watch-billing';
import { expectSound, logOf } from '../kits/organizations/log';
import { refusalOf } from '../kits/model/outcomes';
import { billingOf, paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TODAY = Date.UTC(2026, 10, 20, 12);
const FAR_AHEAD = TODAY + 1_500 * DAY;

let services: TestServices;
let acme: ReturnType<typeof paying>;
let directory: Awaited<ReturnType<typeof seedAcme>>;
let id: string;
let count = 0;
const clock = { now: TODAY };

beforeAll(async () => {
  services = await startServices({ clock: () => clock.now });
});

afterAll(() => services.close());

beforeEach(async () => {
  clock.now = TODAY;
  id = `acme_${++count}`;
  directory = await seedAcme(services, id);
  acme = paying(services, services.payer, id);
});

/** The log's chain, its order in time and the ledger's sum hold whatever the clock did (E3). */
afterEach(() => expectSound(services, id));

/** The clock is far ahead while `work` runs, and right again afterwards. */
const ahead = async (work: () => Promise<unknown>, by = FAR_AHEAD - TODAY) => {
  clock.now += by;
  await work();
  clock.now -= by;
};
const isGiven = () =>
  grantCredits(services, { organizationId: id, credits: 5_000, reason: null, idempotencyKey: `grant ${++count}` });
const usage = (occurredAt: number | null) => ({
  ...{ organizationId: id, userId: null, feature: 'search', credits: 10, occurredAt },
  idempotencyKey: `usage ${++count}`,
});
const used = (from: string, to: string) => reportUsage(services, id, { from, to, groupBy: 'DAY' });

test('B8 usage keeps its own time after the clock was far ahead, and the log’s order does not run backwards', async () => {
  await ahead(isGiven);
  await recordUsage(services, [usage(null), usage(TODAY - DAY)]);
  expect(await used('2026-01-01', '2026-12-31')).toEqual([
    { name: '2026-11-19', credits: 10 },
    { name: '2026-11-20', credits: 10 },
  ]);
  const ofUsage = "SELECT occurred_at AS occurredAt FROM credit_ledger WHERE organization_id = ? AND kind = 'USAGE'";
  expect(await services.database.reader.rows(`${ofUsage} ORDER BY sequence`, [id])).toEqual([
    { occurredAt: TODAY },
    { occurredAt: TODAY - DAY },
  ]);
  await isGiven();
  const times = (await logOf(services, id)).map(({ occurredAt }) => occurredAt);
  expect(times.slice(-2)).toEqual([FAR_AHEAD, FAR_AHEAD]);
});

test('B8 what lies more than a day ahead of the clock is refused, however far ahead the log is', async () => {
  await ahead(isGiven);
  const [outcome] = await recordUsage(services, [usage(TODAY + 2 * DAY)]);
  expect(outcome).toMatchObject({ refusal: { code: 'INVALID', field: ['input', 'occurredAt'] } });
});

test.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2000-12-31T23:59:59.999Z'])(
  'B8 usage of %s is refused: no clock that was set says so',
  async (time) => {
    const [refused, taken] = await recordUsage(services, [usage(Date.parse(time)), usage(Date.UTC(2001))]);
    expect(refused).toMatchObject({ refusal: { code: 'INVALID', field: ['input', 'occurredAt'] } });
    expect(taken).toHaveProperty('credits');
  },
);

test('B7 a month that the clock was away from keeps what was charged in it', async () => {
  await acme.subscribes('olivia');
  await acme.recharges('olivia', 1_000, 'pack_1000', 5_000);
  await acme.uses(10);
  await ahead(() => acme.uses(1_500));
  await acme.uses(1_500);
  await acme.uses(1_500);
  const kinds = (await logOf(services, id)).map(({ kind }) => kind).filter((kind) => /^RECHARGE/.test(kind));
  expect(kinds).toEqual([
    ...['RECHARGE_STARTED', 'RECHARGE_PAID', 'RECHARGE_STARTED', 'RECHARGE_PAID', 'RECHARGE_STARTED', 'RECHARGE_PAID'],
    'RECHARGE_LIMIT_REACHED',
  ]);
  const [month] = await services.database.reader.rows(
    'SELECT recharge_month AS month, recharge_spent AS spent FROM billing_accounts WHERE organization_id = ?',
    [id],
  );
  expect(month).toEqual({ month: '2026-11', spent: 5_000 });
});

test('B4 a change that was ordered while the clock was ahead, and never made, does not keep others from being made', async () => {
  await acme.subscribes('olivia');
  const { payments } = services;
  const silent = { ...services, payments: { ...payments!, applyChange: () => Promise.reject(new Error('Killed.')) } };
  const silenced = paying(silent, services.payer, id);
  await ahead(() => expect(silenced.asksFor('olivia', 'team', 'MONTHLY')).rejects.toThrow('Killed.'));
  expect(await refusalOf(acme.asksFor('olivia', 'team', 'MONTHLY'))).toBe('INVALID');
  await reconcilePayments(services, MINUTE);
  await acme.asksFor('olivia', 'team', 'MONTHLY');
  expect(await billingOf(services, id)).toMatchObject({ planKey: 'team' });
});

test('R11 a decline that was noted far ahead keeps nobody from asking again', async () => {
  const asks = () => requestBillingAccess(services, { actorId: 'mia', organizationId: id, reason: null });
  const request = await asks();
  const decline = { actorId: 'olivia', organizationId: id, requestId: request.id };
  await ahead(() => declineBillingAccessRequest(services, decline));
  expect((await asks()).status).toBe('OPEN');
});

test('E3 what repeats the log’s times is as of the log, so that the tables are still found sound', async () => {
  await ahead(isGiven);
  await directory.hasMember('zoe');
  await directory.adds('zoe', 'olivia');
  await acme.subscribes('olivia');
  await acme.uses(20);
  const decline = { actorId: 'olivia', organizationId: id };
  const request = await requestBillingAccess(services, { actorId: 'mia', organizationId: id, reason: null });
  await declineBillingAccessRequest(services, { ...decline, requestId: request.id });
});

test('L9 a client that resumes gets usage that came after the last entry, also where that lies ahead', async () => {
  await ahead(isGiven, 10 * MINUTE);
  const after = (await logOf(services, id)).length;
  await recordUsage(services, [usage(null)]);
  clock.now += 11 * MINUTE;
  const subscriber = { organizationId: id, viewerId: 'olivia', after, output: null };
  const events = watchBilling(services, { ...subscriber, connection: { cutOff: () => undefined } });
  expect((await events.next()).value).toMatchObject({ kind: null });
  await events.return?.();
});
