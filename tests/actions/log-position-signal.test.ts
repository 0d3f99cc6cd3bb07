import { LogPositionSignal } from '../../src/actions/subscriptions/log-position-signal';
import type { LogPosition } from '../../src/domain/log/log-position';

const at = (sequence: number, ledgerSequence = 0): LogPosition => ({
  ...{ organizationId: 'acme', sequence, version: sequence, ledgerSequence },
});

let signal: LogPositionSignal;
beforeEach(() => {
  signal = new LogPositionSignal();
});

/** Waits until the log has come to a position; whether it has been let on so far. */
function waitsFor(sequence: number): { readonly isOver: () => Promise<boolean> } {
  let isOver = false;
  void signal.until(() => (signal.position?.sequence ?? 0) >= sequence).then(() => (isOver = true));
  return {
    isOver: async () => {
      await new Promise(setImmediate);
      return isOver;
    },
  };
}

test('E4 the newest position is kept, whatever the order in which they are heard of', () => {
  for (const [heard, kept] of [
    [at(3), at(3)],
    [at(2), at(3)],
    [at(3, 1), at(3, 1)],
    [at(3), at(3, 1)],
    [at(4, 1), at(4, 1)],
  ] as const) {
    signal.hear(heard);
    expect(signal.position).toEqual(kept);
  }
  expect([signal.isRemoved, signal.stopped]).toEqual([false, false]);
});

test('E4 who waits for news goes on with it, and not with what is none', async () => {
  const waiting = waitsFor(2);
  expect(await waiting.isOver()).toBe(false);
  signal.hear(at(1));
  expect(await waiting.isOver()).toBe(false);
  signal.hear(at(2));
  expect(await waiting.isOver()).toBe(true);
  // And at once where there is news already.
  expect(await waitsFor(1).isOver()).toBe(true);
});

test('R13 who waits goes on when the organization has been removed, and so does who comes after', async () => {
  signal.hear(at(1));
  const waiting = waitsFor(2);
  signal.hear(null);
  expect(await waiting.isOver()).toBe(true);
  expect(await waitsFor(2).isOver()).toBe(true);
  expect([signal.isRemoved, signal.position]).toEqual([true, at(1)]);
});

test('L4 who waits goes on when nobody listens any more, and so does who comes after', async () => {
  const waiting = waitsFor(2);
  expect(await waiting.isOver()).toBe(false);
  signal.stop();
  expect(await waiting.isOver()).toBe(true);
  expect(await waitsFor(2).isOver()).toBe(true);
  expect([signal.stopped, signal.isRemoved]).toEqual([true, false]);
});
