import type { Reader, Writer } from '../../../src/store/database';
import { Gate } from '../../kits/basics/gate';
import { startServices, type TestServices } from '../../kits/service/services';

let services: TestServices;
let key: string;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});

beforeEach(() => {
  count += 1;
  key = `test-${count}`;
});

afterAll(() => services.close());

const insert = (writer: Writer, name: string, value = '0') =>
  writer.run('INSERT INTO service_state (name, value) VALUES (?, ?)', [`${key}-${name}`, value]);
const read = async (reader: Reader = services.database.reader) => {
  const rows = await reader.rows<{ name: string }>('SELECT name FROM service_state WHERE name LIKE ? ORDER BY name', [
    `${key}-%`,
  ]);
  return rows.map(({ name }) => name.slice(key.length + 1));
};

class Undone extends Error {}

describe('E1 transactions that are open at once do not mix', () => {
  test('E1 the rollback of one takes its own rows and nothing of the other', async () => {
    const otherHasBegun = new Gate();
    const one = services.database.transaction(async (writer) => {
      await insert(writer, 'undone-1');
      await otherHasBegun.opened;
      await insert(writer, 'undone-2');
      throw new Undone();
    });
    const other = services.database.transaction((writer) => insert(writer, 'kept'));
    otherHasBegun.open();
    await expect(one).rejects.toThrow(Undone);
    await other;
    expect(await read()).toEqual(['kept']);
  });

  test('E1 of fifty, each second one rolled back, just the others’ rows are there', async () => {
    const all = Array.from({ length: 50 }, (_, index) => String(index).padStart(2, '0'));
    await Promise.allSettled(
      all.map((name, index) =>
        services.database.transaction(async (writer) => {
          await insert(writer, name);
          await writer.rows('SELECT 1');
          if (index % 2 === 1) throw new Undone();
        }),
      ),
    );
    expect(await read()).toEqual(all.filter((_, index) => index % 2 === 0));
  });

  test('E1 a commit keeps no row of a transaction that is still open', async () => {
    const mayEnd = new Gate();
    const open = services.database.transaction(async (writer) => {
      await insert(writer, 'open');
      await mayEnd.opened;
      throw new Undone();
    });
    const committed = services.database.transaction((writer) => insert(writer, 'committed'));
    mayEnd.open();
    await expect(open).rejects.toThrow(Undone);
    await committed;
    expect(await read()).toEqual(['committed']);
  });
});

describe('E1 what has not committed is seen by its own transaction alone', () => {
  test('E1 a plain read sees nothing of it, does not wait for it, and sees all of it after the commit', async () => {
    await services.database.transaction(async (writer) => {
      await insert(writer, 'a');
      expect(await read()).toEqual([]);
      expect(await read(writer)).toEqual(['a']);
      await insert(writer, 'b');
      expect(await read()).toEqual([]);
    });
    expect(await read()).toEqual(['a', 'b']);
  });

  test('E1 nor of an update, a deletion, or what is rolled back', async () => {
    await services.database.transaction((writer) => insert(writer, 'row', 'before'));
    const value = async () => {
      const sql = 'SELECT value FROM service_state WHERE name = ?';
      const rows = await services.database.reader.rows<{ value: string }>(sql, [`${key}-row`]);
      return rows.map((row) => row.value);
    };
    const undone = services.database.transaction(async (writer) => {
      await writer.run("UPDATE service_state SET value = 'after' WHERE name = ?", [`${key}-row`]);
      expect(await value()).toEqual(['before']);
      await writer.run('DELETE FROM service_state WHERE name = ?', [`${key}-row`]);
      expect(await value()).toEqual(['before']);
      throw new Undone();
    });
    await expect(undone).rejects.toThrow(Undone);
    expect(await value()).toEqual(['before']);
  });
});

