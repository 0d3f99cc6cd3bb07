import { join } from 'node:path';
import type { Services } from '../../../src/actions/services';
import { Unavailable } from '../../../src/domain/refusals';
import { migrate } from '../../../src/store/schema/migrate';
import { engine } from '../../kits/service/database-url';
import { type EmptyDatabase, emptyDatabase } from '../../kits/service/empty-database';
import { expectSound, logOf } from '../../kits/organizations/log';
import { ServerProxy } from '../../kits/servers/server-proxy';
import { OwnProcess } from '../../kits/processes/own-process';
import { seedAcme } from '../../kits/organizations/seed';
import { servicesOn } from '../../kits/service/services';

const SCRIPT = join(__dirname, '../../kits/processes/stuck-process.ts');

let empty: EmptyDatabase;
/** A line of their own to the database, which nobody cuts. */
let witness: Services;

beforeEach(async () => {
  empty = await emptyDatabase();
  const database = await empty.open();
  await migrate(database);
  witness = servicesOn(database);
});
afterEach(() => empty.close());

test('E1 a process that dies inside of a transaction leaves nothing of it, and keeps nobody waiting', async () => {
  const acme = await seedAcme(witness);
  const before = await logOf(witness, 'acme');
  const dying = new OwnProcess(SCRIPT, empty.url, 'acme');
  await dying.prints('inside');
  await dying.kill();

  expect(await logOf(witness, 'acme')).toEqual(before);
  expect(await acme.adds('mia', 'olivia')).toMatchObject({ changed: true });
  await expectSound(witness, 'acme');
});

test('O1 statements that an instance has prepared go on working when another changes the schema', async () => {
  const { database } = witness;
  const other = await empty.open();
  const whole = () => database.reader.rows('SELECT * FROM service_state');
  const part = () => database.reader.rows('SELECT name, value FROM service_state');
  const add = (name: string) =>
    database.transaction((writer) => writer.run('INSERT INTO service_state (name, value) VALUES (?, ?)', [name, '1']));

  await add('one');
  expect([await whole(), await part()]).toEqual([[{ name: 'one', value: '1' }], [{ name: 'one', value: '1' }]]);
  await other.transaction((writer) => writer.run('ALTER TABLE service_state ADD COLUMN extra int'));
  await add('two');
  expect(await part()).toEqual(['one', 'two'].map((name) => ({ name, value: '1' })));
  expect(await whole()).toEqual(['one', 'two'].map((name) => ({ name, value: '1', extra: null })));
  await other.transaction((writer) => writer.run('ALTER TABLE service_state DROP COLUMN extra'));
  expect(await whole()).toEqual(['one', 'two'].map((name) => ({ name, value: '1' })));
});

if (engine === 'mysql') {
  describe('a connection that is lost', () => {
    let proxy: ServerProxy;
    let services: Services;

    beforeEach(async () => {
      proxy = await ServerProxy.before(empty.url);
      services = servicesOn(await empty.open({ url: proxy.url }));
    });
    afterEach(() => proxy.close());

    const STEPS = ['START TRANSACTION', 'FOR UPDATE', 'UPDATE members', 'INSERT INTO log_entries', 'COMMIT'];

    test.each(STEPS.flatMap((step) => (['BEFORE', 'AFTER'] as const).map((when) => ({ step, when }))))(
      'E1 $when $step leaves all of the change or none, and the next operation works',
      async ({ step, when }) => {
        const acme = await seedAcme(services);
        const before = (await logOf(witness, 'acme')).length;

        const cut = proxy.cutAt(step, when);
        const [answer] = await Promise.allSettled([acme.adds('mia', 'olivia'), cut]);
        if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(Unavailable);
        const isDone = (await logOf(witness, 'acme')).length > before;
        // The one case in which nobody can know: the server has committed, and its answer is lost.
        expect(isDone).toBe(answer.status === 'fulfilled' || (step === 'COMMIT' && when === 'AFTER'));
        await expectSound(witness, 'acme');

        expect(await acme.adds('mia', 'olivia')).toMatchObject({ changed: !isDone });
        await expectSound(witness, 'acme');
      },
    );

    test.each(['reset', 'end'] as const)(
      'E1 between two statements (%s) leaves nothing of the change, and is Unavailable',
      async (how) => {
        const { database } = services;
        const changing = database.transaction(async (writer) => {
          await writer.run("INSERT INTO service_state (name, value) VALUES ('half', '1')");
          await proxy.cutAll(how);
          await writer.run("INSERT INTO service_state (name, value) VALUES ('other half', '1')");
        });
        await expect(changing).rejects.toBeInstanceOf(Unavailable);
        expect(await witness.database.reader.rows('SELECT name FROM service_state')).toEqual([]);
        expect(await database.reader.rows('SELECT name FROM service_state')).toEqual([]);
      },
    );

    test.each(['BEFORE', 'AFTER'] as const)(
      'X1 %s a reading statement goes unnoticed: it is read again on another connection',
      async (when) => {
        const { reader } = services.database;
        const cut = proxy.cutAt('SELECT 7', when);
        expect(await reader.rows('SELECT 7 AS seven')).toEqual([{ seven: 7 }]);
        await cut;
      },
    );

    test('E1 killed by the server inside of a transaction is Unavailable, and leaves nothing of it', async () => {
      const killed = services.database.transaction(async (writer) => {
        const [connection] = await writer.rows<{ id: number }>('SELECT CONNECTION_ID() AS id');
        await writer.run("INSERT INTO service_state (name, value) VALUES ('half', '1')");
        await witness.database.reader.rows(`KILL ${connection?.id}`);
        for (;;) await writer.rows('SELECT 1 AS one');
      });
      await expect(killed).rejects.toBeInstanceOf(Unavailable);
      expect(await services.database.reader.rows('SELECT name FROM service_state')).toEqual([]);
    });

    test.each(['reset', 'end'] as const)(
      'E1 while nothing runs on it (%s) is noticed: all of the pool works after the server has been away',
      async (how) => {
        const { reader } = services.database;
        const askAll = () => Promise.all(Array.from({ length: 20 }, () => reader.rows('SELECT 7 AS seven')));
        await askAll();

        proxy.refuse();
        await proxy.cutAll(how);
        await expect(reader.rows('SELECT 7 AS seven')).rejects.toBeInstanceOf(Unavailable);
        await expect(services.database.transaction(async () => undefined)).rejects.toBeInstanceOf(Unavailable);

        proxy.accept();
        expect(await askAll()).toHaveLength(20);
      },
    );

    test('E1 more writers and readers than connections all get their turn', async () => {
      const few = servicesOn(await empty.open({ url: proxy.url, poolSize: 2 }));
      const acme = await seedAcme(few);
      const writers = Array.from({ length: 20 }, (_, i) => acme.hasMember(`usr_${i}`));
      const readers = Array.from({ length: 20 }, () => few.subscriptionReads.roster('acme'));
      expect(await Promise.all(writers)).toEqual(writers.map(() => ({ changed: true })));
      expect(await Promise.all(readers)).toHaveLength(20);
      await expectSound(witness, 'acme');
    });
  });
}
