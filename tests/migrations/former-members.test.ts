import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { removeUser } from '../../src/actions/directory/remove-user';
import { peopleIn } from '../../src/store/people';
import { migrate } from '../../src/store/schema/migrate';
import type { Database } from '../../src/store/database';
import { engine } from '../kits/service/database-url';
import { type EmptyDatabase, emptyDatabase } from '../kits/service/empty-database';
import { appliedIn, driftOf } from '../kits/service/schema';
import { seedAcme } from '../kits/organizations/seed';
import { ServerProxy } from '../kits/servers/server-proxy';
import { servicesOn } from '../kits/service/services';

const MIGRATION = 'FormerMembers1795912520679';

let empty: EmptyDatabase;
let database: Database;

/** Everybody is called after what happened to them. Only the service's own calls were made, and then the table goes. */
beforeEach(async () => {
  empty = await emptyDatabase();
  database = await empty.open();
  await migrate(database);
  const services = servicesOn(database);
  const acme = await seedAcme(services, 'acme');
  const globex = await seedAcme(services, 'globex');
  const gone = await seedAcme(services, 'gone');
  const profile = (id: string, name: string) => ({ id, name, email: `${id}@example.com` });
  const joins = (where: typeof acme, id: string, name = `Name of ${id}`) => where.hasProfile(profile(id, name));

  const leavers = ['left', 'LEFT', 'left-and-elsewhere-since', 'left-and-elsewhere-unchanged', 'left-and-back'];
  for (const id of [...leavers, 'left-and-removed', 'left-and-being-removed']) {
    await joins(acme, id);
    await acme.loses(id);
  }
  await joins(globex, 'left-and-elsewhere-since', 'Name that globex sent');
  await joins(globex, 'left-and-elsewhere-unchanged');
  await joins(acme, 'left-and-back');

  await joins(acme, 'left-by-another-name');
  await joins(acme, 'left-by-another-name', 'Another name');
  await acme.loses('left-by-another-name');

  await joins(globex, 'elsewhere-before');
  await globex.loses('elsewhere-before');
  await joins(acme, 'elsewhere-before');
  await acme.loses('elsewhere-before');

  await removeUser(services, { userId: 'left-and-removed' });
  await database.transaction((writer) =>
    writer.run("UPDATE users SET follow_up = 'ERASURE' WHERE id = 'left-and-being-removed'"),
  );

  await joins(gone, 'left-what-is-gone');
  await gone.loses('left-what-is-gone');
  await removeOrganization(services, { organizationId: 'gone' });
  services.positionWatcher.close();
  await undo();
});
afterEach(() => empty.close());

/** Goes back to before the migration, past whatever came after it. */
async function undo(): Promise<void> {
  while ((await appliedIn(database)).includes(MIGRATION)) await database.dataSource.undoLastMigration();
}

const kept = () =>
  database.reader.rows('SELECT organization_id AS at, user_id AS id, name FROM former_members ORDER BY user_id');

const EXPECTED = [
  { at: 'acme', id: 'LEFT', name: 'Name of LEFT' },
  { at: 'acme', id: 'left', name: 'Name of left' },
  { at: 'acme', id: 'left-by-another-name', name: 'Another name' },
];

test('O5 A10 only names of users that no other organization has ever named are kept', async () => {
  await migrate(database);
  expect(await kept()).toEqual(EXPECTED);
  const shown = (userId: string) => peopleIn(database.reader, [{ organizationId: 'acme', userId }]);
  expect(await shown('left')).toEqual([{ id: 'left', name: 'Name of left', email: '', avatarUrl: null }]);
  expect(await shown('left-and-elsewhere-since')).toEqual([null]);
});

test('O5 A10 it goes and comes back as it was, and differs from the entities in nothing', async () => {
  for (let times = 0; times < 2; times++) {
    await migrate(database);
    expect(await kept()).toEqual(EXPECTED);
    await undo();
  }
  await migrate(database);
  expect(await driftOf(empty.url)).toEqual([]);
});

if (engine === 'mysql') {
  const moments = (['BEFORE', 'AFTER'] as const).flatMap((when) =>
    ['CREATE TABLE `former_members`', 'INSERT IGNORE INTO former_members'].map((statement) => ({ when, statement })),
  );

  test.each(moments)('O5 A10 cut short $when $statement it goes on when it is repeated', async (moment) => {
    const proxy = await ServerProxy.before(empty.url);
    const cut = proxy.cutAt(moment.statement, moment.when);
    const through = await empty.open({ url: proxy.url });
    await expect(migrate(through)).rejects.toThrow();
    await cut;
    await migrate(database);
    expect(await kept()).toEqual(EXPECTED);
    expect(await driftOf(empty.url)).toEqual([]);
    await proxy.close();
  });
}
