import fc from 'fast-check';
import { pageUsage, reportUsage } from '../../src/actions/billing/report-usage';
import { recordUsage, type Usage } from '../../src/actions/credits/record-usage';
import { balanceOf, expectTotalsOfLedger, type LedgerUsage, usageOf } from '../kits/billing/ledger';
import { organization } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const HOUR = 60 * 60 * 1_000;
const DAY = 24 * HOUR;

/** The leap day of 2028, at noon: usage may lie up to a day ahead of it, in the next month. */
const NOW = Date.UTC(2028, 1, 29, 12);

let services: TestServices;
let organizationId: string;
let count = 0;

beforeAll(async () => {
  services = await startServices({ clock: () => NOW });
});

afterAll(() => services.close());

async function newOrganization(): Promise<void> {
  organizationId = `org_${++count}`;
  await organization(services, organizationId).exists();
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** What somebody may have used: 0 is refused, and the entries beside it are not. */
const usage = (occurredAt: fc.Arbitrary<number | null>) =>
  fc.record({
    credits: fc.integer({ min: 0, max: 20 }),
    userId: fc.constantFrom(null, 'mia', 'MIA', '2026-01-01'),
    feature: fc.constantFrom('search', 'search ', 'Søk', 'mia'),
    occurredAt,
  });

test('B8 each total is the usage in the ledger, after any mix of single calls and batches at once', async () => {
  // Around midnight, the end of a month and the end of a year.
  const time = fc.constantFrom(
    Date.UTC(2025, 11, 31, 23, 59, 59, 999),
    Date.UTC(2026, 0, 1),
    Date.UTC(2026, 1, 1, 12),
    Date.UTC(2026, 1, 28, 23),
  );
  // Few calls, sent often: single, within a batch, in two batches at once; mostly as they were, and so no more than repeats.
  const calls = fc.array(usage(time), { minLength: 6, maxLength: 6 });
  const sent = fc.record({ which: fc.nat(5), more: fc.constantFrom(0, 0, 0, 1) });
  const step = fc.oneof(fc.array(sent, { minLength: 1, maxLength: 1 }), fc.array(sent, { minLength: 2, maxLength: 8 }));
  const turns = fc.array(fc.array(step, { maxLength: 3 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(calls, turns, fc.nat(60), async (calls, turns, granted) => {
      await newOrganization();
      if (granted > 0)
        await services.transactions.run(organizationId, (transaction) => {
          transaction.post({ kind: 'INCLUDED', credits: { included: granted, topUp: 0 } });
          return Promise.resolve();
        });
      const usageAt = ({ which, more }: { which: number; more: number }): Usage => {
        const { credits, ...rest } = calls[which]!;
        return { organizationId, credits: credits + more, ...rest, idempotencyKey: `key ${which}` };
      };
      for (const atOnce of turns) await Promise.all(atOnce.map((step) => recordUsage(services, step.map(usageAt))));
      await balanceOf(services, organizationId);
      await expectTotalsOfLedger(services, organizationId);
    }),
    { numRuns: 20 },
  );
});

test('B8 a report of any range by anything is what the ledger holds of it, however late or early it was recorded', async () => {
  // From two years late to a day ahead, and often at the end of a month.
  const time = fc.oneof(
    fc.constantFrom(null, NOW + DAY, NOW + 12 * HOUR - 1, Date.UTC(2027, 1, 28, 23, 59, 59, 999), Date.UTC(2027, 2, 1)),
    fc.integer({ min: NOW - 730 * DAY, max: NOW + DAY }),
  );
  const usages = fc.array(usage(time), { minLength: 20, maxLength: 60 });
  const range = fc.record({ back: fc.integer({ min: -40, max: 730 }), days: fc.integer({ min: 1, max: 366 }) });
  await fc.assert(
    fc.asyncProperty(usages, fc.array(range, { minLength: 8, maxLength: 8 }), async (usages, ranges) => {
      await newOrganization();
      const batch = usages.map((each, index) => ({ organizationId, ...each, idempotencyKey: `${index}` }));
      await recordUsage(services, batch.slice(0, 30));
      await recordUsage(services, batch.slice(30));
      await expectTotalsOfLedger(services, organizationId);
      const used = await usageOf(services, organizationId);
      expect(used).toHaveLength(usages.filter(({ credits }) => credits > 0).length);
      for (const { back, days } of ranges) {
        const first = NOW - back * DAY;
        await expectReports(used, dayOf(first), dayOf(first + (days - 1) * DAY));
      }
    }),
    { numRuns: 15 },
  );
});

const NAMES = {
  DAY: ({ day }: LedgerUsage) => day,
  USER: ({ userId }: LedgerUsage) => userId,
  FEATURE: ({ feature }: LedgerUsage) => feature,
};

/** Expects of each grouping the sums of what was used in the range, and of days their order, of the rest the most used first. */
async function expectReports(used: readonly LedgerUsage[], from: string, to: string): Promise<void> {
  for (const groupBy of ['DAY', 'USER', 'FEATURE'] as const) {
    const expected = new Map<string, number>();
    for (const each of used) {
      const name = NAMES[groupBy](each);
      if (name !== null && from <= each.day && each.day <= to)
        expected.set(name, (expected.get(name) ?? 0) + each.credits);
    }
    const report = await reportUsage(services, organizationId, { from, to, groupBy });
    expect(new Map(report.map(({ name, credits }) => [name, credits]))).toEqual(expected);
    expect(report).toHaveLength(expected.size);
    const order = report.map(({ name, credits }) => (groupBy === 'DAY' ? Date.parse(name) : 0 - credits));
    expect(order).toEqual([...order].sort((one, other) => one - other));
    for (const size of [1, 3]) {
      const paged: { place: string; name: string; credits: number }[] = [];
      for (let after: string | null = null, more = true; more;) {
        const { entries, stoppedAt } = await pageUsage(services, organizationId, { from, to, groupBy }, after, size);
        paged.push(...entries);
        after = stoppedAt ?? entries.at(-1)?.place ?? null;
        more = entries.length === size || stoppedAt !== null;
      }
      expect(new Map(paged.map(({ name, credits }) => [name, credits]))).toEqual(expected);
      expect(paged.map(({ place }) => place)).toEqual([...new Set(paged.map(({ place }) => place))].sort());
    }
  }
}
