import fc from 'fast-check';
import { spansOf } from '../../src/store/usage-spans';

const DAY = 24 * 60 * 60 * 1_000;

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** Every day from the first to the last, both counting. */
function daysFrom(from: string, to: string): string[] {
  const days: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += DAY) days.push(dayOf(time));
  return days;
}

/** The days of whole months, both counting. */
function daysOfMonths(from: string, to: string): string[] {
  const afterLast = new Date(`${to}-01`).setUTCMonth(Number(to.slice(5)));
  return daysFrom(`${from}-01`, dayOf(afterLast - DAY));
}

/** How often each day counts. */
function countsOf(from: string, to: string): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (day: string, count: number) => counts.set(day, (counts.get(day) ?? 0) + count);
  const { months, days } = spansOf(from, to);
  if (months) for (const day of daysOfMonths(months.from, months.to)) add(day, 1);
  for (const span of days) for (const day of daysFrom(span.from, span.to)) add(day, span.sign);
  return new Map([...counts].filter(([, count]) => count !== 0));
}

const daysBeside = (from: string, to: string) =>
  spansOf(from, to).days.reduce((sum, span) => sum + daysFrom(span.from, span.to).length, 0);

test('B8 for any range its spans count each of its days once, and no other, with at most half a month of days at each end', () => {
  // Leap years and others, with every length that a report may have.
  const range = fc.tuple(fc.integer({ min: 0, max: 5 * 366 }), fc.integer({ min: 1, max: 366 }));
  fc.assert(
    fc.property(range, ([start, length]) => {
      const from = dayOf(Date.UTC(2023, 6, 1) + start * DAY);
      const to = dayOf(Date.parse(from) + (length - 1) * DAY);
      const expected = daysFrom(from, to).map((day) => [day, 1]);
      expect([...countsOf(from, to)].sort()).toEqual(expected);
      expect(daysBeside(from, to)).toBeLessThanOrEqual(30);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['a calendar year', '2026-01-01', '2026-12-31', { months: { from: '2026-01', to: '2026-12' }, days: [] }],
  ['February of a leap year', '2028-02-01', '2028-02-29', { months: { from: '2028-02', to: '2028-02' }, days: [] }],
  [
    'a year until the 24th',
    '2025-11-25',
    '2026-11-24',
    {
      months: { from: '2025-12', to: '2026-11' },
      days: [
        { from: '2025-11-25', to: '2025-11-30', sign: 1 },
        { from: '2026-11-25', to: '2026-11-30', sign: -1 },
      ],
    },
  ],
  [
    'a week within a month',
    '2026-03-02',
    '2026-03-08',
    { months: null, days: [{ from: '2026-03-02', to: '2026-03-08', sign: 1 }] },
  ],
])('B8 the spans of %s', (_, from, to, spans) => {
  expect(spansOf(from, to)).toEqual(spans);
});

test.each([
  ['the first century', '0001-01-01', '0001-12-31'],
  ['the last year with four digits', '9999-01-20', '9999-12-20'],
])('B8 the spans of %s are what they are in any other', (_, from, to) => {
  expect([...countsOf(from, to).keys()].sort()).toEqual(daysFrom(from, to));
});
