import fc from 'fast-check';
import {
  dayOf,
  monthOf,
  monthPeriod,
  monthsOf,
  type Period,
  periodEnd,
  periodFrom,
  shareOfRest,
} from '../../../src/domain/billing/periods';
import type { BillingCadence } from '../../../src/domain/billing/terms';

const CADENCES: readonly BillingCadence[] = ['MONTHLY', 'ANNUAL'];
const seconds = fc.integer({ min: 0, max: 4_102_444_800 }).map((count) => count * 1_000);
const day = (time: number) => new Date(time).toISOString().slice(0, 10);

describe('B4 periods', () => {
  test.each([
    ['2027-01-31', 'MONTHLY', ['2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31']],
    ['2028-01-31', 'MONTHLY', ['2028-02-29', '2028-03-31']],
    ['2027-12-31', 'MONTHLY', ['2028-01-31', '2028-02-29']],
    ['2028-02-29', 'ANNUAL', ['2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']],
    ['2027-06-15', 'ANNUAL', ['2028-06-15', '2029-06-15']],
  ] as const)('B4 since %s, %s', (first, cadence, ends) => {
    const anchor = Date.parse(first);
    let start = anchor;
    for (const end of ends) {
      const period = periodFrom(anchor, start, cadence);
      expect(day(period.end)).toBe(end);
      start = period.end;
    }
  });

  test('B4 one period after the other they are those counted from the anchor, without a gap', () => {
    fc.assert(
      fc.property(seconds, fc.constantFrom(...CADENCES), (anchor, cadence) => {
        let start = anchor;
        for (let count = 1; count <= 14; count++) {
          const period = periodFrom(anchor, start, cadence);
          expect(period).toEqual({ start, end: periodEnd(anchor, cadence, count) });
          start = period.end;
        }
      }),
    );
  });

  test('B4 another cadence goes on from where the last period ended, on the same day of the month', () => {
    const anchor = Date.parse('2028-02-29T10:00:00Z');
    const year = periodFrom(anchor, anchor, 'ANNUAL');
    const month = periodFrom(anchor, year.end, 'MONTHLY');
    expect([day(year.end), day(month.end)]).toEqual(['2029-02-28', '2029-03-29']);
  });
});

describe('B4 the share of the rest', () => {
  const period: Period = { start: 1_000_000, end: 1_000_000 + 30 * 86_400_000 };

  test('B4 is all at the start, nothing at the end, and half in the middle', () => {
    expect(shareOfRest(9_900, period, period.start)).toBe(9_900);
    expect(shareOfRest(9_900, period, period.end)).toBe(0);
    expect(shareOfRest(9_900, period, (period.start + period.end) / 2)).toBe(4_950);
  });

  test('B4 rounds halves up, and is exact where a product of the numbers is not', () => {
    const two: Period = { start: 0, end: 2_000 };
    expect(shareOfRest(1, two, 1_000)).toBe(1);
    expect(shareOfRest(Number.MAX_SAFE_INTEGER, period, period.start)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('B4 is all of it before the period, and nothing after it or where the period has no second', () => {
    expect(shareOfRest(9_900, period, period.start - 86_400_000)).toBe(9_900);
    expect(shareOfRest(9_900, period, period.end + 86_400_000)).toBe(0);
    expect(shareOfRest(9_900, { start: 5_000, end: 5_999 }, 5_000)).toBe(0);
    expect(shareOfRest(9_900, { start: 5_000, end: 3_000 }, 4_000)).toBe(0);
  });

  test('B4 counts whole seconds of the clock', () => {
    // From second 1 to second 11; the rest is from second 4.
    expect(shareOfRest(100, { start: 1_999, end: 11_001 }, 4_999)).toBe(70);
    expect(shareOfRest(3, { start: 0, end: 10_000 }, 8_000)).toBe(1);
    expect(shareOfRest(2, { start: 0, end: 10_000 }, 8_000)).toBe(0);
  });

  test('B4 never grows with time', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 });
    const at = fc.integer({ min: period.start, max: period.end });
    fc.assert(
      fc.property(amount, at, at, (price, one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)];
        expect(shareOfRest(price, period, early)).toBeGreaterThanOrEqual(shareOfRest(price, period, late));
      }),
    );
  });
});

describe('B5 months of a period', () => {
  test('B5 the monthly cadence has one, and a year twelve that follow each other from its start to its end', () => {
    fc.assert(
      fc.property(seconds, fc.nat({ max: 13 }), (anchor, years) => {
        const year = { start: periodEnd(anchor, 'ANNUAL', years), end: periodEnd(anchor, 'ANNUAL', years + 1) };
        const months = monthsOf(year, 'ANNUAL');
        expect(months).toHaveLength(12);
        expect(months.map(({ start }) => start)).toEqual([year.start, ...months.slice(0, -1).map(({ end }) => end)]);
        expect(months.at(-1)?.end).toBe(year.end);
        for (const { start, end } of months) expect(end).toBeGreaterThan(start);
        expect(monthsOf(year, 'MONTHLY')).toEqual([year]);
      }),
    );
  });

  test.each([
    ['2027-02-28', '2028-02-29', '2028-01-28'],
    ['2028-02-29', '2029-02-28', '2029-01-29'],
    ['2027-08-31', '2028-08-31', '2028-07-31'],
  ])('B5 a year from %s to %s has its last month from %s', (start, end, last) => {
    const months = monthsOf({ start: Date.parse(start), end: Date.parse(end) }, 'ANNUAL');
    expect(day(months.at(-1)?.start ?? 0)).toBe(last);
  });

  test('B5 a trial that is shorter than a month is one', () => {
    const trial = { start: Date.parse('2027-01-25'), end: Date.parse('2027-02-08') };
    expect(monthsOf(trial, 'ANNUAL')).toEqual([trial]);
    const within = { start: Date.parse('2027-01-05'), end: Date.parse('2027-01-19') };
    expect(monthsOf(within, 'ANNUAL')).toEqual([within]);
  });
});

test.each([
  ['2027-01-01T00:00:00.000Z', '2027-01', '2027-01-01', '2027-02-01'],
  ['2027-02-28T23:59:59.999Z', '2027-02', '2027-02-28', '2027-03-01'],
  ['2027-12-31T23:59:59.999Z', '2027-12', '2027-12-31', '2028-01-01'],
])('B7 B8 %s is in the month %s and on the day %s, UTC', (time, month, date, next) => {
  const at = Date.parse(time);
  expect([monthOf(at), dayOf(at)]).toEqual([month, date]);
  expect(monthPeriod(at)).toEqual({ start: Date.parse(`${month}-01`), end: Date.parse(next) });
});
