import type { ClientSocket } from '../../src/server/graphql/client-socket';
import { TokenExpiries } from '../../src/server/graphql/token-expiries';

const NOW = Date.parse('2031-05-01T12:00:00.000Z');

let open: Set<ClientSocket>;
let expiries: TokenExpiries;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  open = new Set();
  expiries = new TokenExpiries(open);
});
afterEach(() => {
  expiries.stop();
  jest.useRealTimers();
});

const signedIn = (expiresAt: number) => {
  const close = jest.fn();
  open.add({ close, viewer: { id: 'mia', scopes: new Set(), expiresAt } } as unknown as ClientSocket);
  expiries.watch(expiresAt);
  return close;
};

test('L5 each socket is closed with 4403 when its own token expires, whatever order they came in, by one timer', () => {
  const closes = [3_000, 1_500, 2_000].map((lifetime) => signedIn(NOW + lifetime));
  const closed = () => closes.map((close) => close.mock.calls.length > 0);
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(1_499);
  expect(closed()).toEqual([false, false, false]);
  jest.advanceTimersByTime(1);
  expect(closed()).toEqual([false, true, false]);
  expect(closes[1]!.mock.calls).toEqual([[4403, 'Token expired']]);
  jest.advanceTimersByTime(500);
  expect(closed()).toEqual([false, true, true]);
  jest.advanceTimersByTime(1_000);
  expect(closed()).toEqual([true, true, true]);
});

test('L5 a socket that has gone or has not signed in is not closed, and nothing is waited for after the last', () => {
  const gone = signedIn(NOW + 1_000);
  open.clear();
  const stranger = jest.fn();
  open.add({ close: stranger, viewer: null } as unknown as ClientSocket);
  jest.advanceTimersByTime(5_000);
  expect(gone).not.toHaveBeenCalled();
  expect(stranger).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});
