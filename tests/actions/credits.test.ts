import fc from 'fast-check';
import { reportUsage } from '../../src/actions/billing/report-usage';
import { grantCredits } from '../../src/actions/credits/grant-credits';
import { recordUsage, type Usage } from '../../src/actions/credits/record-usage';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import type { Refusal } from '../../src/domain/refusals';
import { balanceOf } from '../kits/billing/ledger';
import { expectSound, logOf } from '../kits/organizations/log';
import { organization } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let organizationId: string;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});

afterAll(() => services.close());

beforeEach(async () => {
  organizationId = `org_${++count}`;
  await organization(services, organizationId).exists();
});

const usage = (key: string, credits: number, more: Partial<Usage> = {}): Usage => ({
  organizationId,
  userId: null,
  feature: 'search',
  credits,
  occurredAt: null,
  idempotencyKey: key,
  ...more,
});

const grant = (key: string, credits: number) =>
  grantCredits(services, { organizationId, credits, reason: null, idempotencyKey: key });

const codeOf = (error: unknown) => (error as Refusal).code;

const balance = () => balanceOf(services, organizationId);

test('B5 granted credits are there, and usage takes them', async () => {
  expect(await grant('g1', 100)).toEqual({ included: 0, topUp: 100 });
  expect(await recordUsage(services, [usage('u1', 30)])).toEqual([{ credits: { included: 0, topUp: 70 } }]);
  expect(await balance()).toEqual({ included: 0, topUp: 70, entries: 2 });
});

test('B5 usage takes included credits first, and the overdraft is in the top-up credits, which the next ones pay', async () => {
  await services.transactions.run(organizationId, (transaction) => {
    transaction.post({ kind: 'GRANT', credits: { included: 50, topUp: 0 } });
    return Promise.resolve();
  });
  await grant('g1', 20);
  expect(await recordUsage(services, [usage('u1', 60)])).toEqual([{ credits: { included: 0, topUp: 10 } }]);
  expect(await recordUsage(services, [usage('u2', 25)])).toEqual([{ credits: { included: 0, topUp: -15 } }]);
  expect(await grant('g2', 40)).toEqual({ included: 0, topUp: 25 });
  await balance();
});

test('B8 usage is a fact: it is recorded even where the balance is too small', async () => {
  expect(await recordUsage(services, [usage('u1', 5)])).toEqual([{ credits: { included: 0, topUp: -5 } }]);
  await balance();
});

test('B8 the same call again changes nothing and answers the balance', async () => {
  await grant('g1', 100);
  await grant('g1', 100);
  await recordUsage(services, [usage('u1', 30)]);
  expect(await recordUsage(services, [usage('u1', 30)])).toEqual([{ credits: { included: 0, topUp: 70 } }]);
  expect(await balance()).toEqual({ included: 0, topUp: 70, entries: 2 });
  expect((await logOf(services, organizationId)).filter(({ kind }) => kind === 'CREDITS_GRANTED')).toHaveLength(1);
});

