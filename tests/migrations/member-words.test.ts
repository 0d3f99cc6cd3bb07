import { migrate } from '../../src/store/schema/migrate';
import type { Database } from '../../src/store/database';
import { eligibleTeammates } from '../../src/store/teammates';
import { engine } from '../kits/service/database-url';
import { type EmptyDatabase, emptyDatabase } from '../kits/service/empty-database';
import { fillWithMembers } from '../kits/organizations/many-members';
import { expectWordsOfNames } from '../kits/organizations/member-words';
import { appliedIn, driftOf, tablesIn } from '../kits/service/schema';
import { organization } from '../kits/organizations/seed';
import { ServerProxy } from '../kits/servers/server-proxy';
import { servicesOn } from '../kits/service/services';

const MIGRATION = 'MemberWords1795948330236';

/** More than a page of members, in an organization between smaller ones. */
const ORGANIZATIONS = { ACME: 3, acme: 2_300, acmf: 1, zeta: 2 };

let empty: EmptyDatabase;
let database: Database;

/** Members who were there before they could be found by the words of their names. */
beforeEach(async () => {
  empty = await emptyDatabase();
  database = await empty.open();
  await migrate(database);
  const services = servicesOn(database);
  for (const [id, members] of Object.entries(ORGANIZATIONS)) {
    await organization(services, id).exists();
    await fillWithMembers(services, id, members, (index) => ({
      id: `${id}-${index}`,
      name: index === 0 ? '' : `Søren van der ${index} Müller`,
      email: `~${index}`,
      billingRole: 'TEAMMATE',
    }));
  }
  services.positionWatcher.close();
  await undo();
});
afterEach(() => empty.close());

/** Goes back to before the migration, past whatever came after it. */
async function undo(): Promise<void> {
  while ((await appliedIn(database)).includes(MIGRATION)) await database.dataSource.undoLastMigration();
  expect(await tablesIn(database)).not.toContain('member_words');
}

async function expectWords(): Promise<void> {
  for (const id of Object.keys(ORGANIZATIONS)) await expectWordsOfNames({ database }, id);
  const [first] = await eligibleTeammates(database.reader, 'acme', null, 'soren van der 2299', 2);
  expect(first?.id).toBe('acme-2299');
}

test('O5 R9 the words of all members are filled from their names', async () => {
  await migrate(database);
  await expectWords();
});

test('O5 R9 they go and come back, with who joins in between, and differ from the entities in nothing', async () => {
  for (let times = 0; times < 2; times++) {
    await migrate(database);
    const services = servicesOn(database);
    await organization(services, 'zeta').hasMember(`new-${times}`);
    services.positionWatcher.close();
    await expectWords();
    await undo();
  }
  await migrate(database);
  await expectWords();
  expect(await driftOf(empty.url)).toEqual([]);
});

if (engine === 'mysql') {
  const moments = (['BEFORE', 'AFTER'] as const).flatMap((when) =>
    ['CREATE TABLE `member_words`', 'REPLACE INTO member_words'].map((statement) => ({ when, statement })),
  );

  test.each(moments)('O5 R9 cut short $when $statement it goes on when it is repeated', async (moment) => {
    const proxy = await ServerProxy.before(empty.url);
    const cut = proxy.cutAt(moment.statement, moment.when);
    const through = await empty.open({ url: proxy.url });
    await expect(migrate(through)).rejects.toThrow();
    await cut;
    await migrate(database);
    await expectWords();
    expect(await driftOf(empty.url)).toEqual([]);
    await proxy.close();
  });
}
