import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { engine } from '../kits/service/database-url';
import { withRandom } from '../kits/basics/random';
import { ResumingRoster } from '../kits/clients/resuming-roster';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startAnother, startTestService, type TestService } from '../kits/service/service';
import { connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';

const ADD_ADA =
  'mutation ($id: ID!) { payload: addBillingAdmin(input: { organizationId: $id, userId: "ada" }) { changed } }';
const REMOVE_ADA =
  'mutation ($id: ID!) { payload: removeBillingAdmin(input: { organizationId: $id, userId: "ada" }) { changed } }';

const LOG_POSITIONS =
  /^SELECT o\.id AS organizationId, o\.sequence, o\.version, o\.ledger_sequence AS ledgerSequence FROM organizations\b/;

describe('delivery, seen from outside', () => {
  let service: TestService;
  let organizations = 0;

  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  /** At version 8; mia, who watches, has joined at 7. */
  const seed = () => seedAcme(service.services, `acme-${(organizations += 1)}`);

  /** The earliest version that mia may resume from: what happened before she joined is not hers to see (A10). */
  const EARLIEST = 6;

  const client = async (retryAttempts = 0) => connect(service, await service.token('mia'), retryAttempts);

  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  /** As olivia, gives ada billing access and takes it, in turn: each time a version. */
  const write = async (
    { id }: { id: string },
    times: number,
    afterEach: (written: number) => void = () => undefined,
  ) => {
    const olivia = await service.token('olivia');
    for (let i = 1; i <= times; i++) {
      const answer = await service.send(olivia, i % 2 === 1 ? ADD_ADA : REMOVE_ADA, { id });
      expect(answer.data).toEqual({ payload: { changed: true } });
      afterEach(i);
    }
  };

  test('L1 L2 a client that connects while 200 changes are being written sees each version once and in order', async () => {
    const acme = await seed();
    const late: Promise<{ begun: ResumingRoster; resumed: ResumingRoster }>[] = [];
    const arrive = async () => ({
      begun: new ResumingRoster(await client(), acme.id),
      resumed: new ResumingRoster(await client(), acme.id, EARLIEST),
    });
    await write(acme, 200, (written) => {
      if (written % 40 === 0) late.push(arrive());
    });

    const isLast = ({ version }: { version: number }) => version === 208;
    for (const { begun, resumed } of await Promise.all(late)) {
      await Promise.all([begun.through(isLast), resumed.through(isLast)]);
      const [first] = begun.all;
      expect(first!.kind).toBeNull();
      expect(begun.versions).toEqual(range(first!.version, 208));
      expect(begun.all.slice(1).map(({ kind }) => kind)).not.toContain(null);
      expect(resumed.versions).toEqual(range(EARLIEST + 1, 208));
    }
  });

  test('L2 a client that drops at random and resumes sees each version once and in order, while 200 are being written', () =>
    withRandom(async (random) => {
      const acme = await seed();
      let drops = 0;
      const stayAndDrop = async () => {
        let seen = EARLIEST;
        while (seen < 208) {
          const own: Client = await client();
          const roster = new ResumingRoster(own, acme.id, seen);
          const stay = 1 + Math.floor(random() * 30);
          const until = Math.min(208, seen + stay);
          await roster.through(({ version }) => version === until);
          // Without a word, or with a goodbye, or by ending only the subscription.
          const how = random();
          if (how < 0.4) own.terminate();
          else if (how < 0.7) await own.dispose();
          else roster.stop();
          // What was under way when it dropped has been seen as well.
          const versions = [...roster.versions];
          expect(versions).toEqual(range(seen + 1, seen + versions.length));
          seen += versions.length;
          drops += 1;
          void own.dispose();
        }
      };
      await Promise.all([write(acme, 200), stayAndDrop(), stayAndDrop(), stayAndDrop()]);
      expect(drops).toBeGreaterThan(10);
    }));

  test('E1 E3 what is rolled back or refused is delivered to nobody', async () => {
    const acme = await seed();
    const roster = new ResumingRoster(await client(), acme.id);
    await roster.next();

    const undone = service.services.transactions.run(acme.id, async (transaction) => {
      transaction.append({ kind: 'TEAMMATE_JOINED', subjectId: 'nobody' });
      await transaction.writer.run('UPDATE organizations SET version = version + 1 WHERE id = ?', [acme.id]);
      throw new Error('Never mind.');
    });
    await expect(undone).rejects.toThrow('Never mind.');
    await expect(acme.adds('ada', 'olivia', 3)).rejects.toThrow();
    await expect(acme.adds('stranger', 'olivia')).rejects.toThrow();
    await service.services.positionWatcher.poll();
    await acme.removes('bea', 'olivia');

    expect(await roster.next()).toEqual({ version: 9, kind: 'ADMIN_REMOVED' });
    expect(roster.versions).toEqual([8, 9]);
  });

  test('L2 a restart of the service in the middle loses nothing for a client that resumes', async () => {
    const acme = await seed();
    let isBack: () => void = () => undefined;
    const back = new Promise<void>((resolve) => (isBack = resolve));
    const token = await service.token('mia');
    const own = createClient({
      url: `${service.address.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 3,
      retryWait: () => back,
    });
    const closes: number[] = [];
    own.on('closed', (event) => closes.push((event as { code: number }).code));
    const roster = new ResumingRoster(own, acme.id);

    await roster.next();
    await write(acme, 10);
    service = await service.restart();
    await write(acme, 10);
    isBack();
    await roster.through(({ version }) => version === 28);
    await write(acme, 10);
    await roster.through(({ version }) => version === 38);

    expect(roster.versions).toEqual(range(8, 38));
    expect(closes).toEqual([1001]);
    await own.dispose();
  });

  test('E4 a change that one instance writes reaches a subscriber of the other, though nothing tells it', async () => {
    const acme = await seed();
    const other = await startAnother(service);
    const roster = new ResumingRoster(await client(), acme.id);
    const theirs = new ResumingRoster(connect(other, await other.token('mia')), acme.id);
    await Promise.all([roster.next(), theirs.next()]);

    await organization(other.services, acme.id).adds('ada', 'olivia');
    expect(await Promise.all([roster.next(), theirs.next()])).toEqual([
      { version: 9, kind: 'ADMIN_ADDED' },
      { version: 9, kind: 'ADMIN_ADDED' },
    ]);
    await acme.removes('ada', 'olivia');
    expect(await Promise.all([roster.next(), theirs.next()])).toEqual([
      { version: 10, kind: 'ADMIN_REMOVED' },
      { version: 10, kind: 'ADMIN_REMOVED' },
    ]);
    await other.close();
  });

  test('E4 A8 a membership that ended by another instance ends the streams of this one', async () => {
    const acme = await seed();
    const other = await startAnother(service);
    const events = new Events(await client(), ROSTER_CHANGED, { organizationId: acme.id });
    await events.next();
    await organization(other.services, acme.id).loses('mia');
    await events.completed;
    expect(events.all[1]).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    await other.close();
  });

  test('E2 what two instances write at the same time comes to the subscribers of both once and in order', async () => {
    const acme = await seed();
    const other = await startAnother(service);
    const there = organization(other.services, acme.id);
    const rosters = [
      new ResumingRoster(await client(), acme.id),
      new ResumingRoster(connect(other, await other.token('mia')), acme.id),
    ];
    await Promise.all(rosters.map((roster) => roster.next()));
    const join = (company: typeof acme, place: string) => async () => {
      for (const i of range(1, 20)) await company.hasMember(`${place}-${i}-of-${acme.id}`);
    };
    const writers = [join(acme, 'here'), join(there, 'there')];
    // SQLite waits for the other writer's lock with the whole thread, on which here both instances run: there, in turn.
    if (engine === 'mysql') await Promise.all(writers.map((run) => run()));
    else for (const run of writers) await run();
    for (const roster of rosters) {
      await roster.through(({ version }) => version === 48);
      expect(roster.versions).toEqual(range(8, 48));
    }
    await other.close();
  });

  test('L8 50 who watch at once each see everything, and what they ask alike is read once for all of them', async () => {
    const acme = await seed();
    const rosters = await Promise.all(range(1, 50).map(async () => new ResumingRoster(await client(), acme.id)));
    await Promise.all(rosters.map((roster) => roster.next()));

    const before = service.statements.length;
    await acme.removes('bea', 'olivia');
    await Promise.all(rosters.map((roster) => roster.next()));
    const reads = service.statements
      .slice(before)
      .filter((sql) => sql.startsWith('SELECT') && !LOG_POSITIONS.test(sql));
    expect(reads.length).toBeLessThan(25);

    await write(acme, 20);
    await Promise.all(rosters.map((roster) => roster.through(({ version }) => version >= 28)));
    for (const roster of rosters) expect(roster.versions).toEqual(range(8, roster.versions.at(-1)!));
  });

  test('L1 many subscriptions on one socket do not mix', async () => {
    const companies = await Promise.all(range(1, 5).map(() => seed()));
    const own = await client();
    const rosters = companies.map(
      ({ id }) => [new ResumingRoster(own, id), new ResumingRoster(own, id, EARLIEST)] as const,
    );
    await Promise.all(companies.map((acme, i) => write(acme, 5 + i)));
    for (const [i, [begun, resumed]] of rosters.entries()) {
      const last = 8 + 5 + i;
      await Promise.all([begun, resumed].map((roster) => roster.through(({ version }) => version === last)));
      expect(begun.versions).toEqual(range(begun.versions[0]!, last));
      expect(resumed.versions).toEqual(range(EARLIEST + 1, last));
    }
  });
});

describe('the end of watching', () => {
  let service: TestService;

  beforeEach(async () => {
    service = await startTestService();
    await seedAcme(service.services, 'acme');
    await seedAcme(service.services, 'globex');
  });
  afterEach(() => service.close());

  /** Whether anything is watched: what is watched is looked at. */
  const looks = async () => {
    const before = service.statements.length;
    await service.services.positionWatcher.poll();
    return service.statements.slice(before).filter((sql) => LOG_POSITIONS.test(sql)).length;
  };

  test('E4 after everybody has unsubscribed nothing is watched any more, and the socket still works', async () => {
    const own = connect(service, await service.token('mia'));
    const all = ['acme', 'globex', 'acme'].map((id) => new ResumingRoster(own, id));
    await Promise.all(all.map((roster) => roster.next()));
    expect(await looks()).toBe(1);
    for (const roster of all) roster.stop();
    // The socket's messages are read in order: the response to this one comes after the three before.
    await new Events(own, '{ viewer { id } }', {}).completed;
    expect(await looks()).toBe(0);
  });

  test('E4 a socket that is gone watches nothing, however it went', async () => {
    const token = await service.token('mia');
    const clients = [connect(service, token), connect(service, token)];
    const all = clients.map((own) => new ResumingRoster(own, 'acme'));
    await Promise.all(all.map((roster) => roster.next()));
    expect(await looks()).toBe(1);
    clients[0]!.terminate();
    await clients[1]!.dispose();
    // Their going is heard of in its own time; were it never, the test's time-out would tell.
    while ((await looks()) > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test('L4 an ended stream watches nothing', async () => {
    const events = new Events(connect(service, await service.token('mia')), ROSTER_CHANGED, { organizationId: 'acme' });
    await events.next();
    await organization(service.services, 'acme').loses('mia');
    await events.completed;
    expect(await looks()).toBe(0);
  });

  test('L4 a refused subscription watches nothing', async () => {
    const own = connect(service, await service.token('mia'));
    const variables = [{ organizationId: 'nowhere' }, { organizationId: 'acme', afterVersion: 99 }];
    for (const refused of variables) await new Events(own, ROSTER_CHANGED, refused).completed;
    expect(await looks()).toBe(0);
  });
});
