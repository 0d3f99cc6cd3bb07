import { CallCounts } from '../../../src/server/limits/call-counts';

let counts: CallCounts;

beforeEach(() => {
  jest.useFakeTimers();
  counts = new CallCounts(2, 60);
});
afterEach(() => {
  counts.close();
  jest.useRealTimers();
});

test('X3 so many calls are let in from the first on, and no more until that time is over; others are not concerned', () => {
  expect([counts.count('mia'), counts.count('mia')]).toEqual([0, 0]);
  jest.advanceTimersByTime(20_000);
  expect(counts.count('mia')).toBe(40_000);
  expect(counts.count('olivia')).toBe(0);
  jest.advanceTimersByTime(40_000);
  expect(counts.count('mia')).toBe(0);
});

test('X3 a caller who is blocked has to wait for as long as that is said to be', () => {
  counts.block('mia', 30);
  expect(counts.count('mia')).toBe(30_000);
  jest.advanceTimersByTime(30_000);
  expect(counts.count('mia')).toBe(0);
});

test('one timer forgets all who are gone, and it stops once nobody is known', () => {
  for (let i = 0; i < 100; i++) counts.count(`caller-${i}`);
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(180_000);
  expect(jest.getTimerCount()).toBe(0);
});
