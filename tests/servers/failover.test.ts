import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unavailable } from '../../src/domain/refusals';
import type { Database } from '../../src/store/database';
import { openDatabase } from '../../src/store/open-database';
import { migrate } from '../../src/store/schema/migrate';
import { DatabaseServer } from '../kits/servers/database-server';
import { seedAcme } from '../kits/organizations/seed';
import { ServerProxy } from '../kits/servers/server-proxy';
import { startAnother } from '../kits/service/service';
import { servicesOn } from '../kits/service/services';

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

  test('a line on which everything takes its time is not taken for one that was lost', async () => {
    const single = await openDatabase({ url: proxy.url, poolSize: 1 });
    const connection = () => single.reader.rows('SELECT CONNECTION_ID() AS id');
    const before = await connection();
    // Each way: by then, the last look at where the line leads is too old.
    proxy.slowDown(150);
    for (let times = 0; times < 3; times++) expect(await connection()).toEqual(before);
    proxy.slowDown(0);
    await single.close();
  });

  test('a server that does not answer at the start is Unavailable', async () => {
    proxy.stallAt('SET NAMES');
    await expect(openDatabase({ url: proxy.url, statementTimeout: 100 })).rejects.toBeInstanceOf(Unavailable);
    proxy.flow();
  });

  test('a connection that nobody uses is asked whether it is still there, sooner than a middlebox forgets it', async () => {
    const ports = (address: string) => parseInt(address.split(':')[1] ?? '', 16);
    const lines = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n').slice(1);
    const sockets = lines.map((line) => line.trim().split(/\s+/));
    const ours = sockets.filter(
      ([, , remote = '', state]) => ports(remote) === Number(new URL(proxy.url).port) && state === '01',
    );
    expect(ours.length).toBeGreaterThan(0);
    // The second of the kernel's timers is for keep-alive; it runs out in so many hundredths of a second.
    for (const [, , , , , timer = ''] of ours) {
      const [which, hundredths = ''] = timer.split(':');
      expect(which).toBe('02');
      expect(parseInt(hundredths, 16)).toBeLessThanOrEqual(1_000);
    }
  });

  const asRoot = (sql: string) => servers.old!.asRoot((root) => root.query(sql));
  const signal = (errno: number) => `SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ${errno}`;
  const HOSTS = ['127.0.0.1', 'localhost'];

  test.each([1046, 1290, 1792, 1836, 1036, 1874, 1881, 1047, 3100, 3032])(
    'error %d says that the server takes no changes: the next try is made on another connection',
    async (errno) => {
      const used: number[] = [];
      const changing = database.transaction(async (writer) => {
        const [row] = await writer.rows<{ id: number }>('SELECT CONNECTION_ID() AS id');
        used.push(row!.id);
        await writer.run(signal(errno));
      });
      await expect(changing).rejects.toBeInstanceOf(Unavailable);
      expect(new Set(used).size).toBe(3);
    },
  );

  test.each([4031, 1053, 1927, 3169, 1152, 1158, 1159, 1160, 1161, 1184])(
    'error %d ends a connection: a caller that has begun nothing on it does not notice',
    async (errno) => {
      proxy.refuseNext(errno, (chunk) => chunk.includes('SELECT 7'), { ends: true });
      expect(await database.reader.rows('SELECT 7 AS seven')).toEqual([{ seven: 7 }]);
      proxy.refuseNext(errno, (chunk) => chunk.includes('START TRANSACTION'), { ends: true });
      expect(await write()).toBe(1);
      await proxy.endAll(errno);
      expect(await all()).toHaveLength(12);
    },
  );

  test('where the server keeps no prepared statement, the statement is sent as a text', async () => {
    expect(await database.reader.prepared('SELECT ? AS told', ['it'])).toEqual([{ told: 'it' }]);
  });

  test.each([1243, 1615, 1295])(
    'error %d of a prepared statement: it is sent as text, and prepared again',
    async (errno) => {
      const told = async (word: string) => (await database.reader.prepared('SELECT ? AS told', [word]))[0];
      const isExecute = (chunk: Buffer) => chunk[4] === 0x17;
      await asRoot('SET GLOBAL max_prepared_stmt_count = 100');
      try {
        expect(await told('one')).toEqual({ told: 'one' });
        proxy.refuseNext(errno, isExecute, { ends: false });
        expect(await told('two')).toEqual({ told: 'two' });
        expect(await told('three')).toEqual({ told: 'three' });
      } finally {
        await asRoot('SET GLOBAL max_prepared_stmt_count = 0');
      }
    },
  );

  test.each([
    ['a password that has been changed', "IDENTIFIED BY 'new'", "IDENTIFIED BY ''"],
    ['a limit of the account', 'WITH MAX_QUERIES_PER_HOUR 1', 'WITH MAX_QUERIES_PER_HOUR 0'],
  ])('%s is Unavailable, until it is repaired', async (_, change, repair) => {
    for (const host of HOSTS) await asRoot(`ALTER USER service@'${host}' ${change}`);
    try {
      await asRoot('KILL CONNECTION USER service');
      await expect(place()).rejects.toBeInstanceOf(Unavailable);
      await expect(write()).rejects.toBeInstanceOf(Unavailable);
    } finally {
      for (const host of HOSTS) await asRoot(`ALTER USER service@'${host}' ${repair}`);
    }
    expect(await write()).toBe(1);
    expect(await all()).toHaveLength(12);
  });

  test('a limit of the server on the time of a statement is Unavailable', async () => {
    await asRoot('SET GLOBAL max_statement_time = 0.05');
    try {
      const limited = await openDatabase({ url: proxy.url });
      await expect(limited.reader.rows('SELECT SLEEP(20) AS slept')).rejects.toBeInstanceOf(Unavailable);
      await limited.close();
    } finally {
      await asRoot('SET GLOBAL max_statement_time = 0');
    }
  });

  test.each([1041, 4999])('error %d, of which we know nothing, is Unavailable', async (errno) => {
    const changing = database.transaction((writer) => writer.run(signal(errno)));
    await expect(changing).rejects.toBeInstanceOf(Unavailable);
  });

  test('what the server refuses for a reason of its own is Unavailable, and a statement of ours that is wrong is not', async () => {
    for (const host of HOSTS) await asRoot(`REVOKE INSERT ON faults.* FROM service@'${host}'`);
    try {
      // What an account may do counts from its next connection on.
      const other = await openDatabase({ url: proxy.url });
      const writing = other.transaction((writer) => writer.run("INSERT INTO places VALUES ('refused')"));
      await expect(writing).rejects.toBeInstanceOf(Unavailable);
      await other.close();
    } finally {
      for (const host of HOSTS) await asRoot(`GRANT ALL PRIVILEGES ON faults.* TO service@'${host}'`);
    }
    await expect(database.reader.rows('SELECT nothing FROM places')).rejects.not.toBeInstanceOf(Unavailable);
    await expect(database.reader.rows('SELEC')).rejects.not.toBeInstanceOf(Unavailable);
  });

  test('the service is not ready where no server takes changes, and grants nothing by the old one once it has moved', async () => {
    for (const name of NAMES) {
      const direct = await openDatabase({ url: servers[name]!.url });
      await migrate(direct);
      const acme = await seedAcme(servicesOn(direct));
      if (name === 'new') await acme.removes('bea', 'olivia');
      await direct.close();
    }
    const service = await startAnother({ databaseUrl: proxy.url });
    try {
      const readiness = async () => (await fetch(`${service.address}/readyz`)).status;
      const addsMia = () =>
        service.as('olivia')(
          'mutation { addBillingAdmin(input: { organizationId: "acme", userId: "mia" }) { changed } }',
        );
      const activityOfBea = () =>
        service.as('bea')('{ organization(id: "acme") { billing { activity(first: 1) { nodes { id } } } } }');
      expect(await readiness()).toBe(200);
      expect((await activityOfBea()).data?.organization.billing.activity).not.toBeNull();

      await asRoot('SET GLOBAL read_only = 1');
      // What is known of a connection is soon old.
      while ((await readiness()) === 200);
      expect((await addsMia()).errors?.[0]?.extensions?.code).toBe('SERVICE_UNAVAILABLE');

      proxy.moveTo(servers.new!.url);
      expect(await addsMia()).toEqual({ status: 200, data: { addBillingAdmin: { changed: true } } });
      for (const answer of await Promise.all(Array.from({ length: 20 }, activityOfBea)))
        expect(answer.data?.organization.billing.activity).toBeNull();
      expect(await readiness()).toBe(200);
    } finally {
      await service.close();
    }
  });
});