test('B8 the same key with other values is refused and changes nothing', async () => {
  await grant('k', 100);
  await recordUsage(services, [usage('k', 30)]);
  const before = await balance();
  await expect(grant('k', 99)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  for (const other of [usage('k', 31), usage('k', 30, { userId: 'mia' }), usage('k', 30, { feature: 'Search' })]) {
    const [outcome] = await recordUsage(services, [other]);
    expect(codeOf((outcome as { refusal: Refusal }).refusal)).toBe('IDEMPOTENCY_KEY_REUSED');
  }
  expect(await balance()).toEqual(before);
});

test('B8 a key is unique for each organization and mutation, and never folded', async () => {
  const other = organization(services, `other_${count}`);
  await other.exists();
  await grant('k', 10);
  await recordUsage(services, [usage('k', 1), usage('K', 1), usage('k ', 1)]);
  await recordUsage(services, [usage('k', 1, { organizationId: other.id })]);
  expect((await balance()).entries).toBe(4);
});

test('B8 a batch records each entry or refuses it for itself, in order, across organizations', async () => {
  const outcomes = await recordUsage(services, [
    usage('a', 1),
    usage('b', 0),
    usage('a', 1),
    usage('a', 2),
    usage('c', 3, { organizationId: 'nowhere' }),
    usage('d', 4),
    usage('e', 1, { occurredAt: Date.now() + 25 * 3_600_000 }),
    usage('f', Number.MAX_SAFE_INTEGER),
    usage('g', Number.MAX_SAFE_INTEGER),
  ]);
  expect(outcomes.map((each) => ('refusal' in each ? each.refusal.code : each.credits.topUp))).toEqual([
    -1,
    'INVALID',
    -1,
    'IDEMPOTENCY_KEY_REUSED',
    'NOT_FOUND',
    -5,
    'INVALID',
    -Number.MAX_SAFE_INTEGER,
    -Number.MAX_SAFE_INTEGER,
  ]);
  expect((await balance()).entries).toBe(4);
});

test('B8 fifty identical calls at once take the credits once', async () => {
  await grant('g', 100);
  await Promise.all(Array.from({ length: 50 }, () => recordUsage(services, [usage('once', 10)])));
  expect(await balance()).toEqual({ included: 0, topUp: 90, entries: 2 });
});

test('B8 usage writes a log entry only when the balance crosses zero', async () => {
  await grant('g', 10);
  await recordUsage(services, [usage('1', 4)]);
  await recordUsage(services, [usage('2', 6)]);
  await recordUsage(services, [usage('3', 1)]);
  await grant('h', 5);
  await recordUsage(services, [usage('4', 9)]);
  const kinds = (await logOf(services, organizationId)).map(({ kind }) => kind);
  expect(kinds).toEqual([
    'ORGANIZATION_CREATED',
    'CREDITS_GRANTED',
    'CREDITS_EXHAUSTED',
    'CREDITS_GRANTED',
    'CREDITS_EXHAUSTED',
  ]);
  await expectSound(services, organizationId);
});

test('R13 an organization that was removed takes no usage, and keeps its ledger', async () => {
  await grant('g', 10);
  await removeOrganization(services, { organizationId });
  const [outcome] = await recordUsage(services, [usage('u', 1)]);
  expect(codeOf((outcome as { refusal: Refusal }).refusal)).toBe('NOT_FOUND');
  expect((await balance()).topUp).toBe(10);
});

test('B5 B8 for any usage the balance is the sum of the ledger, and the reports are sums of what was used', async () => {
  const day = fc.integer({ min: 0, max: 3 }).map((days) => Date.UTC(2026, 0, 1 + days, 12));
  const call = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    credits: fc.integer({ min: 1, max: 20 }),
    userId: fc.constantFrom(null, 'mia', 'MIA'),
    feature: fc.constantFrom('search', 'search ', 'Søk', 'export'),
    occurredAt: day,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(call, { maxLength: 5 }), { maxLength: 5 }), async (batches) => {
      organizationId = `org_${++count}`;
      await organization(services, organizationId).exists();
      const used: Usage[] = [];
      for (const batch of batches) {
        const usages = batch.map(({ key, credits, ...more }) => usage(key, credits, more));
        await recordUsage(services, usages);
        for (const each of usages)
          if (!used.some(({ idempotencyKey }) => idempotencyKey === each.idempotencyKey)) used.push(each);
      }
      const total = used.reduce((sum, { credits }) => sum + credits, 0);
      expect((await balance()).topUp).toBe(0 - total);

      const keys = {
        DAY: ({ occurredAt }: Usage) => new Date(occurredAt ?? 0).toISOString().slice(0, 10),
        USER: ({ userId }: Usage) => userId,
        FEATURE: ({ feature }: Usage) => feature,
      };
      for (const groupBy of ['DAY', 'USER', 'FEATURE'] as const) {
        const expected = new Map<string, number>();
        for (const each of used) {
          const name = keys[groupBy](each);
          if (name !== null) expected.set(name, (expected.get(name) ?? 0) + each.credits);
        }
        const report = await reportUsage(services, organizationId, { from: '2026-01-01', to: '2026-01-31', groupBy });
        expect(new Map(report.map(({ name, credits }) => [name, credits]))).toEqual(expected);
      }
    }),
    { numRuns: 15 },
  );
});
