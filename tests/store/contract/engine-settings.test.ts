import { engine } from '../../kits/service/database-url';
import { Barrier } from '../../kits/basics/gate';
import { startServices, type TestServices } from '../../kits/service/services';

/** Connections of the pool to MySQL. */
const POOL = 10;

let services: TestServices;

beforeAll(async () => {
  services = await startServices();
});

afterAll(() => services.close());

const rows = <Row>(sql: string) => services.database.reader.rows<Row>(sql);
/** The service's own tables, without what its migrations remember. */
const ownTables = () =>
  services.database.dataSource.entityMetadatas.map(({ tableName }) => `'${tableName}'`).join(', ');

if (engine === 'mysql') {
  describe('on MySQL and MariaDB', () => {
    test('I1 every text column compares byte for byte', async () => {
      const columns = await rows<{ place: string; collation: string }>(
        `SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) AS place, COLLATION_NAME AS collation
         FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND COLLATION_NAME IS NOT NULL AND TABLE_NAME IN (${ownTables()})`,
      );
      expect(columns.length).toBeGreaterThan(40);
      expect(columns.filter(({ collation }) => collation !== 'ascii_bin' && collation !== 'utf8mb4_bin')).toEqual([]);
    });

    test('I1 every id and word is ASCII, and every text of people and of the provider is all of Unicode', async () => {
      const columns = await rows<{ name: string }>(
        `SELECT DISTINCT COLUMN_NAME AS name FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND CHARACTER_SET_NAME = 'utf8mb4' AND TABLE_NAME IN (${ownTables()}) ORDER BY name`,
      );
      expect(columns.map(({ name }) => name)).toEqual(
        [
          'avatar_url',
          'body',
          'checkout_url',
          'comment',
          'details',
          'email',
          'email_key',
          'feature',
          'hosted_url',
          'method_brand',
          'method_last4',
          'name',
          'name_key',
          'number',
          'overdue_pay_url',
          'pdf_url',
          'reason',
          'value',
          'word_key',
        ].sort(),
      );
    });

    test('E1 every table has transactions', async () => {
      const tables = await rows<{ engine: string }>(
        'SELECT DISTINCT ENGINE AS engine FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
      );
      expect(tables).toEqual([{ engine: 'InnoDB' }]);
    });

    test('E1 every connection of the pool reads what has committed, waits two seconds at most, and cuts nothing off', async () => {
      const allAreOut = new Barrier(POOL);
      const settings = await Promise.all(
        Array.from({ length: POOL }, () =>
          // Transactions leave some connections to others.
          services.database.snapshot(async (reader) => {
            await allAreOut.pass();
            const found = await reader.rows<{ Variable_name: string; Value: string }>(
              `SHOW SESSION VARIABLES WHERE Variable_name IN
                 ('tx_isolation', 'transaction_isolation', 'sql_mode', 'innodb_lock_wait_timeout', 'character_set_client')`,
            );
            const [connection] = await reader.rows<{ id: number }>('SELECT CONNECTION_ID() AS id');
            const value = (...names: string[]) => found.find((row) => names.includes(row.Variable_name))?.Value;
            return {
              id: connection?.id,
              isolation: value('transaction_isolation', 'tx_isolation'),
              mode: value('sql_mode'),
              wait: value('innodb_lock_wait_timeout'),
              charset: value('character_set_client'),
            };
          }),
        ),
      );
      expect(new Set(settings.map(({ id }) => id)).size).toBe(POOL);
      const expected = {
        isolation: 'READ-COMMITTED',
        mode: 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',
        wait: '2',
        charset: 'utf8mb4',
      };
      expect(settings).toEqual(settings.map(({ id }) => ({ id, ...expected })));
    });

    test('E1 a text that is too long is refused and not cut off', async () => {
      const call = services.database.transaction((writer) =>
        writer.run("INSERT INTO users (id, name, email) VALUES ('long', ?, 'x')", ['n'.repeat(201)]),
      );
      await expect(call).rejects.toThrow(/too long/i);
    });
  });
} else {
  describe('on SQLite', () => {
    test('I1 no column and no index has a collation other than the bytes', async () => {
      const statements = await rows<{ sql: string }>("SELECT sql FROM sqlite_master WHERE sql LIKE '%COLLATE%'");
      expect(statements).toEqual([]);
    });

    test('E1 what has been acknowledged survives a power cut, and readers do not wait for the writer', async () => {
      await services.database.transaction(async (writer) => {
        expect(await writer.rows('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
      });
      expect(await rows('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    });
  });
}

describe('I1 the comparison itself', () => {
  test.each([
    ['a', 'A'],
    ['e', 'é'],
    ['é', 'e\u0301'],
    ['ss', 'ß'],
    ['👩‍💻', '👩💻'],
  ])('I1 %j is not %j', async (one, other) => {
    await services.database.transaction((writer) =>
      writer.run("INSERT INTO users (id, name, email) VALUES ('u', ?, 'x')", [one]),
    );
    const found = await services.database.reader.rows("SELECT id FROM users WHERE id = 'u' AND name = ?", [other]);
    await services.database.transaction((writer) => writer.run("DELETE FROM users WHERE id = 'u'"));
    expect(found).toEqual([]);
  });
});
