import { migrate } from '../../src/store/schema/migrate';
import type { Database } from '../../src/store/database';
import { engine } from '../kits/service/database-url';
import { type EmptyDatabase, emptyDatabase } from '../kits/service/empty-database';
import { fillWithMembers } from '../kits/organizations/many-members';
import { logOf } from '../kits/organizations/log';
import { appliedIn, driftOf } from '../kits/service/schema';
import { organization, seedAcme } from '../kits/organizations/seed';
import { ServerProxy } from '../kits/servers/server-proxy';
import { servicesOn } from '../kits/service/services';

const MIGRATION = 'JoinedPositions1795894864472';
const ORGANIZATIONS = ['acme', 'Acme'];

let empty: EmptyDatabase;
let database: Database;

/** Two organizations in which somebody has joined twice, and one member is there past the log; from before the migration. */
beforeEach(async () => {
  empty = await emptyDatabase();
  database = await empty.open();
  await migrate(database);
  const services = servicesOn(database);
  for (const id of ORGANIZATIONS) {
    await seedAcme(services, id);
    await organization(services, id).loses('mia');
    await organization(services, id).hasMember('MIA');
    if (id === 'acme') await organization(services, id).hasMember('mia');
  }
  await fillWithMembers(services, 'acme', 1, () => ({ id: 'seeded', name: '', email: '', billingRole: 'TEAMMATE' }));
  services.positionWatcher.close();
  await undo();
});
afterEach(() => empty.close());

/** Goes back to before the migration, past whatever came after it. */
async function undo(): Promise<void> {
  while ((await appliedIn(database)).includes(MIGRATION)) await database.dataSource.undoLastMigration();
}

interface Joined {
  readonly userId: string;
  readonly version: number | null;
  readonly sequence: number | null;
}

/** Of each member, what the table says, and what the log does. */
async function expectJoinsOfLog(): Promise<void> {
  for (const id of ORGANIZATIONS) {
    const members = await database.reader.rows<Joined>(
      'SELECT user_id AS userId, joined_version AS version, joined_sequence AS sequence FROM members WHERE organization_id = ?',
      [id],
    );
    const log = await logOf({ database }, id);
    expect(members.length).toBeGreaterThan(4);
    for (const member of members) {
      const join = log.findLast(({ kind, subjectId }) => kind === 'TEAMMATE_JOINED' && subjectId === member.userId);
      expect({ id, ...member }).toEqual({
        id,
        userId: member.userId,
        version: join?.version ?? null,
        sequence: join?.sequence ?? null,
      });
    }
  }
}

test('O5 A10 where each member joined is filled from the log, and stays null where the log does not tell of it', async () => {
  await migrate(database);
  await expectJoinsOfLog();
  const [seeded] = await database.reader.rows("SELECT joined_version AS v FROM members WHERE user_id = 'seeded'");
  expect(seeded).toEqual({ v: null });
});

test('O5 A10 it goes and comes back as it was, with who joins in between, and differs from the entities in nothing', async () => {
  for (let times = 0; times < 2; times++) {
    await migrate(database);
    const services = servicesOn(database);
    await organization(services, 'acme').hasMember(`new-${times}`);
    services.positionWatcher.close();
    await expectJoinsOfLog();
    await undo();
  }
  await migrate(database);
  await expectJoinsOfLog();
  expect(await driftOf(empty.url)).toEqual([]);
});

if (engine === 'mysql') {
  const moments = (['BEFORE', 'AFTER'] as const).flatMap((when) =>
    ['ALTER TABLE `members` ADD `joined_sequence`', 'UPDATE members JOIN'].map((statement) => ({ when, statement })),
  );

  test.each(moments)('O5 A10 cut short $when $statement it goes on when it is repeated', async (moment) => {
    const proxy = await ServerProxy.before(empty.url);
    const cut = proxy.cutAt(moment.statement, moment.when);
    const through = await empty.open({ url: proxy.url });
    await expect(migrate(through)).rejects.toThrow();
    await cut;
    await migrate(database);
    await expectJoinsOfLog();
    expect(await driftOf(empty.url)).toEqual([]);
    await proxy.close();
  });
}
