import fc from 'fast-check';
import { recordUsage, type Usage, type UsageOutcome } from '../../src/actions/credits/record-usage';
import { balanceOf, expectTotalsOfLedger } from '../kits/billing/ledger';
import { logOf } from '../kits/organizations/log';
import { organization } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const NOW = Date.UTC(2028, 1, 29, 12);
const DAY = 24 * 60 * 60 * 1_000;
const MOST = Number.MAX_SAFE_INTEGER;

/** Most entries of a call. */
const MOST_IN_A_BATCH = 1_000;

let services: TestServices;
let count = 0;

beforeAll(async () => {
  services = await startServices({ clock: () => NOW });
});

afterAll(() => services.close());

/** An organization whose credits are soon low and then used up. */
async function newOrganization(): Promise<string> {
  const organizationId = `org_${++count}`;
  await organization(services, organizationId).exists();
  await services.transactions.run(organizationId, (transaction) => {
    transaction.post({ kind: 'INCLUDED', credits: { included: 20, topUp: 0 } });
    transaction.post({ kind: 'GRANT', credits: { included: 0, topUp: 20 } });
    transaction.set({ autoRechargeEnabled: 1, autoRechargeThreshold: 10 });
    return Promise.resolve();
  });
  return organizationId;
}

/** As different from each other as they may be: each adds to a day, a month, a user and a feature of its own. */
const different = (organizationId: string, entries: number): Usage[] =>
  Array.from({ length: entries }, (_, index) => ({
    organizationId,
    userId: `user-${index}`,
    feature: `Feature ${index}`,
    credits: 1 + (index % 7),
    occurredAt: NOW - index * DAY,
    idempotencyKey: `key ${index}`,
  }));

test('B8 a batch is as many statements for ten entries as for a thousand, and as many when it is repeated', async () => {
  const statementsFor = async (organizationId: string, entries: number) => {
    services.statements.length = 0;
    await recordUsage(services, different(organizationId, entries));
    return services.statements.map((sql) => sql.slice(0, 30));
  };
  const [few, many] = [await newOrganization(), await newOrganization()];
  const [ofFew, ofMany] = [await statementsFor(few, 10), await statementsFor(many, MOST_IN_A_BATCH)];
  expect(ofMany).toEqual(ofFew);
  expect(await statementsFor(many, MOST_IN_A_BATCH)).toEqual(await statementsFor(few, 10));
  // Some that are known, and more that come to the same totals and to others.
  const later = (id: string) =>
    different(id, 500).map((each) => ({ ...each, idempotencyKey: `${each.idempotencyKey}+` }));
  services.statements.length = 0;
  await recordUsage(services, [...later(many), ...different(many, 500)]);
  // Nothing crosses the threshold, so that the log has nothing to say.
  expect(services.statements.length).toBe(ofFew.length - 1);
  expect((await balanceOf(services, many)).entries).toBe(2 + MOST_IN_A_BATCH + 500);
  await expectTotalsOfLedger(services, many);
});

/** All that is stored of an organization's usage, and what its log says. */
async function storedOf(organizationId: string) {
  const rows = (sql: string) => services.database.reader.rows(sql, [organizationId]);
  return {
    balance: await balanceOf(services, organizationId),
    ledger: await rows(
      `SELECT sequence, kind, included, top_up, user_id, feature, occurred_at, recorded_at, key_hash, values_hash
       FROM credit_ledger WHERE organization_id = ? ORDER BY sequence`,
    ),
    days: await rows(
      'SELECT `grouping`, day, name_hash, name, credits FROM usage_totals WHERE organization_id = ? ORDER BY 1, 2, 3',
    ),
    months: await rows(
      'SELECT `grouping`, month, name_hash, name, credits FROM usage_months WHERE organization_id = ? ORDER BY 1, 2, 3',
    ),
    log: (await logOf(services, organizationId)).map(({ sequence, kind, details, occurredAt }) => [
      sequence,
      kind,
      details,
      occurredAt,
    ]),
  };
}

const told = (outcome: UsageOutcome) =>
  'refusal' in outcome ? { code: outcome.refusal.code, field: outcome.refusal.field } : outcome.credits;

test('B5 B8 batches leave and answer what the same entries do one by one', async () => {
  const entry = fc.record({
    // Few, so that many are repeats or reuse a key.
    key: fc.integer({ min: 0, max: 9 }),
    credits: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) }, fc.constantFrom(MOST, MOST - 1)),
    userId: fc.constantFrom(null, 'mia', 'MIA'),
    feature: fc.constantFrom('search', 'search ', 'Søk', '"ünï\\" \u{1f600}', '\u2028'),
    occurredAt: fc.constantFrom(null, NOW, NOW - DAY, NOW + 2 * DAY, Date.UTC(2000), Date.UTC(2027, 11, 31, 23)),
  });
  const batches = fc.array(fc.array(entry, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(batches, async (batches) => {
      const [together, alone] = [await newOrganization(), await newOrganization()];
      for (const batch of batches) {
        const of = (organizationId: string) =>
          batch.map(({ key, ...rest }): Usage => ({ organizationId, idempotencyKey: `key ${key}`, ...rest }));
        const outcomes = await recordUsage(services, of(together));
        const oneByOne: UsageOutcome[] = [];
        for (const each of of(alone)) oneByOne.push(...(await recordUsage(services, [each])));
        expect(outcomes.map(told)).toEqual(oneByOne.map(told));
      }
      expect(await storedOf(together)).toEqual(await storedOf(alone));
    }),
    { numRuns: 40 },
  );
});
