import { join } from 'node:path';
import { migrate } from '../../src/store/schema/migrate';
import { migrations } from '../../src/store/schema/migrations';
import { type EmptyDatabase, emptyDatabase } from '../kits/service/empty-database';
import { OwnProcess } from '../kits/processes/own-process';
import { appliedIn, driftOf } from '../kits/service/schema';

const SCRIPT = join(__dirname, '../kits/processes/migrating-process.ts');
const ALL = migrations.map(({ name }) => name);

describe('instances that start together', () => {
  let empty: EmptyDatabase;

  beforeEach(async () => {
    empty = await emptyDatabase();
  });
  afterEach(() => empty.close());

  test('O1 in one process: each finds the newest schema, and every migration is applied once', async () => {
    const instances = await Promise.all([1, 2, 3, 4].map(() => empty.open()));
    await Promise.all(instances.map((instance) => migrate(instance)));
    for (const instance of instances) expect(await appliedIn(instance)).toEqual(ALL);
    expect(await driftOf(empty.url)).toEqual([]);
  });

  test('O1 in processes of their own: each finds the newest schema, and every migration is applied once', async () => {
    const instances = [1, 2, 3].map(() => new OwnProcess(SCRIPT, empty.url));
    const ends = await Promise.all(instances.map(({ ended }) => ended));
    expect(ends).toEqual(ends.map(() => ({ code: 0, output: 'migrated\n' })));
    expect(await appliedIn(await empty.open())).toEqual(ALL);
  });

  test('O1 one waits for another that is migrating, and goes on where that one dies', async () => {
    const other = new OwnProcess(SCRIPT, empty.url, 'stay');
    await other.prints('migrating');
    const database = await empty.open();
    let migrated = false;
    const migrating = migrate(database).then(() => (migrated = true));

    // Answers that come after it began, and still it waits.
    for (let asked = 0; asked < 20; asked++) await database.reader.rows('SELECT 1 AS one');
    expect(migrated).toBe(false);

    await other.kill();
    await migrating;
    expect(await appliedIn(database)).toEqual(ALL);
  });

  test('O1 a single connection is enough to migrate and to serve', async () => {
    const database = await empty.open({ poolSize: 1 });
    await migrate(database);
    expect(await appliedIn(database)).toEqual(ALL);
  });
});
