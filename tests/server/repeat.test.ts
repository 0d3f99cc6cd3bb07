import { repeat } from '../../src/server/repeat';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('O4 what fails while it runs is told, and what a stop has cut off is not', async () => {
  const told: unknown[] = [];
  const fails: ((error: Error) => void)[] = [];
  const stop = repeat(
    () => new Promise((_, reject) => fails.push(reject)),
    1_000,
    (error) => told.push(error),
  );
  const [before, after] = [new Error('before'), new Error('after')];
  fails[0]!(before);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(fails).toHaveLength(2);
  stop();
  fails[1]!(after);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual([before]);
  expect(fails).toHaveLength(2);
});
