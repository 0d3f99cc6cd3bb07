import { formatEnd } from '../../web/look/dates';
import { dayOf, readTerms, typedTerms, USUAL_TERMS, usualEnds } from '../../web/roster/typed-terms';

/** Moments of whoever reads, in whatever time zone the test runs. */
const at = (...[month, day, hour = 0, minute = 0]: readonly number[]) =>
  new Date(2026, (month ?? 1) - 1, day, hour, minute).getTime();
const NOW = at(11, 29, 20, 15);
const iso = (moment: number) => new Date(moment).toISOString();
const said = (moment: number, now = NOW) => formatEnd(iso(moment), now).replace(/\s/gu, ' ');

test('T2 an end is said as its last day, with the time where it is not the end of a day', () => {
  expect(said(at(12, 32))).toBe('December 31');
  // In a day's last minute.
  expect(said(at(12, 32) - 1_000)).toBe('December 31');
  expect(said(at(12, 31, 14, 30))).toBe('December 31, 2:30 PM');
  expect(said(new Date(2027, 2, 2).getTime())).toBe('March 1, 2027');
  expect(said(at(12, 32), new Date(2027, 0, 1, 9).getTime())).toBe('December 31, 2026');
});

test('T2 a day that is typed lasts to its end, and may be today', () => {
  const read = (day: string) => readTerms({ access: 'VIEW', end: 'day', day }, null, NOW);
  expect(read('2026-12-31')).toEqual({ access: 'VIEW', expiresAt: iso(at(12, 32)) });
  expect(read('2026-11-29')).toEqual({ access: 'VIEW', expiresAt: iso(at(11, 30)) });
  expect(dayOf(NOW)).toBe('2026-11-29');
});

test.each(['2026-11-28', '2020-02-29', '0001-01-01', '0099-12-31'])('T2 %s is over', (day) => {
  expect(readTerms({ access: 'MANAGE', end: 'day', day }, null, NOW)).toBe('Choose today or a later day.');
});

test.each(['', '2026-12', '9999-12-31', '275760-01-01'])('T2 “%s” is no day to choose', (day) => {
  expect(readTerms({ access: 'MANAGE', end: 'day', day }, null, NOW)).toBe('Choose the last day.');
});

test('T2 the usual ends are in their order, each day once, and end with their days', () => {
  const ends = (now: number) => usualEnds(now).map(({ choice, end }) => [choice, said(end, now)]);
  expect(ends(NOW)).toEqual([
    ['week', 'December 6'],
    ['month', 'December 29'],
    ['year', 'December 31'],
  ]);
  expect(ends(at(12, 24, 12))).toEqual([
    ['week', 'December 31'],
    ['month', 'January 23, 2027'],
  ]);
  expect(ends(at(12, 31, 23, 59))[0]).toEqual(['year', 'December 31']);
  for (const { choice, end } of usualEnds(NOW))
    expect(readTerms({ access: 'MANAGE', end: choice, day: '' }, null, NOW)).toEqual({
      access: 'MANAGE',
      expiresAt: iso(end),
    });
});

test('T1 T2 what there is stays as it is until somebody chooses something else', () => {
  const given = '2026-12-24T10:00:00.000Z';
  const terms = typedTerms({ access: 'VIEW', expiresAt: given });
  expect(readTerms(terms, given, NOW)).toEqual({ access: 'VIEW', expiresAt: given });
  expect(readTerms({ ...terms, end: 'none' }, given, NOW)).toEqual({ access: 'VIEW', expiresAt: null });
  expect(readTerms(USUAL_TERMS, null, NOW)).toEqual({ access: 'MANAGE', expiresAt: null });
});
