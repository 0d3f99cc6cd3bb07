import { RawSocket } from '../kits/clients/raw-socket';
import { startTestService, type TestService } from '../kits/service/service';

const MEGABYTE = 1024 * 1024;

let service: TestService;

beforeAll(async () => {
  service = await startTestService({
    environment: { SOCKET_UNREAD_LIMIT: '65536', SOCKET_MESSAGE_LIMIT: '1000', UNFINISHED_LIMIT: String(MEGABYTE) },
  });
});
afterAll(() => service.close());

const ping = (bytes: number) => ({ type: 'ping', payload: { filler: 'x'.repeat(bytes) } });

describe('before a socket has signed in', () => {
  test('X4 1009: it may not send much, and is sent nothing back of it', async () => {
    const socket = await RawSocket.open(service);
    socket.say(ping(MEGABYTE - 100));
    expect(await socket.closed).toEqual({ code: 1009, reason: 'Too much before connection_ack' });
    expect(socket.all).toEqual([]);
  });

  test('X4 1009: nor in many small messages', async () => {
    const socket = await RawSocket.open(service);
    for (let i = 0; i < 20; i++) socket.say(ping(1_000));
    expect((await socket.closed).code).toBe(1009);
    expect(JSON.stringify(socket.all).length).toBeLessThan(16_384);
  });

  test('X4 1009: nor in parts of one that has no end', async () => {
    const socket = await RawSocket.open(service);
    for (let i = 0; i < 20; i++) socket.sayPart('x'.repeat(1_000));
    expect((await socket.closed).code).toBe(1009);
  });

  test('I2 L6 the longest token is taken, with all that a client says beside it; from then on messages are as long as they may', async () => {
    const token = await service.token('mia', { scopes: ['x'.repeat(4_000)] });
    const socket = await RawSocket.open(service);
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}`, more: 'x'.repeat(4_000) } });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    const long = ping(900_000);
    socket.say(long);
    expect(await socket.next()).toEqual({ ...long, type: 'pong' });
    socket.terminate();
    await socket.closed;
  });
});

test('L7 X4 a client that sends pings and reads no answer is cut off', async () => {
  const socket = await RawSocket.signIn(service, await service.token('mia'));
  socket.stopReading();
  // More than the network's own buffers hold.
  for (let i = 0; i < 60; i++) socket.say(ping(400_000));
  expect((await socket.closed).code).toBe(1006);
  expect(socket.all.length).toBeLessThan(60);
});

test('X4 of more unfinished messages than all sockets may have together, the largest are cut off', async () => {
  const token = await service.token('mia');
  const sockets = await Promise.all(Array.from({ length: 4 }, () => RawSocket.signIn(service, token)));
  const [small, ...large] = sockets as [RawSocket, ...RawSocket[]];
  small.sayPart('x'.repeat(10_000));
  for (const socket of large) socket.sayPart('x'.repeat(500_000));
  expect((await Promise.race(large.map(({ closed }) => closed))).code).toBe(1006);
  small.sayPart('', true);
  // What it says is no message, and it is there to be told so.
  expect((await small.closed).code).toBe(4400);
  for (const socket of large) socket.terminate();
  await Promise.all(large.map(({ closed }) => closed));
});
