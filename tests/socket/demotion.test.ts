import { Gate } from '../kits/basics/gate';
import { type Message, RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

/** Below SOCKET_OPERATION_LIMIT, with room for a query. */
const PER_SOCKET = 50;
const SOCKETS = 4;

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

/** No two of them are the same document. */
const document = (number: number, fields: string) =>
  `subscription ($id: ID!) { billingAdminRosterChanged(organizationId: $id) { version n${number}: version roster { ${fields} } } }`;

type Hold = () => Promise<unknown>;

/** Has each statement that reads eligible teammates wait for `hold`, until it is null again. */
function holdingTeammates(): { hold: Hold | null; restore(): void } {
  const { reader } = service.services.database;
  const original = { ...reader };
  const holding = {
    hold: null as Hold | null,
    restore: () => void Object.assign(reader, original),
  };
  reader.rows = async <Row>(...[sql, values]: Parameters<typeof reader.rows>) => {
    if (sql.includes("standing = 'TEAMMATE'")) await holding.hold?.();
    return original.rows<Row>(sql, values);
  };
  return holding;
}

const rosterOf = ({ payload }: Message) => payload?.data.billingAdminRosterChanged?.roster;

test('A8 an owner with 200 subscriptions gets nothing that is for owners once their demotion is acknowledged', async () => {
  const acme = await seedAcme(service.services, 'acme');
  const holding = holdingTeammates();
  const token = await service.token('oscar');
  const sockets: RawSocket[] = [];
  for (let index = 0; index < SOCKETS; index++) {
    const socket = await RawSocket.signIn(service, token);
    sockets.push(socket);
    for (let number = 0; number < PER_SOCKET; number++)
      socket.operate(document(index * PER_SOCKET + number, 'eligibleTeammates { nodes { email } }'), { id: acme.id });
    await socket.several(PER_SOCKET);
  }
  // The next event finds all of them live.
  await acme.hasMember('first');
  for (const socket of sockets) await socket.several(PER_SOCKET);

  const underWay = new Gate();
  const gate = new Gate();
  let reads = 0;
  holding.hold = () => {
    if ((reads += 1) < 100) return Promise.resolve();
    underWay.open();
    return gate.opened;
  };
  const change = acme.hasMember('second');
  await underWay.opened;
  await change;
  const demoted = await service.asHost(
    `mutation { syncMember(input: { organizationId: "acme", role: MEMBER, user: { id: "oscar", name: "Oscar", email: "oscar@example.com" } }) { changed } }`,
  );
  expect(demoted.data).toEqual({ syncMember: { changed: true } });

  // What was sent before comes before the answer to this.
  const before = await Promise.all(
    sockets.map((socket) => {
      const id = socket.operate('{ viewer { id } }');
      return socket.through((message) => message.id === id && message.type === 'complete');
    }),
  );
  holding.hold = null;
  gate.open();
  const events = 2 * SOCKETS * PER_SOCKET;
  const sentBefore = before.flat().filter((message) => rosterOf(message) !== undefined);
  const after: Message[] = [];
  for (const [index, socket] of sockets.entries()) {
    const seen = before[index]!.filter((message) => rosterOf(message) !== undefined).length;
    after.push(...(await socket.several(2 * PER_SOCKET - seen)));
  }
  holding.restore();
  for (const socket of sockets) socket.terminate();

  expect(sentBefore.length + after.length).toBe(events);
  expect(after.length).toBeGreaterThan(SOCKETS * PER_SOCKET);
  expect(after.map(rosterOf).filter((roster) => roster?.eligibleTeammates !== null)).toEqual([]);
});

test('X3 a request that comes while a hundred answers are made is answered before the last of them is sent', async () => {
  const acme = await seedAcme(service.services, 'busy');
  for (let index = 0; index < 30; index++) await acme.hasOwner(`owner-${index}`);
  const people = Array.from({ length: 100 }, (_, index) => `watcher-${index}`);
  const fields = Array.from({ length: 20 }, (_, index) => `o${index}: owners { id name email }`).join(' ');
  for (const person of people) await acme.hasMember(person);
  const sockets: RawSocket[] = [];
  for (const [number, person] of people.entries()) {
    const socket = await RawSocket.signIn(service, await service.token(person));
    sockets.push(socket);
    socket.operate(document(number, fields), { id: acme.id });
    await socket.next();
  }
  // All who watch are live from here on.
  await acme.adds('mia', 'olivia');
  for (const socket of sockets) await socket.next();

  const order: string[] = [];
  const health = () => fetch(`${service.address}/healthz`).then(({ status }) => expect(status).toBe(200));
  await health();
  const told = sockets.map((socket) => socket.next().then(() => order.push('event')));
  const first = told[0]!.then(health).then(() => order.push('health'));
  await acme.removes('mia', 'olivia');
  await Promise.all([...told, first]);
  for (const socket of sockets) socket.terminate();
  expect(order.indexOf('health')).toBeLessThan(order.lastIndexOf('event'));
});
