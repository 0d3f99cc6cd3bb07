import { reportUsage } from '../../src/actions/billing/report-usage';
import { recordUsage } from '../../src/actions/credits/record-usage';
import { migrate } from '../../src/store/schema/migrate';
import type { Database } from '../../src/store/database';
import { engine } from '../kits/service/database-url';
import { type EmptyDatabase, emptyDatabase } from '../kits/service/empty-database';
import { expectTotalsOfLedger } from '../kits/billing/ledger';
import { ServerProxy } from '../kits/servers/server-proxy';
import { appliedIn, driftOf, tablesIn } from '../kits/service/schema';
import { organization } from '../kits/organizations/seed';
import { servicesOn } from '../kits/service/services';

const MIGRATION = 'UsageMonths1795513874650';
const ORGANIZATIONS = ['acme', 'Acme'];

/** Days around the ends of months, a leap day among them. */
const DAYS = ['2027-12-31', '2028-01-01', '2028-01-31', '2028-02-28', '2028-02-29', '2028-03-01'];
const NOW = Date.UTC(2028, 2, 2);

let empty: EmptyDatabase;
let database: Database;

/** Two organizations with usage, on a database that has gone back to before there were totals of months. */
beforeEach(async () => {
  empty = await emptyDatabase();
  database = await empty.open();
  await migrate(database);
  const services = servicesOn(database, { clock: () => NOW });
  for (const id of ORGANIZATIONS) await organization(services, id).exists();
  await record(0);
  await undo();
});
afterEach(() => empty.close());

/** Goes back to before the migration, past whatever came after it. */
async function undo(): Promise<void> {
  while ((await appliedIn(database)).includes(MIGRATION)) await database.dataSource.undoLastMigration();
}

async function record(from: number): Promise<void> {
  const services = servicesOn(database, { clock: () => NOW });
  const usages = ORGANIZATIONS.flatMap((organizationId) =>
    DAYS.flatMap((day, index) =>
      ['mia', 'MIA', null].map((userId, which) => ({
        organizationId,
        userId,
        feature: which === 0 ? 'search' : 'search ',
        credits: 1 + index + 10 * which,
        occurredAt: Date.parse(day),
        idempotencyKey: `${from + index} ${which}`,
      })),
    ),
  );
  for (const outcome of await recordUsage(services, usages)) expect(outcome).toHaveProperty('credits');
  await services.background.settled();
  services.positionWatcher.close();
}

async function expectTotals(): Promise<void> {
  for (const id of ORGANIZATIONS) await expectTotalsOfLedger({ database }, id);
}

test('O5 B8 totals of months are filled from what the ledger holds, and usage goes on from there', async () => {
  expect(await tablesIn(database)).not.toContain('usage_months');
  await migrate(database);
  await expectTotals();
  await record(DAYS.length);
  await expectTotals();
  const range = { from: '2028-01-01', to: '2028-02-29', groupBy: 'USER' as const };
  expect(await reportUsage(servicesOn(database), 'acme', range)).toEqual([
    { name: 'MIA', credits: 2 * (4 * 11 + 1 + 2 + 3 + 4) },
    { name: 'mia', credits: 2 * (4 + 1 + 2 + 3 + 4) },
  ]);
});

test('O5 B8 they go and come back as they were, and differ from the entities in nothing', async () => {
  for (let times = 0; times < 2; times++) {
    await migrate(database);
    await expectTotals();
    await undo();
    expect(await tablesIn(database)).not.toContain('usage_months');
  }
  await migrate(database);
  await expectTotals();
  expect(await driftOf(empty.url)).toEqual([]);
});

if (engine === 'mysql') {
  const moments = (['BEFORE', 'AFTER'] as const).flatMap((when) =>
    ['CREATE TABLE `usage_months`', 'REPLACE INTO usage_months'].map((statement) => ({ when, statement })),
  );

  test.each(moments)(
    'O5 a migration that was cut short $when $statement goes on when it is repeated',
    async (moment) => {
      const proxy = await ServerProxy.before(empty.url);
      const cut = proxy.cutAt(moment.statement, moment.when);
      const through = await empty.open({ url: proxy.url });
      await expect(migrate(through)).rejects.toThrow();
      await cut;
      await migrate(database);
      await expectTotals();
      expect(await appliedIn(database)).toContain(MIGRATION);
      expect(await driftOf(empty.url)).toEqual([]);
      await proxy.close();
    },
  );
}
