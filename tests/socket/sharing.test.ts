import { seedAcme } from '../kits/organizations/seed';
import { RawSocket } from '../kits/clients/raw-socket';
import { STILL_CLOCK, startTestService, type TestService } from '../kits/service/service';
import { connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';
import { tablesOf } from '../kits/service/tables-of';

const WITH_TEAMMATES = `subscription ($id: ID!) { billingAdminRosterChanged(organizationId: $id) {
  version roster { eligibleTeammates(first: 3) { nodes { id } } } } }`;

let service: TestService;
let organizations = 0;

beforeAll(async () => {
  service = await startTestService({ monotonicClock: STILL_CLOCK });
});
afterAll(() => service.close());

/** An organization of its own with so many members who watch it, each told the current roster already. */
async function watched(count: number, query = ROSTER_CHANGED) {
  const acme = await seedAcme(service.services, `acme-${(organizations += 1)}`);
  const people = Array.from({ length: count }, (_, index) => `watcher-${index}`);
  for (const person of people) await acme.hasMember(person);
  const clients = await Promise.all(people.map(async (person) => connect(service, await service.token(person))));
  const events = clients.map((client) => new Events(client, query, { id: acme.id, organizationId: acme.id }));
  for (const each of events) await each.next();
  const all = async () => Promise.all(events.map((each) => each.next()));
  return {
    acme,
    clients,
    events,
    all,
    end: async () => {
      for (const client of clients) await client.dispose();
    },
  };
}

/** Statements of an event that everybody has been told of. */
async function statementsOfEvent({ acme, all }: Awaited<ReturnType<typeof watched>>): Promise<string[]> {
  // The first event after a subscriber has come may find them still on the way into the group.
  await acme.adds('mia', 'olivia');
  await all();
  const before = service.statements.length;
  await acme.removes('mia', 'olivia');
  await all();
  // The log and the log positions are read each second, with and without subscribers.
  return service.statements
    .slice(before)
    .filter((sql) => sql.startsWith('SELECT') && !sql.includes('AS ledgerSequence FROM'));
}

test('L8 an event costs as many statements for twenty who watch as for two', async () => {
  const two = await watched(2);
  const twenty = await watched(20);
  const few = await statementsOfEvent(two);
  const many = await statementsOfEvent(twenty);
  expect(many.length).toBe(few.length);
  expect(many.filter((sql) => tablesOf(sql).slice(0, 2).join() === 'organizations,members')).toHaveLength(1);
  await two.end();
  await twenty.end();
});

test('L8 A5 who is not the same to the organization gets an answer of their own, in the same event', async () => {
  const { acme, all, end } = await watched(3, WITH_TEAMMATES);
  const owner = connect(service, await service.token('olivia'));
  const events = new Events(owner, WITH_TEAMMATES, { id: acme.id });
  await events.next();

  for (const turn of ['adds', 'removes'] as const) {
    await acme[turn]('mia', 'olivia');
    const own = await events.next();
    expect(own.errors).toBeUndefined();
    expect(own.data?.billingAdminRosterChanged.roster.eligibleTeammates.nodes).toHaveLength(3);
    for (const told of await all()) {
      expect(told.data?.billingAdminRosterChanged.roster).toEqual({ eligibleTeammates: null });
      expect(told.errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN']);
    }
  }
  await owner.dispose();
  await end();
});

test('L8 a variable that is left out is not one that is null: its default holds for the one alone', async () => {
  const acme = await seedAcme(service.services, `acme-${(organizations += 1)}`);
  const query = `subscription ($id: ID!, $first: Int = 1) { billingAdminRosterChanged(organizationId: $id) {
    roster { eligibleTeammates(first: $first) { nodes { id } } } } }`;
  const client = connect(service, await service.token('olivia'));
  const given = [{ id: acme.id }, { id: acme.id, first: null }, { id: acme.id, first: 2 }];
  const events = given.map((variables) => new Events(client, query, variables));
  const counts = async () =>
    (await Promise.all(events.map((each) => each.next()))).map(
      ({ data }) => data?.billingAdminRosterChanged.roster.eligibleTeammates.nodes.length,
    );
  expect(await counts()).toEqual([1, 2, 2]);
  for (const [index, all] of [3, 4, 5].entries()) {
    await acme.hasMember(`another-${index}`);
    expect(await counts()).toEqual([1, all, 2]);
  }
  await client.dispose();
});

test('A8 L4 one of many who loses access is told so and nothing more, and the others do not notice', async () => {
  const { acme, events, all, end } = await watched(5);
  await acme.adds('mia', 'olivia');
  await all();

  await acme.loses('watcher-2');
  const told = await all();
  expect(told[2]).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  await events[2]!.completed;
  for (const index of [0, 1, 3, 4])
    expect(told[index]!.data?.billingAdminRosterChanged.change.kind).toBe('TEAMMATE_LEFT');

  await acme.removes('mia', 'olivia');
  for (const index of [0, 1, 3, 4])
    expect((await events[index]!.next()).data?.billingAdminRosterChanged.change.kind).toBe('ADMIN_REMOVED');
  await end();
});

test('A8 who becomes an owner is answered as an owner from that event on', async () => {
  const { acme, all, end } = await watched(3, WITH_TEAMMATES);
  await acme.adds('mia', 'olivia');
  await all();
  await acme.hasOwner('watcher-1');
  const told = await all();
  expect(told.map(({ errors }) => errors?.length ?? 0)).toEqual([1, 0, 1]);
  await end();
});

test('L8 whatever id the client has chosen comes back as it was', async () => {
  const acme = await seedAcme(service.services, `acme-${(organizations += 1)}`);
  const socket = await RawSocket.signIn(service, await service.token('mia'));
  const ids = ['plain', 'with "quotes" and \\', 'ünïcode 😀', '__proto__x', '1'];
  const payload = { query: ROSTER_CHANGED, variables: { organizationId: acme.id } };
  for (const id of ids) {
    socket.say({ type: 'subscribe', id, payload });
    expect((await socket.next()).id).toBe(id);
  }
  for (const turn of ['adds', 'removes'] as const) {
    await acme[turn]('ada', 'olivia');
    const told = [];
    for (let i = 0; i < ids.length; i++) told.push(await socket.next());
    expect(told.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(new Set(told.map((message) => JSON.stringify(message.payload))).size).toBe(1);
  }
  socket.terminate();
});

test('L2 L8 those who resume from different versions share what comes then', async () => {
  const acme = await seedAcme(service.services, `acme-${(organizations += 1)}`);
  const client = connect(service, await service.token('olivia'));
  const from = [0, 3, 7];
  const events = from.map(
    (afterVersion) => new Events(client, ROSTER_CHANGED, { organizationId: acme.id, afterVersion }),
  );
  for (const [index, after] of from.entries())
    for (let version = after + 1; version <= 8; version++)
      expect((await events[index]!.next()).data?.billingAdminRosterChanged.version).toBe(version);
  for (const version of [9, 10, 11]) {
    await (version % 2 === 1 ? acme.adds('ada', 'olivia') : acme.removes('ada', 'olivia'));
    const told = await Promise.all(events.map((each) => each.next()));
    expect(told.map(({ data }) => data?.billingAdminRosterChanged.version)).toEqual([version, version, version]);
  }
  await client.dispose();
});

test('L2 what many ask who catch up at the same time is read for all of them together', async () => {
  const acme = await seedAcme(service.services, `acme-${(organizations += 1)}`);
  const people = Array.from({ length: 40 }, (_, index) => `latecomer-${index}`);
  for (const person of people) await acme.hasMember(person);
  const clients = await Promise.all(people.map(async (person) => connect(service, await service.token(person))));
  const missed = 30;
  const afterVersion = 8 + people.length;
  for (let i = 0; i < missed; i++) await (i % 2 === 0 ? acme.adds('ada', 'olivia') : acme.removes('ada', 'olivia'));

  const before = service.statements.length;
  const events = clients.map((client) => new Events(client, ROSTER_CHANGED, { organizationId: acme.id, afterVersion }));
  await Promise.all(
    events.map(async (each) => {
      for (let version = afterVersion + 1; version <= afterVersion + missed; version++)
        expect((await each.next()).data?.billingAdminRosterChanged.version).toBe(version);
    }),
  );
  // Each by itself would take three statements for every event.
  expect(service.statements.length - before).toBeLessThan((people.length * missed) / 2);
  for (const client of clients) await client.dispose();
});
