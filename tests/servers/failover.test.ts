import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unavailable } from '../../src/domain/refusals';
import type { Database } from '../../src/store/database';
import { openDatabase } from '../../src/store/open-database';
import { DatabaseServer } from '../support/faults/database-server';
import { ServerProxy } from '../support/server-proxy';

const NAMES = ['old', 'new'] as const;

describe('O6 the way to the database changes', () => {
  let folder: string;
  const servers: Partial<Record<(typeof NAMES)[number], DatabaseServer>> = {};
  let proxy: ServerProxy;
  let database: Database;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billing-admins-'));
    for (const name of NAMES) {
      await mkdir(join(folder, name));
      const server = await DatabaseServer.in(join(folder, name), [
        '--character-set-server=utf8mb4',
        '--max-prepared-stmt-count=0',
      ]);
      servers[name] = server;
      await server.process.start();
      await server.makeDatabase();
      await server.asRoot(async (root) => {
        await root.query('CREATE TABLE faults.places (name varchar(32) NOT NULL) ENGINE=InnoDB');
        await root.query('INSERT INTO faults.places VALUES (?)', [name]);
      });
    }
  });
  afterAll(async () => {
    for (const name of NAMES) await servers[name]?.process.end('SIGTERM');
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    proxy = await ServerProxy.before(servers.old!.url);
    database = await openDatabase({ url: proxy.url, poolSize: 4, statementTimeout: 1_000 });
    await all();
  });
  afterEach(async () => {
    await servers.old!.asRoot((root) => root.query('SET GLOBAL read_only = 0'));
    await database.close();
    await proxy.close();
  });

  const place = async () => (await database.reader.rows<{ name: string }>('SELECT name FROM places LIMIT 1'))[0]!.name;
  /** So many at once that each connection of the pool is used. */
  const all = () => Promise.all(Array.from({ length: 12 }, place));
  const write = () => database.transaction((writer) => writer.run("INSERT INTO places VALUES ('written')"));

  test('the old primary stays up, read-only: the next change goes to the new one, and no read to the old one', async () => {
    expect(new Set(await all())).toEqual(new Set(['old']));
    await servers.old!.asRoot((root) => root.query('SET GLOBAL read_only = 1'));
    proxy.moveTo(servers.new!.url);

    expect(await write()).toBe(1);
    expect(new Set(await all())).toEqual(new Set(['new']));
    expect(new Set(await all())).toEqual(new Set(['new']));
  });

  test('without a change, reads leave it as soon as what they know of it is old', async () => {
    await servers.old!.asRoot((root) => root.query('SET GLOBAL read_only = 1'));
    proxy.moveTo(servers.new!.url);
    // It ends: what is known of a connection is soon old.
    while ((await place()) === 'old');
    expect(new Set(await all())).toEqual(new Set(['new']));
  });

  test('as long as there is no other, changes and reads are Unavailable', async () => {
    await servers.old!.asRoot((root) => root.query('SET GLOBAL read_only = 1'));
    await expect(write()).rejects.toBeInstanceOf(Unavailable);
    await expect(place()).rejects.toBeInstanceOf(Unavailable);
    await servers.old!.asRoot((root) => root.query('SET GLOBAL read_only = 0'));
    expect(await write()).toBe(1);
    expect(new Set(await all())).toEqual(new Set(['old']));
  });

  test('what a snapshot has told of is not told again, and a change is made again', async () => {
    const failsOn = (began: string[], what: string) => async () => {
      began.push(what);
      throw Object.assign(new Error('WSREP has not yet prepared node for application use'), { errno: 1047 });
    };
    const began: string[] = [];
    await expect(database.snapshot(failsOn(began, 'snapshot'))).rejects.toBeInstanceOf(Unavailable);
    expect(began).toEqual(['snapshot']);
    await expect(database.transaction(failsOn(began, 'change'))).rejects.toBeInstanceOf(Unavailable);
    expect(began).toEqual(['snapshot', 'change', 'change', 'change']);
  });

  test('connections that a middlebox has forgotten are replaced', async () => {
    proxy.forget();
    // Of those who ask right now, some wait in vain.
    const asked = await Promise.allSettled(Array.from({ length: 12 }, place));
    for (const one of asked) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(Unavailable);
    expect(await all()).toHaveLength(12);
    expect(await write()).toBe(1);
  });

  test('a statement that gets no answer is Unavailable, and so is a change; afterwards all works', async () => {
    const changing = database.transaction(async (writer) => {
      await writer.run("INSERT INTO places VALUES ('half')");
      proxy.stall();
      await writer.run("INSERT INTO places VALUES ('other half')");
    });
    await expect(changing).rejects.toBeInstanceOf(Unavailable);
    await expect(place()).rejects.toBeInstanceOf(Unavailable);
    proxy.flow();
    expect(await all()).toHaveLength(12);
    expect(await database.reader.rows("SELECT name FROM places WHERE name LIKE '%half'")).toEqual([]);
  });

  test('where the server keeps no prepared statement, the statement is sent as a text', async () => {
    expect(await database.reader.prepared('SELECT ? AS told', ['it'])).toEqual([{ told: 'it' }]);
  });

  test('what the server refuses for a reason of its own is Unavailable, and a statement of ours that is wrong is not', async () => {
    const asRoot = (sql: string) => servers.old!.asRoot((root) => root.query(sql));
    for (const host of ['127.0.0.1', 'localhost']) await asRoot(`REVOKE INSERT ON faults.* FROM service@'${host}'`);
    try {
      // What an account may do counts from its next connection on.
      const other = await openDatabase({ url: proxy.url });
      const writing = other.transaction((writer) => writer.run("INSERT INTO places VALUES ('refused')"));
      await expect(writing).rejects.toBeInstanceOf(Unavailable);
      await other.close();
    } finally {
      for (const host of ['127.0.0.1', 'localhost'])
        await asRoot(`GRANT ALL PRIVILEGES ON faults.* TO service@'${host}'`);
    }
    await expect(database.reader.rows('SELECT nothing FROM places')).rejects.not.toBeInstanceOf(Unavailable);
    await expect(database.reader.rows('SELEC')).rejects.not.toBeInstanceOf(Unavailable);
  });
});
