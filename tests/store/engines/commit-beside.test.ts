import { stat } from 'node:fs/promises';
import libsql from 'libsql';
import { commitBeside } from '../../../src/store/engines/commit-beside';
import type { Database, Writer } from '../../../src/store/database';
import { openDatabase } from '../../../src/store/open-database';
import { migrate } from '../../../src/store/schema/migrate';
import { type FreshDatabase, freshDatabase } from '../../kits/service/database-url';

describe('O6 a commit of SQLite beside other work', () => {
  let fresh: FreshDatabase;
  const opened: Database[] = [];

  const path = () => fresh.url.slice('sqlite:'.length);
  const open = async (onStatement?: (sql: string) => void) => {
    const database = await openDatabase({ url: fresh.url, ...(onStatement && { onStatement }) });
    opened.push(database);
    await migrate(database);
    return database;
  };
  const insertMany = (writer: Writer, count: number) =>
    writer.insert({
      ...{ table: 'service_state', columns: ['name', 'value'] },
      rows: Array.from({ length: count }, (_, index) => [`name-${index}`, 'x'.repeat(255)]),
    });
  const counted = async (database: Database) => {
    const [row] = await database.reader.rows<{ count: number }>('SELECT COUNT(*) AS count FROM service_state');
    return row?.count;
  };

  beforeEach(async () => {
    fresh = await freshDatabase('sqlite');
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    await fresh.drop();
  });

  test('O6 a commit ends in a later turn of the event loop, so that the process is not stopped by it', async () => {
    const order: string[] = [];
    // Nothing that another thread has done is heard of within a turn.
    const restOfTurn = async () => {
      for (let microtask = 0; microtask < 1_000; microtask++) await Promise.resolve();
    };
    const database = await open((sql) => {
      if (sql === 'COMMIT') void restOfTurn().then(() => order.push('the turn'));
    });
    const before = await counted(database);
    order.length = 0;
    await database.transaction((writer) => insertMany(writer, 10));
    order.push('the commit');
    expect(order).toEqual(['the turn', 'the commit']);
    expect(await counted(database)).toBe(before! + 10);
  });

  test('E1 a commit that SQLite refuses leaves the transaction open, to be rolled back', async () => {
    const connection = new libsql(path());
    try {
      connection.exec(`
        PRAGMA foreign_keys = ON;
        CREATE TABLE one (id INTEGER PRIMARY KEY);
        CREATE TABLE other (one_id INTEGER REFERENCES one (id) DEFERRABLE INITIALLY DEFERRED);
        BEGIN IMMEDIATE;
        INSERT INTO other (one_id) VALUES (1)`);
      await expect(commitBeside(connection)).rejects.toMatchObject({
        code: expect.stringMatching(/^SQLITE_CONSTRAINT/),
      });
      expect(connection.inTransaction).toBe(true);
      connection.exec('ROLLBACK');
      expect(connection.prepare('SELECT * FROM other').all()).toEqual([]);
    } finally {
      connection.close();
    }
  });

  test('O4 closing waits for a commit, and all of it is in the one file', async () => {
    const database = await open();
    const before = await counted(database);
    const committed = database.transaction((writer) => insertMany(writer, 1_000));
    await database.close();
    await committed;
    opened.splice(0);
    expect(await counted(await open())).toBe(before! + 1_000);
  });

  test('O4 a change that begins while the database closes ends before the log is copied', async () => {
    const database = await open();
    const before = await counted(database);
    const closed = database.close();
    const late = database.transaction((writer) => insertMany(writer, 1_000));
    await Promise.all([closed, late]);
    opened.splice(0);
    expect(await counted(await open())).toBe(before! + 1_000);
  });

  test('O6 the log is copied into the file by commits, and does not grow with each', async () => {
    const database = await open();
    await database.transaction((writer) => insertMany(writer, 10_000));
    const once = (await stat(`${path()}-wal`)).size;
    for (let round = 0; round < 5; round++)
      await database.transaction((writer) => writer.run('UPDATE service_state SET value = value || ?', [`${round}`]));
    expect((await stat(`${path()}-wal`)).size).toBeLessThan(2 * once);
  });
});
