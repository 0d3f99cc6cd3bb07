import { recordUsage } from '../../src/actions/credits/record-usage';
import type { Services } from '../../src/actions/services';
import { setCreditAlerts } from '../../src/actions/credits/set-credit-alerts';
import type { Refusal } from '../../src/domain/refusals';
import { expectSound, logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { servicesOn, startServices, type TestServices } from '../kits/service/services';

/** How far the database's clock is ahead of this machine's. */
let ahead = 0;
let services: TestServices;
let organizationId: string;
let count = 0;
let keys = 0;

beforeAll(async () => {
  services = await startServices({ clock: () => Date.now() + ahead, databaseAhead: () => ahead });
});
afterAll(() => services.close());

beforeEach(async () => {
  ahead = 0;
  organizationId = `acme-${++count}`;
  await seedAcme(services, organizationId);
});

afterEach(() => expectSound(services, organizationId));

const sets = (monthlyCredits: number | null, thresholds: readonly number[] = [80, 100], actorId = 'bea') =>
  setCreditAlerts(services, { actorId, organizationId, monthlyCredits, thresholds });

const uses = (credits: number, occurredAt: number | null = null, instance: Services = services) =>
  recordUsage(instance, [
    { organizationId, userId: null, feature: 'search', credits, occurredAt, idempotencyKey: `k${++keys}` },
  ]);

/** The thresholds that the log tells of, and what was used then. */
async function told(): Promise<[threshold: number, used: number][]> {
  const entries = (await logOf(services, organizationId)).filter(({ kind }) => kind === 'CREDIT_ALERT');
  return entries.map(({ details }) => {
    const { threshold, usedCredits } = JSON.parse(details) as { threshold: number; usedCredits: number };
    return [threshold, usedCredits];
  });
}

const changes = async () =>
  (await logOf(services, organizationId)).filter(({ kind }) => kind === 'CREDIT_ALERTS_CHANGED').length;

test('B8 each threshold is told once in a month, when usage reaches it', async () => {
  await sets(1_000);
  await uses(799);
  expect(await told()).toEqual([]);
  await uses(1);
  expect(await told()).toEqual([[80, 800]]);
  await uses(100);
  await uses(100);
  await uses(5_000);
  expect(await told()).toEqual([
    [80, 800],
    [100, 1_000],
  ]);
});

test('B8 usage that reaches both at once tells of both, in order', async () => {
  await sets(10);
  await uses(25);
  expect(await told()).toEqual([
    [80, 25],
    [100, 25],
  ]);
});

test('B8 many calls at once tell once of each', async () => {
  await sets(100, [25, 50, 75, 100]);
  await Promise.all(Array.from({ length: 40 }, () => uses(3)));
  expect((await told()).map(([threshold]) => threshold)).toEqual([25, 50, 75, 100]);
});

test('B8 several instances tell once of each', async () => {
  const other = servicesOn(services.database);
  await sets(100);
  await Promise.all(Array.from({ length: 30 }, (_, n) => uses(5, null, n % 2 === 0 ? services : other)));
  expect((await told()).map(([threshold]) => threshold)).toEqual([80, 100]);
  await uses(5);
  await uses(5, null, other);
  expect(await told()).toHaveLength(2);
});

test('B8 a repeated call tells nothing again', async () => {
  await sets(100);
  const usage = { organizationId, userId: null, feature: 'search', credits: 90, occurredAt: null };
  for (let n = 0; n < 3; n++) await recordUsage(services, [{ ...usage, idempotencyKey: 'same' }]);
  expect(await told()).toEqual([[80, 90]]);
});

test('B8 the next month, by the database, tells again', async () => {
  await sets(100);
  await uses(100);
  expect(await told()).toHaveLength(2);
  const now = new Date();
  ahead = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 2) - Date.now();
  await uses(79);
  expect(await told()).toHaveLength(2);
  await uses(1);
  expect((await told()).slice(2)).toEqual([[80, 80]]);
});

test('B8 late usage of an earlier month tells nothing', async () => {
  await sets(100);
  const now = new Date();
  await uses(500, Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 10));
  expect(await told()).toEqual([]);
});

test('B8 what is reached when the settings change is not told, and what comes after is', async () => {
  await uses(85);
  await sets(100);
  expect(await told()).toEqual([]);
  await uses(15);
  expect(await told()).toEqual([[100, 100]]);

  // A larger number: the same percentages are others.
  await sets(1_000);
  await uses(700);
  expect((await told()).slice(1)).toEqual([[80, 800]]);
  // A smaller one, and one more threshold: all but the last is reached.
  await sets(400, [50, 100, 250]);
  await uses(100);
  expect((await told()).slice(2)).toEqual([]);
  await uses(100);
  expect((await told()).slice(2)).toEqual([[250, 1_000]]);
});

test('B8 without alerts nothing is told, and switched on again they begin with what is used then', async () => {
  await sets(100);
  await sets(null);
  await uses(200);
  expect(await told()).toEqual([]);
  await sets(100, [80, 100, 300]);
  await uses(100);
  expect(await told()).toEqual([[300, 300]]);
});

test('B8 the same settings again change nothing, in whichever order the thresholds are named', async () => {
  await sets(100, [100, 80, 80]);
  await sets(100, [80, 100]);
  expect(await changes()).toBe(1);
  await sets(100, [80]);
  expect(await changes()).toBe(2);
  await sets(null);
  await sets(null, [5]);
  expect(await changes()).toBe(3);
});

test.each([
  [0, [80], 'MONTHLY_CREDITS_OUT_OF_RANGE'],
  [-1, [80], 'MONTHLY_CREDITS_OUT_OF_RANGE'],
  [1_000_000_000_001, [80], 'MONTHLY_CREDITS_OUT_OF_RANGE'],
  [100, [], 'THRESHOLDS_OUT_OF_RANGE'],
  [100, [0], 'THRESHOLDS_OUT_OF_RANGE'],
  [100, [1_001], 'THRESHOLDS_OUT_OF_RANGE'],
  [100, [1, 2, 3, 4, 5, 6], 'THRESHOLDS_OUT_OF_RANGE'],
])('B8 %d credits at %j are refused', async (monthlyCredits, thresholds, messageCode) => {
  const refusal = await sets(monthlyCredits, thresholds).catch((error: unknown) => error as Refusal);
  expect(refusal).toMatchObject({ code: 'INVALID', messageCode });
  expect(await changes()).toBe(0);
});

test('B8 the largest numbers are stored, and reached', async () => {
  await sets(1_000_000_000_000, [1_000, 999, 998, 997, 996]);
  await uses(Number.MAX_SAFE_INTEGER);
  expect((await told()).map(([threshold]) => threshold)).toEqual([996, 997, 998, 999, 1_000]);
});

test('A3 who may not manage billing sets none', async () => {
  await expect(sets(100, [80], 'ada')).rejects.toMatchObject({ name: 'Forbidden' });
});
