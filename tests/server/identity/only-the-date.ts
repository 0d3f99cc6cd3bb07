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
