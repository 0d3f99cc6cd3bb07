import { Unavailable } from '../../src/domain/refusals';
import type { Database, Writer } from '../../src/store/database';
import { openDatabase } from '../../src/store/open-database';
import { engine } from '../kits/service/database-url';
import { Gate } from '../kits/basics/gate';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

/** Few, so that what holds them is soon noticed. */
const POOL = 4;

/** More than there are connections. */
const MANY = 3 * POOL;

let service: TestService;
/** As another instance has it. */
let other: Database;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let beta: ReturnType<typeof organization>;

beforeAll(async () => {
  const environment = { DATABASE_POOL_SIZE: String(POOL), DATABASE_QUEUE_TIMEOUT: '60000' };
  service = await startTestService({ environment });
  other = await openDatabase({ url: service.databaseUrl });
  acme = await seedAcme(service.services);
  beta = organization(service.services, 'beta');
  await beta.exists();
  await beta.hasOwner('olivia');
});
afterAll(async () => {
  await other.close();
  await service.close();
});

let end: () => Promise<void>;

/** Runs `work` in a transaction that stays open until `end` is called. */
async function holding(database: Database, work: (writer: Writer) => Promise<unknown>): Promise<void> {
  const [isOpen, mayEnd] = [new Gate(), new Gate()];
  const ends = database.transaction(async (writer) => {
    await work(writer);
    isOpen.open();
    await mayEnd.opened;
  });
  end = () => {
    mayEnd.open();
    return ends;
  };
  await isOpen.opened;
}

beforeEach(() => (end = () => Promise.resolve()));
afterEach(() => end());

const names = (prefix: string, count = MANY) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe('X3 changes of one organization', () => {
  test('take turns with those of others', async () => {
    const database = await openDatabase({ url: service.databaseUrl, poolSize: 1 });
    const order: string[] = [];
    const change = (line: 'organization acme' | 'organization beta', name: string) =>
      database.transaction(async () => void order.push(name), line);
    await holding(database, async () => undefined);
    const changes = [...names('acme', 3).map((name) => change('organization acme', name))];
    changes.push(change('organization beta', 'beta'));
    await end();
    await Promise.all(changes);
    expect(order.indexOf('beta')).toBeLessThan(2);
    expect(order.filter((name) => name !== 'beta')).toEqual(names('acme', 3));
    await database.close();
  });

  test('are made one at a time, in the order in which they were asked for', async () => {
    const order: string[] = [];
    const change = (name: string) =>
      service.services.transactions.run('acme', async (transaction) => {
        order.push(`${name} begins`);
        await transaction.writer.rows('SELECT 1 AS one');
        order.push(`${name} ends`);
      });
    await Promise.all(names('change').map(change));
    expect(order).toEqual(names('change').flatMap((name) => [`${name} begins`, `${name} ends`]));
  });
});

// SQLite has one writer at a time, and nobody who reads waits for it.
if (engine === 'mysql')
  describe('O6 a call that waits for a lock holds no connection', () => {
    async function expectOthersGoOn(): Promise<void> {
      await expectReadersGoOn();
      for (let round = 0; round < 3; round++) {
        expect(await beta.hasMember('bob')).toEqual({ changed: true });
        expect(await beta.loses('bob')).toMatchObject({ changed: true });
      }
    }

    async function expectReadersGoOn(): Promise<void> {
      for (let round = 0; round < 3; round++) {
        expect((await fetch(`${service.address}/readyz`)).status).toBe(200);
        const roster = await service.as('olivia')('{ organization(id: "acme") { billingAdmins { version } } }');
        expect(roster.errors).toBeUndefined();
      }
    }

    test('where it is one organization, which many want to change', async () => {
      await holding(other, (writer) => writer.lock('SELECT id FROM organizations WHERE id = ?', ['acme']));
      const waiting = Promise.all(names('mate').map((id) => acme.hasMember(id)));
      await expectOthersGoOn();
      await end();
      expect(await waiting).toEqual(names('mate').map(() => ({ changed: true })));
    });

    test('where it is more organizations than there are connections', async () => {
      const organizations = names('org').map((id) => organization(service.services, id));
      for (const each of organizations) await each.exists();
      await holding(other, (writer) => writer.lock("SELECT id FROM organizations WHERE id LIKE 'org-%'"));
      const waiting = Promise.all(organizations.map((each) => each.hasMember('mia')));
      await expectOthersGoOn();
      await end();
      expect(await waiting).toEqual(organizations.map(() => ({ changed: true })));
    });

    test('if it is a user that many organizations share', async () => {
      const organizations = names('sharing').map((id) => organization(service.services, id));
      for (const each of organizations) await each.exists();
      await holding(other, (writer) => writer.lock('SELECT id FROM users WHERE id = ?', ['mia']));
      const waiting = Promise.all(organizations.map((each) => each.hasMember('mia')));
      await expectOthersGoOn();
      await end();
      expect(await waiting).toEqual(organizations.map(() => ({ changed: true })));
    });

    test('where somebody else makes the same new user and does not end: who reads goes on', async () => {
      const organizations = names('making').map((id) => organization(service.services, id));
      for (const each of organizations) await each.exists();
      await holding(other, (writer) =>
        writer.run("INSERT INTO users (id, name, email) VALUES ('new', 'New', 'new@example.com')"),
      );
      const waiting = Promise.all(organizations.map((each) => each.hasMember('new')));
      await expectReadersGoOn();
      await end();
      expect(await waiting).toEqual(organizations.map(() => ({ changed: true })));
    });

    test('is refused when it takes too long, and so are the calls behind it', async () => {
      const { databaseUrl: url } = service;
      const withShortTimeout = await openDatabase({ url, poolSize: POOL, queue: { most: 10, timeout: 100 } });
      await holding(other, (writer) => writer.lock('SELECT id FROM organizations WHERE id = ?', ['acme']));
      const lock = () =>
        withShortTimeout.transaction(
          (writer) => writer.lock('SELECT id FROM organizations WHERE id = ?', ['acme']),
          'organization acme',
        );
      const refusals = await Promise.allSettled([lock(), lock(), lock()]);
      expect(refusals.map((each) => each.status === 'rejected' && (each.reason as Error).message)).toEqual([
        'What this changes was locked for 100 milliseconds.',
        'The database had no time within 100 milliseconds.',
        'The database had no time within 100 milliseconds.',
      ]);
      for (const each of refusals) expect((each as PromiseRejectedResult).reason).toBeInstanceOf(Unavailable);
      await end();
      expect(await lock()).toHaveLength(1);
      await withShortTimeout.close();
    });
  });
