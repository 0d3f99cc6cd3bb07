import libsql from 'libsql';
import { Unavailable } from '../../../src/domain/refusals';
import type { Database } from '../../../src/store/database';
import { openDatabase } from '../../../src/store/open-database';
import { migrate } from '../../../src/store/schema/migrate';
import { type FreshDatabase, freshDatabase } from '../../kits/service/database-url';
import { longestTurn } from '../../kits/measures/longest-turn';

/** SQLite's own waiting would take five seconds, on any machine. */
const FROZEN = 2_500;

/** A wait that ends soon, so that the test does. */
const SHORT_TIMEOUT = { most: 100, timeout: 20 };

describe('O6 somebody else has locked an SQLite file', () => {
  let fresh: FreshDatabase;
  let somebody: libsql.Database;
  const opened: Database[] = [];

  const path = () => fresh.url.slice('sqlite:'.length);
  const open = async (queue = { most: 100, timeout: 60_000 }) => {
    const database = await openDatabase({ url: fresh.url, queue });
    opened.push(database);
    return database;
  };
  const openMigrated = async (queue?: typeof SHORT_TIMEOUT) => {
    const database = await open(queue);
    await migrate(database);
    return database;
  };
  const change = (database: Database, name: string) =>
    database.transaction((writer) => writer.run("INSERT INTO service_state (name, value) VALUES (?, '')", [name]));
  const names = async (database: Database) =>
    (await database.reader.rows<{ name: string }>('SELECT name FROM service_state')).map(({ name }) => name);
  /** As a shell that begins a transaction, and as one that wants the file exclusively. */
  const lock = () => somebody.exec('BEGIN IMMEDIATE');
  const lockWhole = () =>
    somebody.exec('PRAGMA journal_mode = WAL; PRAGMA locking_mode = EXCLUSIVE; BEGIN; CREATE TABLE theirs (a int)');
  const unlock = () => somebody.exec('ROLLBACK');

  beforeEach(async () => {
    fresh = await freshDatabase('sqlite');
    somebody = new libsql(path());
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    somebody.close();
    await fresh.drop();
  });

  test('a change waits until it is free, and others read and the process continues', async () => {
    const database = await openMigrated();
    lock();
    const longest = await longestTurn(async () => {
      const changing = change(database, 'later');
      expect(await names(database)).toEqual([]);
      await database.ping();
      unlock();
      await changing;
    });
    expect(longest).toBeLessThan(FROZEN);
    expect(await names(database)).toEqual(['later']);
  });

  test('a change that has waited for as long as one waits is Unavailable, and the next one is made when it is free', async () => {
    const database = await openMigrated(SHORT_TIMEOUT);
    lock();
    const longest = await longestTurn(async () => {
      const changing = change(database, 'never');
      await expect(changing).rejects.toBeInstanceOf(Unavailable);
      await expect(changing).rejects.toThrow('Another process has had the database file locked for 20 milliseconds.');
    });
    expect(longest).toBeLessThan(FROZEN);
    unlock();
    await change(database, 'later');
    expect(await names(database)).toEqual(['later']);
  });

  test('opening it waits, within bounds', async () => {
    lockWhole();
    const longest = await longestTurn(async () => {
      await expect(open(SHORT_TIMEOUT)).rejects.toBeInstanceOf(Unavailable);
      const opening = open();
      setImmediate(() => {
        unlock();
        somebody.close();
        somebody = new libsql(path());
      });
      await (await opening).ping();
    });
    expect(longest).toBeLessThan(FROZEN);
  });

  test('a migration waits', async () => {
    const database = await open();
    lock();
    const longest = await longestTurn(async () => {
      const migrating = migrate(database);
      setImmediate(unlock);
      await migrating;
    });
    expect(longest).toBeLessThan(FROZEN);
    expect(await names(database)).toEqual([]);
  });

  test('the process ends while it is locked', async () => {
    const database = await openMigrated(SHORT_TIMEOUT);
    lock();
    const longest = await longestTurn(async () => {
      await Promise.all([expect(change(database, 'never')).rejects.toBeInstanceOf(Unavailable), database.close()]);
    });
    expect(longest).toBeLessThan(FROZEN);
    opened.splice(0);
    unlock();
  });
});
