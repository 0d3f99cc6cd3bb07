import fc from 'fast-check';
import { daysBackOn, forecastOf } from '../../../src/domain/billing/forecast';
import { includedRenewsAt, includedTotal } from '../../../src/domain/billing/included';

const DAY = 24 * 60 * 60 * 1_000;
const NOW = Date.UTC(2026, 10, 20, 12);

const pace = { available: 280, used: 280, days: 28, now: NOW, renewsAt: null };

test('B5 credits run out when as many are used as are left, at the pace of the days', () => {
  expect(forecastOf(pace)).toEqual({ averagePerDay: 10, runsOutAt: NOW + 28 * DAY });
  expect(forecastOf({ ...pace, available: 5 })).toEqual({ averagePerDay: 10, runsOutAt: NOW + DAY / 2 });
  expect(forecastOf({ ...pace, used: 100, days: 1 })).toEqual({ averagePerDay: 100, runsOutAt: NOW + 2.8 * DAY });
});

test.each([
  ['nothing was used', { used: 0 }],
  ['nothing is left', { available: 0 }],
  ['credits are overdrawn', { available: -5 }],
  ['the next credits come before', { renewsAt: NOW + 27 * DAY }],
  ['the next credits come right then', { renewsAt: NOW + 28 * DAY }],
  ['it takes a hundred years', { available: 10 * 36_500 }],
])('B5 nothing runs out where %s', (_, more) => {
  expect(forecastOf({ ...pace, ...more }).runsOutAt).toBeNull();
});

test('B5 what runs out before the next credits come does, and the time is one that exists', () => {
  expect(forecastOf({ ...pace, renewsAt: NOW + 29 * DAY }).runsOutAt).toBe(NOW + 28 * DAY);
  const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(amount, amount, fc.integer({ min: 1, max: 28 }), (available, used, days) => {
      const { runsOutAt, averagePerDay } = forecastOf({ ...pace, available, used, days });
      expect(Number.isSafeInteger(averagePerDay)).toBe(true);
      if (runsOutAt !== null) expect(new Date(runsOutAt).toISOString() >= new Date(NOW).toISOString()).toBe(true);
    }),
  );
});

test.each([
  ['on its first day', NOW - 1_000, 1],
  ['at the next midnight', Date.UTC(2026, 10, 19, 23), 2],
  ['after a year', NOW - 365 * DAY, 28],
  ['by a clock that is behind', NOW + DAY, 1],
])('B5 an organization %s looks back on the days that it has', (_, createdAt, days) => {
  expect(daysBackOn(createdAt, NOW)).toBe(days);
});

const terms = {
  includedPlanKey: 'team',
  includedGiven: 500,
  includedMonthEnd: NOW,
  scheduledAt: null,
  scheduledPlanKey: null,
};

test.each([
  ['with a plan', {}, 500, NOW],
  ['without a plan', { includedPlanKey: null }, 0, null],
  ['without an account', { includedPlanKey: null, includedGiven: null, includedMonthEnd: null }, 0, null],
  ['with a change that comes', { scheduledAt: NOW, scheduledPlanKey: 'starter' }, 500, NOW],
  ['with an end that comes first', { scheduledAt: NOW }, 500, null],
  ['with an end that comes after more months', { scheduledAt: NOW + 90 * DAY }, 500, NOW],
])('B5 what is included %s', (_, more, total, renewsAt) => {
  expect([includedTotal({ ...terms, ...more }), includedRenewsAt({ ...terms, ...more })]).toEqual([total, renewsAt]);
});
