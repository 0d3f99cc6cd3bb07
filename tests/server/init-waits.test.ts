import type { WebSocket } from 'ws';
import { InitWaits } from '../../src/server/graphql/init-waits';

const TIMEOUT = 10_000;

let waits: InitWaits;

beforeEach(() => {
  jest.useFakeTimers();
  waits = new InitWaits(TIMEOUT);
});
afterEach(() => {
  waits.stop();
  jest.useRealTimers();
});

const socketThat = (close: jest.Mock) => ({ close }) as unknown as WebSocket;

test('L6 each socket is closed with 4408 when its own time is over, by one timer', () => {
  const closes = Array.from({ length: 3 }, () => jest.fn());
  for (const close of closes) {
    waits.begin(socketThat(close));
    jest.advanceTimersByTime(1_000);
  }
  expect(jest.getTimerCount()).toBe(1);
  for (const [index, close] of closes.entries()) {
    jest.advanceTimersByTime(index === 0 ? TIMEOUT - 3_001 : 998);
    expect(close).not.toHaveBeenCalled();
    jest.advanceTimersByTime(2);
    expect(close.mock.calls).toEqual([[4408, 'Connection initialisation timeout']]);
  }
  expect(jest.getTimerCount()).toBe(0);
});

test('L6 one that has said who it is, or has gone, is not closed, and those after it are', () => {
  const [well, late] = [jest.fn(), jest.fn()];
  const socket = socketThat(well);
  waits.begin(socket);
  waits.begin(socketThat(late));
  waits.end(socket);
  jest.advanceTimersByTime(2 * TIMEOUT);
  expect(well).not.toHaveBeenCalled();
  expect(late).toHaveBeenCalledTimes(1);
});
