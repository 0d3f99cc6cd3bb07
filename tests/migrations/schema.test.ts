import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mysqlDataSource } from '../../src/store/engines/mysql';
import { readMysqlAddress } from '../../src/store/engines/mysql-address';
import { sqliteDataSource } from '../../src/store/engines/sqlite';
import { migrate } from '../../src/store/schema/migrate';
import { migrations } from '../../src/store/schema/migrations';
import { type EmptyDatabase, emptyDatabase } from '../kits/service/empty-database';
import { expectSound } from '../kits/organizations/log';
import { appliedIn, driftOf, tablesIn } from '../kits/service/schema';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices } from '../kits/service/services';

describe('the migrations', () => {
  const files = readdirSync(join(__dirname, '../../migrations')).sort();
  const names = migrations.map((Migration) => new Migration().name ?? '');

  test('O5 every file in the folder is in the list, oldest first, under the name of its file', () => {
    expect(names).toEqual(files.map((file) => nameFor(basename(file, '.ts'))));
  });

  test('O5 the same migrations serve every engine', () => {
    expect(mysqlDataSource(readMysqlAddress('mysql://root@127.0.0.1/billing')).options.migrations).toEqual(migrations);
    expect(sqliteDataSource('billing.sqlite').options.migrations).toEqual(migrations);
  });
});

describe('a database', () => {
  let empty: EmptyDatabase;

  beforeEach(async () => {
    empty = await emptyDatabase();
  });
  afterEach(() => empty.close());

  test('O5 goes forward from nothing, all the way back and forward again, and differs from the entities in nothing', async () => {
    const database = await empty.open();
    const { dataSource } = database;

    await migrate(database);
    const tables = await tablesIn(database);
    expect(tables).toEqual(dataSource.entityMetadatas.map(({ tableName }) => tableName).sort());
    expect(await appliedIn(database)).toEqual(migrations.map(({ name }) => name));
    expect(await driftOf(empty.url)).toEqual([]);

    for (let back = 0; back < migrations.length; back++) await dataSource.undoLastMigration();
    expect(await tablesIn(database)).toEqual([]);
    expect(await appliedIn(database)).toEqual([]);

    await migrate(database);
    expect(await tablesIn(database)).toEqual(tables);
    expect(await driftOf(empty.url)).toEqual([]);
  });

  test('O5 goes one step back and forward again at any point, and differs from the entities in nothing', async () => {
    const database = await empty.open();
    const { dataSource } = database;
    await migrate(database);
    await dataSource.undoLastMigration();
    expect(await appliedIn(database)).toEqual(migrations.slice(0, -1).map(({ name }) => name));
    await migrate(database);
    expect(await driftOf(empty.url)).toEqual([]);
  });

  test('O5 keeps who is who and the whole log when it goes back to the first migration and forward again', async () => {
    const services = await startServices();
    await seedAcme(services);
    const { reader, dataSource } = services.database;
    const held = () =>
      Promise.all([
        reader.rows('SELECT id, name, version, sequence, head_hash FROM organizations ORDER BY id'),
        reader.rows('SELECT id, name, email FROM users ORDER BY id'),
        reader.rows('SELECT user_id, role, standing, granted_by FROM members ORDER BY user_id'),
        reader.rows('SELECT sequence, version, kind, details, hash FROM log_entries ORDER BY sequence'),
      ]);
    const before = await held();
    for (let back = 1; back < migrations.length; back++) await dataSource.undoLastMigration();
    expect(await held()).toEqual(before);
    await migrate(services.database);
    expect(await held()).toEqual(before);
    await expectSound(services, 'acme');
    await services.close();
  });

  test('O1 that is at the newest migration keeps all it holds when it is migrated once more', async () => {
    const services = await startServices();
    const acme = organization(services, 'acme');
    await acme.exists();
    await acme.hasOwner('olivia');
    const { database } = services;
    const held = async () => {
      const tables = await tablesIn(database);
      return Promise.all(tables.map(async (table) => [table, await database.reader.rows(`SELECT * FROM ${table}`)]));
    };
    const before = await held();
    await migrate(database);
    expect(await held()).toEqual(before);
    await services.close();
  });
});

/** `1700000000000-add-credit-ledger` holds `AddCreditLedger1700000000000`, by which TypeORM sorts and remembers it. */
function nameFor(file: string): string {
  const [stamp = '', ...words] = file.split('-');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') + stamp;
}