describe('E1 a locked row', () => {
  test('E2 fifty that read, add one and write back at once lose no step', async () => {
    await services.database.transaction((writer) => insert(writer, 'counter'));
    const name = `${key}-counter`;
    const steps = Array.from({ length: 50 }, () =>
      services.database.transaction(async (writer) => {
        const [row] = await writer.lock<{ value: string }>('SELECT value FROM service_state WHERE name = ?', [name]);
        await writer.rows('SELECT 1');
        const value = Number(row?.value) + 1;
        await writer.run('UPDATE service_state SET value = ? WHERE name = ?', [String(value), name]);
        return value;
      }),
    );
    const seen = await Promise.all(steps);
    expect(seen.sort((one, other) => one - other)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  test('E1 a read within a transaction finds what committed while it waited for the lock', async () => {
    await services.database.transaction((writer) => insert(writer, 'guard'));
    const holds = new Gate();
    const first = services.database.transaction(async (writer) => {
      await writer.lock('SELECT name FROM service_state WHERE name = ?', [`${key}-guard`]);
      holds.open();
      await insert(writer, 'news');
    });
    await holds.opened;
    const second = services.database.transaction(async (writer) => {
      await writer.lock('SELECT name FROM service_state WHERE name = ?', [`${key}-guard`]);
      return read(writer);
    });
    await first;
    expect(await second).toEqual(['guard', 'news']);
  });
});

describe('E1 a transaction that takes several turns of the event loop', () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => [`${index}`, '0']);
  const insertAll = (writer: Writer) =>
    writer.insert({
      ...{ table: 'service_state', columns: ['name', 'value'] },
      rows: rows.map(([name = '', value = '']) => [`${key}-${name}`, value]),
    });

  /** Whatever another connection finds in each turn while `work` is done; time passes with each look at the clock. */
  async function foundBeside(work: () => Promise<unknown>): Promise<number[]> {
    const found: number[] = [];
    let isOver = false;
    // What an earlier turn has noted is of another clock.
    await new Promise(setImmediate);
    let now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 1));
    const done = work().finally(() => (isOver = true));
    const turns = async () => {
      while (!isOver) {
        await new Promise(setImmediate);
        if (!isOver) found.push((await read()).length);
      }
    };
    await Promise.all([done, turns()]).finally(() => clock.mockRestore());
    return found;
  }

  test('E1 others read in between, and see nothing of it before the commit', async () => {
    const found = await foundBeside(() => services.database.transaction(insertAll));
    expect(found.length).toBeGreaterThan(1);
    expect(found[0]).toBe(0);
    // The last looks may come after the commit.
    expect(found.filter((count) => count !== 0 && count !== rows.length)).toEqual([]);
    expect(await read()).toHaveLength(rows.length);
  });

  test('E1 an error after many rows leaves none of them', async () => {
    const found = await foundBeside(() =>
      services.database
        .transaction(async (writer) => {
          await insertAll(writer);
          throw new Undone();
        })
        .catch((error: unknown) => expect(error).toBeInstanceOf(Undone)),
    );
    expect(new Set(found)).toEqual(new Set([0]));
    expect(await read()).toEqual([]);
  });

  test('E1 a row that is there already refuses all rows of the insert', async () => {
    await services.database.transaction((writer) => insert(writer, '999'));
    await expect(services.database.transaction(insertAll)).rejects.toThrow();
    expect(await read()).toEqual(['999']);
  });

  test('E1 others that write wait until it has ended', async () => {
    const order: string[] = [];
    await foundBeside(() =>
      Promise.all([
        services.database.transaction(insertAll).then(() => order.push('many')),
        services.database.transaction((writer) => insert(writer, 'one')).then(() => order.push('one')),
      ]),
    );
    if (services.database.engine === 'sqlite') expect(order).toEqual(['many', 'one']);
    expect(await read()).toHaveLength(rows.length + 1);
  });
});

describe('E1 the end of a transaction', () => {
  test('E1 answers what the work answers, and throws the very error that it throws', async () => {
    expect(await services.database.transaction(async () => 'answer')).toBe('answer');
    const error = new Undone();
    await expect(services.database.transaction(() => Promise.reject(error))).rejects.toBe(error);
  });

  test('E1 a statement that is refused leaves the connection fit for the next transaction', async () => {
    for (let round = 0; round < 15; round++) {
      const broken = services.database.transaction(async (writer) => {
        await insert(writer, `broken-${round}`);
        await writer.run('INSERT INTO there_is_no_such_table (id) VALUES (1)');
      });
      await expect(broken).rejects.toThrow(/there_is_no_such_table/);
      await services.database.transaction((writer) => insert(writer, `kept-${String(round).padStart(2, '0')}`));
    }
    expect(await read()).toEqual(Array.from({ length: 15 }, (_, round) => `kept-${String(round).padStart(2, '0')}`));
  });

  test('E1 run tells how many rows it touched', async () => {
    await services.database.transaction(async (writer) => {
      expect(await insert(writer, 'a')).toBe(1);
      expect(await insert(writer, 'b')).toBe(1);
      expect(await writer.run("UPDATE service_state SET value = 'x' WHERE name LIKE ?", [`${key}-%`])).toBe(2);
      expect(await writer.run('DELETE FROM service_state WHERE name = ?', [`${key}-c`])).toBe(0);
    });
  });
});
