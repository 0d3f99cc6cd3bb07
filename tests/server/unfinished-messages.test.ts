import type { ClientSocket } from '../../src/server/graphql/client-socket';
import { UnfinishedMessages } from '../../src/server/graphql/unfinished-messages';

const MESSAGE = 1_000;

/** Of ten messages; half of it is for sockets. */
const LIMITS = { bodyBytes: MESSAGE, unfinished: 20 * MESSAGE };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Of sockets with so many bytes that are no whole message, those that are ended. */
function ended(...unfinished: readonly number[]): number[] {
  const those: number[] = [];
  const sockets = unfinished.map((bytes) => ({ unfinished: bytes, terminate: () => those.push(bytes) }));
  const messages = new UnfinishedMessages(new Set(sockets as unknown as ClientSocket[]), LIMITS);
  jest.advanceTimersByTime(1_000);
  messages.stop();
  return those;
}

test('X4 of more than all sockets may have, the largest end', () => {
  expect(ended(...Array<number>(10).fill(MESSAGE))).toEqual([]);
  expect(ended(10, ...Array<number>(10).fill(MESSAGE - 1), 20)).toEqual([MESSAGE - 1]);
});

test('X4 a closed socket is sent, and drops, at most one message', () => {
  expect(ended(1_000_000, 10, MESSAGE)).toEqual([]);
});
