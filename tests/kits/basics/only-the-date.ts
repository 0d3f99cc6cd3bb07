/**
 * Stops the clock at `now`, for `jest.setSystemTime` to move it on. Timers, and with them the network, go on as ever.
 */
export function stopTheClock(now: number): void {
  jest.useFakeTimers({
    now,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

const SHORT_LIFE = 2;

/**
 * Of a token that a test ends when it is ready to: while the clock stands still, it holds however long a page takes to load.
 */
export const SHORT_LIVED = { expiresInSeconds: SHORT_LIFE };

/** Lets the stopped clock go on to the end of tokens that are `SHORT_LIVED`; the service's timer looks at it every two seconds. */
export function endShortLived(): void {
  jest.setSystemTime(Date.now() + 1_000 * SHORT_LIFE);
}
