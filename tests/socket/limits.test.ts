import { RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';
import { ROSTER_CHANGED } from '../kits/clients/socket';

const ROSTER = { organizationId: 'acme' };

let service: TestService;
let mia: string;

beforeAll(async () => {
  service = await startTestService({
    environment: {
      SOCKET_OPERATION_LIMIT: '2',
      SOCKET_MESSAGE_LIMIT: '20',
      SOCKET_INIT_TIMEOUT: '2',
      SOCKET_UNREAD_LIMIT: '65536',
      USER_SOCKET_LIMIT: '2',
      ADDRESS_SOCKET_LIMIT: '3',
      DOCUMENT_ALIAS_LIMIT: '1000',
    },
  });
  await seedAcme(service.services);
  mia = await service.token('mia');
});
afterAll(() => service.close());

/** The service is well: somebody signs in and is answered. */
const isWell = async () => {
  const socket = await RawSocket.signIn(service, await service.token('ada'));
  socket.operate('{ viewer { id } }');
  expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { viewer: { id: 'ada' } } } });
  socket.terminate();
  await socket.closed;
};

/** Tries until it succeeds: the service hears of a closed socket a moment after its client. */
const eventually = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await new Promise(setImmediate);
    }
  }
};

test('X3 an operation more than may run on a socket is refused with its code; the others go on, and one that ends makes room', async () => {
  const socket = await RawSocket.signIn(service, mia);
  const first = socket.operate(ROSTER_CHANGED, ROSTER);
  await socket.next();
  socket.operate(ROSTER_CHANGED, ROSTER);
  await socket.next();
  const id = socket.operate('{ viewer { id } }');
  expect(await socket.next()).toEqual({
    type: 'error',
    id,
    payload: [
      {
        message: 'At most 2 operations may run on a socket at the same time.',
        extensions: { code: 'OPERATION_LIMIT_EXCEEDED' },
      },
    ],
  });
  socket.say({ type: 'complete', id: first });
  socket.operate('{ viewer { id } }');
  expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { viewer: { id: 'mia' } } } });
  socket.terminate();
  await socket.closed;
});

test('X3 1013: a socket more than a user may have; others may, and one that is closed makes room', async () => {
  const olivia = await service.token('olivia');
  const [first, second] = [await RawSocket.signIn(service, olivia), await RawSocket.signIn(service, olivia)];
  const third = await RawSocket.open(service);
  third.say({ type: 'connection_init', payload: { authorization: `Bearer ${olivia}` } });
  expect(await third.closed).toEqual({ code: 1013, reason: 'Too many sockets' });
  await isWell();
  first.terminate();
  await first.closed;
  const fourth = await eventually(async () => {
    const socket = await RawSocket.open(service);
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${olivia}` } });
    const answer = await Promise.race([socket.next(), socket.closed]);
    if ('code' in answer) throw new Error(answer.reason);
    return socket;
  });
  for (const each of [second, fourth]) {
    each.terminate();
    await each.closed;
  }
});

test('X3 429: a socket more than an address may have that have not signed in; signing in or going makes room', async () => {
  const waiting = [await RawSocket.open(service), await RawSocket.open(service), await RawSocket.open(service)];
  await expect(RawSocket.open(service)).rejects.toThrow('429');
  waiting[0]!.say({ type: 'connection_init', payload: { authorization: `Bearer ${mia}` } });
  expect(await waiting[0]!.next()).toEqual({ type: 'connection_ack' });
  waiting.push(await RawSocket.open(service));
  await expect(RawSocket.open(service)).rejects.toThrow('429');
  // L6: those that say nothing are ended.
  const closed = await Promise.all(waiting.slice(1).map((socket) => socket.closed));
  expect(closed.map(({ code }) => code)).toEqual([4408, 4408, 4408]);
  waiting[0]!.terminate();
  await waiting[0]!.closed;
  await isWell();
});

test.each([
  ['messages', (socket: RawSocket) => socket.say({ type: 'ping' })],
  ['pings of WebSocket itself', (socket: RawSocket) => socket.pingBelow()],
])('X3 1008: more %s in a second than may', async (_, say) => {
  const socket = await RawSocket.signIn(service, mia);
  for (let i = 0; i < 50; i++) say(socket);
  expect(await socket.closed).toEqual({ code: 1008, reason: 'Too many messages' });
  expect(socket.all.filter(({ type }) => type === 'pong').length).toBeLessThanOrEqual(20);
  await isWell();
});

test('X3 nothing is executed of what comes after too many messages', async () => {
  const socket = await RawSocket.signIn(service, mia);
  const before = service.statements.length;
  for (let i = 0; i < 20; i++) socket.say({ type: 'pong' });
  for (let i = 0; i < 20; i++) socket.operate('{ viewer { user { name } } }');
  expect((await socket.closed).code).toBe(1008);
  expect(service.statements.slice(before)).toEqual([]);
});
