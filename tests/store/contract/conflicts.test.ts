import { Unavailable } from '../../../src/domain/refusals';
import type { Writer } from '../../../src/store/database';
import { engine } from '../../kits/service/database-url';
import { Barrier, Gate } from '../../kits/basics/gate';
import { startServices, type TestServices } from '../../kits/service/services';

/** As many as one change is tried. */
const MOST_TRIES = 8;

let services: TestServices;
let count = 0;
let [one, other] = ['', ''];

beforeAll(async () => {
  services = await startServices();
});

beforeEach(async () => {
  count += 1;
  [one, other] = [`one-${count}`, `other-${count}`];
  await services.database.transaction((writer) =>
    writer.run("INSERT INTO service_state (name, value) VALUES (?, '0'), (?, '0')", [one, other]),
  );
});

afterAll(() => services.close());

const lock = (writer: Writer, name: string) => writer.lock('SELECT name FROM service_state WHERE name = ?', [name]);
const addOne = (writer: Writer, name: string) =>
  writer.run('UPDATE service_state SET value = value + 1 WHERE name = ?', [name]);
const valueOf = async (name: string) => {
  const sql = 'SELECT value FROM service_state WHERE name = ?';
  const [row] = await services.database.reader.rows<{ value: string }>(sql, [name]);
  return Number(row?.value);
};

/** What the engine says where two writers meet. MySQL is made to say it itself; SQLite has no statement for that. */
async function meetAnother(writer: Writer, errno: number): Promise<void> {
  if (engine === 'mysql') await writer.run(`SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ${errno}`);
  const code = errno === 1213 ? 'SQLITE_BUSY_SNAPSHOT' : errno === 1205 ? 'SQLITE_BUSY' : 'SQLITE_LOCKED';
  throw Object.assign(new Error('database is locked'), { driverError: { code } });
}

describe('E1 a conflict with another writer', () => {
  test.each([
    ['a deadlock', 1213],
    ['a lock time-out', 1205],
    ['a snapshot conflict', 1020],
    ['two inserts of the same new row', 1062],
  ])('E1 %s is tried again in a new transaction, in which nothing of the failed try is left', async (_, errno) => {
    let tries = 0;
    const answer = await services.database.transaction(async (writer) => {
      tries += 1;
      await addOne(writer, one);
      if (tries < 3) await meetAnother(writer, errno);
      return tries;
    });
    expect(answer).toBe(3);
    expect(await valueOf(one)).toBe(1);
  });

  test('E1 that never ends is Unavailable after a bounded number of tries, and nothing has changed', async () => {
    let tries = 0;
    const call = services.database.transaction(async (writer) => {
      tries += 1;
      await addOne(writer, one);
      await meetAnother(writer, 1213);
    });
    await expect(call).rejects.toThrow(Unavailable);
    expect(tries).toBe(MOST_TRIES);
    expect(await valueOf(one)).toBe(0);
  });

  test('E1 a transaction in the queue behind one that is tried again does not wait for its last try', async () => {
    let tries = 0;
    const mayEnd = new Gate();
    const conflicting = services.database.transaction(async (writer) => {
      tries += 1;
      await addOne(writer, one);
      if (tries === 1) await meetAnother(writer, 1213);
      await mayEnd.opened;
    });
    const behind = services.database.transaction((writer) => addOne(writer, other));
    await behind;
    mayEnd.open();
    await conflicting;
    expect([await valueOf(one), await valueOf(other)]).toEqual([1, 1]);
  });
});

describe('E1 what is no conflict', () => {
  test.each([
    ['a statement that the database does not understand', (writer: Writer) => writer.run('THIS IS NO SQL')],
    ['a table that is not there', (writer: Writer) => writer.run('DELETE FROM there_is_no_such_table')],
    ['an error of the code', () => Promise.reject(new TypeError('undefined is not a function'))],
    ['a null where there must be a value', (writer: Writer) => writer.run('UPDATE service_state SET value = NULL')],
  ])('E1 %s is not tried again', async (_, fail) => {
    let tries = 0;
    const call = services.database.transaction(async (writer) => {
      tries += 1;
      await addOne(writer, one);
      await fail(writer);
    });
    await expect(call).rejects.not.toThrow(Unavailable);
    expect(tries).toBe(1);
    expect(await valueOf(one)).toBe(0);
  });
});

describe('E1 two writers that lock the same two rows in opposite order', () => {
  test('E1 both commit', async () => {
    // SQLite lets one writer in at a time, so that the two never meet half-way.
    const bothHoldOne = new Barrier(engine === 'mysql' ? 2 : 1);
    let tries = 0;
    const write = (first: string, second: string) =>
      services.database.transaction(async (writer) => {
        tries += 1;
        await lock(writer, first);
        await addOne(writer, first);
        await bothHoldOne.pass();
        await lock(writer, second);
        await addOne(writer, second);
      });
    await Promise.all([write(one, other), write(other, one)]);
    expect([await valueOf(one), await valueOf(other)]).toEqual([2, 2]);
    expect(tries).toBe(engine === 'mysql' ? 3 : 2);
  });
});

describe('E1 two that find nothing and insert the same row', () => {
  test('E1 both succeed, and one row is there', async () => {
    const bothFoundNothing = new Barrier(engine === 'mysql' ? 2 : 1);
    const name = `new-${count}`;
    const putIn = () =>
      services.database.transaction(async (writer) => {
        const found = await lock(writer, name);
        await bothFoundNothing.pass();
        if (found.length > 0) return 'found';
        await writer.run("INSERT INTO service_state (name, value) VALUES (?, '1')", [name]);
        return 'inserted';
      });
    expect((await Promise.all([putIn(), putIn()])).sort()).toEqual(['found', 'inserted']);
  });
});

// SQLite's writers wait in the process and not for a row.
if (engine === 'mysql')
  describe('E1 a row that stays locked', () => {
    test('E1 for longer than one wait: the wait is tried again, and what the failed try wrote is undone', async () => {
      const mayEnd = new Gate();
      const holds = new Gate();
      const holder = services.database.transaction(async (writer) => {
        await lock(writer, one);
        holds.open();
        await mayEnd.opened;
      });
      await holds.opened;

      let tries = 0;
      await services.database.transaction(async (writer) => {
        tries += 1;
        await addOne(writer, other);
        if (tries === 2) mayEnd.open();
        await lock(writer, one);
      });
      await holder;
      expect(tries).toBe(2);
      expect(await valueOf(other)).toBe(1);
    });
  });
