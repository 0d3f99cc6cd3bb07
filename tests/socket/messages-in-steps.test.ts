import { TurnBudget } from '../../src/server/limits/turn-budget';
import { RawSocket } from '../kits/clients/raw-socket';
import { startTestService, type TestService } from '../kits/service/service';
import { WorkPerTurn } from '../kits/measures/work-per-turn';

/** Milliseconds that each ping takes to be read. */
const LONG = 10;

/** Bytes that Node reads from a connection before it tells of them. */
const PIECE = 65_536;

let service: TestService;
let work: WorkPerTurn;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

beforeEach(() => {
  work = new WorkPerTurn(LONG);
  const parse = JSON.parse;
  jest.spyOn(JSON, 'parse').mockImplementation((...given) => {
    const message: unknown = parse(...given);
    if ((message as { readonly type?: unknown } | null)?.type === 'ping') work.do();
    return message;
  });
});
afterEach(() => {
  work.stop();
  jest.restoreAllMocks();
});

const signIn = async () => RawSocket.signIn(service, await service.token('mia'));

test('X3 messages that come at once on many sockets leave turns to others', async () => {
  const sockets = await Promise.all(Array.from({ length: 40 }, signIn));
  work.most = 0;
  for (const socket of sockets) socket.say({ type: 'ping' });
  for (const socket of sockets) expect(await socket.next()).toEqual({ type: 'pong' });
  // A step has 20 milliseconds, and what has been begun is finished.
  expect(work.most).toBeLessThanOrEqual(3);
  for (const socket of sockets) socket.terminate();
});

test('X3 those of one socket too, and they are answered in their order', async () => {
  const socket = await signIn();
  work.most = 0;
  const pings = Array.from({ length: 40 }, (_, number) => ({
    type: 'ping',
    payload: { number, filler: 'x'.repeat(number % 4 === 0 ? 100_000 : 10) },
  }));
  socket.sayAtOnce(...pings);
  for (const ping of pings) expect(await socket.next()).toEqual({ ...ping, type: 'pong' });
  expect(work.most).toBeLessThanOrEqual(3);
  socket.operate('{ viewer { id } }');
  expect(await socket.next()).toMatchObject({ payload: { data: { viewer: { id: 'mia' } } } });
  socket.terminate();
});

test('X3 a fault while a message that has waited is read ends its socket, and no other', async () => {
  const [faulty, other] = await Promise.all([signIn(), signIn()]);
  const fault = {
    get type(): string {
      throw new Error('A fault of the service.');
    },
  };
  jest.spyOn(JSON, 'parse').mockImplementationOnce(() => fault);
  faulty.say({ type: 'ping' });
  expect(await faulty.closed).toEqual({ code: 4500, reason: 'Internal server error' });
  other.say({ type: 'ping' });
  expect(await other.next()).toEqual({ type: 'pong' });
  other.terminate();
});

test('X3 what comes on all of them in one turn is bounded, and everything is answered', async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, signIn));
  const budget = new TurnBudget(100_000);
  const take = budget.take.bind(budget);
  let [inThisTurn, most] = [0, 0];
  jest.spyOn(TurnBudget.prototype, 'take').mockImplementation((length, from) => {
    if (inThisTurn === 0) setImmediate(() => (inThisTurn = 0));
    inThisTurn += length;
    most = Math.max(most, inThisTurn);
    take(length, from);
  });
  const pings = [...'abc'].map((letter) => ({ type: 'ping', payload: { filler: letter.repeat(900_000) } }));
  for (const socket of sockets) socket.sayAtOnce(...pings);
  for (const socket of sockets)
    for (const ping of pings) expect(await socket.next()).toEqual({ ...ping, type: 'pong' });
  expect(most).toBeGreaterThan(100_000);
  // Each of them may have delivered one piece before it is told to wait.
  expect(most).toBeLessThanOrEqual(100_000 + sockets.length * PIECE);
  for (const socket of sockets) socket.terminate();
});
