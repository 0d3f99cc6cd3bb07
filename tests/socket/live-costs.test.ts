import { type Message, RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const LIMIT = 400;

let service: TestService;
let acme: Awaited<ReturnType<typeof seedAcme>>;

beforeAll(async () => {
  service = await startTestService({
    environment: { OPERATION_COST_LIMIT: '300', LIVE_COST_LIMIT: String(LIMIT), SERVICE_COST_LIMIT: '1000' },
  });
  acme = await seedAcme(service.services);
});
afterAll(() => service.close());

/** Costs 41 for each event, and shares its answers with those of the same name. */
const forty = (name: string, organizationId = 'acme') => {
  const aliases = Array.from({ length: 40 }, (_, index) => `${name}${index}: version`);
  return `subscription { billingAdminRosterChanged(organizationId: "${organizationId}") { ${aliases.join(' ')} } }`;
};
/** Of these. */
const MOST = 9;

/** Costs as much, and has its own response. */
const OF_THE_VIEWER = `subscription { billingChanged(organizationId: "acme") { organization { ${Array.from(
  { length: 39 },
  (_, index) => `r${index}: viewerRole`,
).join(' ')} } } }`;

const refusal = (id: string, field = 'billingAdminRosterChanged') => [
  {
    type: 'next',
    id,
    payload: {
      data: null,
      errors: [
        {
          message: `The live operations of a user may together cost at most ${LIMIT} for each event. End some, or ask for fewer things.`,
          locations: [{ line: 1, column: 16 }],
          path: [field],
          extensions: { code: 'COST_LIMIT_EXCEEDED' },
        },
      ],
    },
  },
  { type: 'complete', id },
];

const signIn = async (subject: string) => RawSocket.signIn(service, await service.token(subject));

/** Subscribes, and waits for the first event. */
async function subscribed(socket: RawSocket, query: string): Promise<string> {
  const id = socket.operate(query);
  const { payload, ...message } = await socket.next();
  expect([message, payload?.data, payload?.errors]).toEqual([{ type: 'next', id }, expect.anything(), undefined]);
  return id;
}

async function isRefused(socket: RawSocket, query: string, field?: string): Promise<void> {
  const id = socket.operate(query);
  expect(await socket.several(2)).toEqual(refusal(id, field));
}

async function fill(socket: RawSocket, query = forty): Promise<string[]> {
  const ids: string[] = [];
  for (let count = 0; count < MOST; count++) ids.push(await subscribed(socket, query(`a${count}_`)));
  return ids;
}

/** The service hears of what a client does a moment later, and there is room when it has. */
async function hasRoom(socket: RawSocket, query: string): Promise<void> {
  for (;;) {
    const id = socket.operate(query);
    const { payload } = await socket.next();
    if (payload?.data) return;
    expect(await socket.next()).toEqual({ type: 'complete', id });
  }
}

async function leave(...sockets: RawSocket[]): Promise<void> {
  for (const socket of sockets) socket.terminate();
  await Promise.all(sockets.map(({ closed }) => closed));
}

test("X3 the live operations of a user's sockets have a cost together: one more is refused at its field, and the others go on", async () => {
  const [first, second, other] = [await signIn('mia'), await signIn('mia'), await signIn('ada')];
  const ids = await fill(first);
  await isRefused(first, forty('b'));
  await isRefused(second, forty('b'));
  await isRefused(second, OF_THE_VIEWER, 'billingChanged');
  await subscribed(other, forty('b'));
  await acme.hasMember('max');
  const told = await first.several(MOST);
  expect(told.map(({ type, id }) => `${type} ${id}`).sort()).toEqual(ids.map((id) => `next ${id}`).sort());
  await leave(first, second, other);
});

test('X3 an answer that operations share counts once', async () => {
  const [first, second] = [await signIn('bea'), await signIn('bea')];
  for (const socket of [first, second])
    for (let count = 0; count < 20; count++) await subscribed(socket, forty('same'));
  for (let count = 1; count < MOST; count++) await subscribed(first, forty(`a${count}_`));
  await isRefused(second, forty('b'));
  await subscribed(second, forty('same'));
  await leave(first, second);
});

test.each<[string, (socket: RawSocket, ids: readonly string[]) => unknown]>([
  ['that its client completes', (socket, [id]) => socket.say({ type: 'complete', id })],
  ['whose socket has gone', (socket) => socket.terminate()],
  [
    'whose viewer has lost access',
    async (socket) => {
      await acme.loses('leaver');
      // Who comes back before that goes on.
      await socket.several(2 * MOST);
    },
  ],
])('X3 an operation makes room %s', async (_, end) => {
  await acme.hasMember('leaver');
  const [socket, other] = [await signIn('leaver'), await signIn('leaver')];
  const ids = await fill(socket);
  await isRefused(other, forty('b'));
  await end(socket, ids);
  await acme.hasMember('leaver');
  await hasRoom(other, forty('b'));
  await leave(socket, other);
});

test('X3 what has been refused, or answered once, does not count', async () => {
  const socket = await signIn('oscar');
  const last = (await fill(socket)).at(-1)!;
  for (let count = 0; count < 3; count++) await isRefused(socket, forty('b'));
  socket.say({ type: 'complete', id: last });
  for (const query of [
    forty('b', 'elsewhere'),
    forty('b').replace('acme', 'x y'),
    '{ viewer { id } }',
    '{ nothing }',
  ]) {
    const id = socket.operate(query);
    await socket.through((message) => message.id === id && message.type !== 'next');
  }
  await hasRoom(socket, forty('b'));
  await isRefused(socket, forty('c'));
  await leave(socket);
});

test('X3 operations that have grown over the limit together end one after the other, until the rest is within it', async () => {
  const large = await seedAcme(service.services, 'large');
  const roster = (name: string) =>
    `subscription { billingAdminRosterChanged(organizationId: "large") { version roster { ${name}: owners { id name } } } }`;
  const socket = await signIn('olivia');
  const ids: string[] = [];
  // 8 each, and 28 with ten owners more.
  for (let count = 0; count < 20; count++) ids.push(await subscribed(socket, roster(`a${count}_`)));
  for (let count = 0; count < 10; count++) await large.hasOwner(`owner-${count}`);
  const { data } = await service.as('olivia')('{ organization(id: "large") { billingAdmins { version } } }');
  const last = data!.organization.billingAdmins.version;
  const ended = new Set<string>();
  const seen = new Map<string, number>();
  while (ids.some((id) => !ended.has(id) && seen.get(id) !== last)) {
    const { id = '', type, payload } = await socket.next();
    if (type === 'complete') ended.add(id);
    else if (payload?.data) seen.set(id, payload.data.billingAdminRosterChanged.version);
    else expect(payload?.errors).toMatchObject(refusal(id)[0]!.payload!.errors.map(({ message }) => ({ message })));
  }
  expect(20 - ended.size).toBe(Math.floor(LIMIT / 28));
  await leave(socket);
});

test("X3 a back end's token may have one operation of any cost that it may have", async () => {
  const token = await service.token('olivia', { scopes: ['usage:write'] });
  const socket = await RawSocket.signIn(service, token);
  for (let count = 0; count < Math.floor(1_000 / 41); count++) await subscribed(socket, forty(`a${count}_`));
  const id = socket.operate(forty('b'));
  const [{ payload } = { payload: undefined }] = await socket.several(2);
  expect({ id, message: payload?.errors[0].message }).toEqual({
    id,
    message: expect.stringContaining('at most 1000'),
  });
  await leave(socket);
});

test('X3 what an event has cost counts in place of what was expected, also where nobody shares it', async () => {
  const socket = await signIn('oscar');
  // Lists are taken to be longer than this one is.
  const lists = Array.from({ length: 5 }, (_, index) => `o${index}: owners { id name }`).join(' ');
  const query = `subscription { billingChanged(organizationId: "acme") { organization { billing { viewerAccessRequest { id } } billingAdmins { ${lists} } } } }`;
  let begun = 0;
  let last: Message;
  do {
    socket.operate(query);
    last = await socket.next();
    if (last.payload?.data) begun += 1;
  } while (last.payload?.data);
  // Each costs 31, and some 200 before its first event.
  expect(begun).toBe(7);
  // And so much is made of it at a time.
  const made = jest.spyOn(service.services.boundedWork, 'make');
  await acme.invites('guest', 'guest@example.com');
  await socket.several(1 + begun);
  expect(made.mock.calls.map(([cost]) => cost)).toEqual(Array.from({ length: begun }, () => 31));
  made.mockRestore();
  await leave(socket);
});
