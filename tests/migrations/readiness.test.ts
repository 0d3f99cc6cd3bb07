import { hasPendingMigrations, migrate } from '../../src/store/schema/migrate';
import { type EmptyDatabase, emptyDatabase } from '../kits/service/empty-database';
import { tablesIn } from '../kits/service/schema';
import { startAnother, startTestService } from '../kits/service/service';
import { BadSetting } from '../../src/server/settings';
import { openDatabase } from '../../src/store/open-database';

describe('pending migrations', () => {
  let empty: EmptyDatabase;

  beforeEach(async () => {
    empty = await emptyDatabase();
  });
  afterEach(() => empty.close());

  test('O1 are known before and after, and after the newest one was reverted', async () => {
    const database = await empty.open();
    expect(await hasPendingMigrations(database)).toBe(true);
    await migrate(database);
    expect(await hasPendingMigrations(database)).toBe(false);
    await database.dataSource.undoLastMigration();
    expect(await hasPendingMigrations(database)).toBe(true);
  });

  test('O1 are asked about without a word and without a trace', async () => {
    const spies = (['log', 'info', 'warn', 'error'] as const).map((name) => jest.spyOn(console, name));
    const database = await empty.open();
    await hasPendingMigrations(database);
    expect(await tablesIn(database)).toEqual([]);
    expect(await database.reader.rows(ANY_TABLE[database.engine])).toEqual([]);
    await migrate(database);
    await hasPendingMigrations(database);
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  test.each(['0', '1'])(
    'O7 a build starts on no tables that a newer one has migrated, and one that runs stays ready: %s',
    async (onStart) => {
      const running = await startTestService({ isMigrated: false });
      await running.services.database.transaction((writer) =>
        writer.run("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'OfTomorrow9999999999999')"),
      );
      expect((await fetch(`${running.address}/readyz`)).status).toBe(200);
      await expect(startAnother(running, { environment: { MIGRATE_ON_START: onStart } })).rejects.toThrow(
        new BadSetting(
          'DATABASE_URL names a database that a newer version has migrated (OfTomorrow9999999999999). Start that version, or a newer one.',
        ),
      );
      expect((await fetch(`${running.address}/readyz`)).status).toBe(200);
      await running.close();
    },
  );

  test('O1 with MIGRATE_ON_START=0 the service touches no schema and is not ready until somebody else has migrated', async () => {
    const service = await startTestService({ isMigrated: false, environment: { MIGRATE_ON_START: '0' } });
    const ready = async () => {
      const response = await fetch(`${service.address}/readyz`);
      return { status: response.status, missing: ((await response.json()) as { missing?: string[] }).missing };
    };
    const operator = await openDatabase({ url: service.databaseUrl });

    expect(await ready()).toEqual({ status: 503, missing: ['migrations'] });
    expect((await fetch(`${service.address}/healthz`)).status).toBe(200);
    expect(await operator.reader.rows(ANY_TABLE[operator.engine])).toEqual([]);

    await migrate(operator);
    expect(await ready()).toEqual({ status: 200, missing: undefined });
    const { data } = await service.asHost(
      'mutation { syncOrganization(input: { id: "acme", name: "Acme" }) { changed } }',
    );
    expect(data).toEqual({ syncOrganization: { changed: true } });

    await operator.close();
    await service.close();
  });

  test('O1 the service migrates before it listens', async () => {
    const service = await startTestService({ isMigrated: false });
    expect((await fetch(`${service.address}/readyz`)).status).toBe(200);
    await service.close();
  });
});

/** Also those that keep the books of migrations. */
const ANY_TABLE = {
  sqlite: "SELECT name FROM sqlite_master WHERE type = 'table'",
  mysql: 'SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()',
};
