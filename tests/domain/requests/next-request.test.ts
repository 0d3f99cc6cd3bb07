import { nextRequestAt } from '../../../src/domain/requests/next-request';

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-11-29');

test('R11 who was never declined and never withdrew may ask now', () => {
  expect(nextRequestAt(null, NOW)).toBeNull();
});

test('R11 after a decline or a withdrawal, one may ask again a day later, and not a millisecond before', () => {
  expect(nextRequestAt(NOW, NOW)).toBe(NOW + DAY);
  expect(nextRequestAt(NOW - DAY + 1, NOW)).toBe(NOW + 1);
  expect(nextRequestAt(NOW - DAY, NOW)).toBeNull();
});

test('R11 an end that a clock noted that was a day ahead holds up nobody', () => {
  expect(nextRequestAt(NOW + DAY - 1, NOW)).toBe(NOW + 2 * DAY - 1);
  expect(nextRequestAt(NOW + DAY, NOW)).toBeNull();
});
