import { EventEmitter } from 'node:events';
import type { ClientSocket } from '../../src/server/graphql/client-socket';
import { Heartbeat } from '../../src/server/graphql/heartbeat';

const A_BEAT = 12_000;

/** A client's end that answers pings, or is silent. */
class Client extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  pings = 0;
  isEnded = false;
  turn = 0;
  isSilent = false;

  constructor(public answers: boolean) {
    super();
  }

  ping(): void {
    this.pings += 1;
    if (this.answers) this.emit('pong');
  }

  noteControl(): void {
    // Nothing else comes on it.
  }

  terminate(): void {
    this.isEnded = true;
    open.delete(this);
  }
}

const clients = (count: number, answers: boolean) => Array.from({ length: count }, () => new Client(answers));

const open = new Set<Client>();
let heartbeat: Heartbeat;

beforeEach(() => {
  jest.useFakeTimers();
  heartbeat = new Heartbeat(open as ReadonlySet<unknown> as ReadonlySet<ClientSocket>);
});
afterEach(() => {
  heartbeat.stop();
  open.clear();
  jest.useRealTimers();
});

const follow = (those: readonly Client[]) => {
  for (const client of those) {
    open.add(client);
    heartbeat.follow(client as unknown as ClientSocket);
  }
};

test('L7 a client that answers is pinged in each beat and stays; one that is silent for a beat is ended', () => {
  const [well, silent] = [clients(30, true), clients(30, false)];
  follow([...well, ...silent]);
  jest.advanceTimersByTime(A_BEAT);
  expect(new Set([...well, ...silent].map(({ pings }) => pings))).toEqual(new Set([1]));
  expect(silent.some(({ isEnded }) => isEnded)).toBe(false);
  jest.advanceTimersByTime(A_BEAT);
  expect(silent.every(({ isEnded }) => isEnded)).toBe(true);
  expect(well.some(({ isEnded }) => isEnded)).toBe(false);
  expect(new Set(well.map(({ pings }) => pings))).toEqual(new Set([2]));
});

test('L7 a client that was silent and is heard before the next beat stays', () => {
  const [client] = clients(1, false) as [Client];
  follow([client]);
  jest.advanceTimersByTime(A_BEAT);
  client.emit('pong');
  client.answers = true;
  jest.advanceTimersByTime(3 * A_BEAT);
  expect(client.isEnded).toBe(false);
});

test('a client that has left is neither pinged nor ended, and many are not pinged at once', () => {
  const those = clients(120, true);
  follow(those);
  for (const client of those.slice(60)) open.delete(client);
  let most = 0;
  for (let at = 0; at < A_BEAT; at += A_BEAT / 12) {
    const before = those.reduce((sum, { pings }) => sum + pings, 0);
    jest.advanceTimersByTime(A_BEAT / 12);
    most = Math.max(most, those.reduce((sum, { pings }) => sum + pings, 0) - before);
  }
  expect(those.map(({ pings }) => pings)).toEqual([...Array<number>(60).fill(1), ...Array<number>(60).fill(0)]);
  expect(most).toBeLessThanOrEqual(10);
});
