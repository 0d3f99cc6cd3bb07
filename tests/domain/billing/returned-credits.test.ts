import fc from 'fast-check';
import { creditsReturned } from '../../../src/domain/billing/returned-credits';

const amount = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

test('B6 all credits go back with all of the money, and none with none of it', () => {
  fc.assert(
    fc.property(amount, amount, (credits, paid) => {
      expect(creditsReturned(credits, paid, paid)).toBe(credits);
      expect(creditsReturned(credits, paid, 0)).toBe(0);
    }),
  );
});

test('B6 more money back never takes fewer credits, and never more than were bought', () => {
  fc.assert(
    fc.property(amount, amount, amount, amount, (credits, paid, one, other) => {
      const [less, more] = [
        creditsReturned(credits, paid, Math.min(one, other)),
        creditsReturned(credits, paid, Math.max(one, other)),
      ];
      expect(less).toBeLessThanOrEqual(more);
      expect(more).toBeLessThanOrEqual(credits);
    }),
  );
});

test.each([
  [1_000, 2_500, 1_250, 500],
  [1_000, 2_500, 1, 1],
  [3, 10, 5, 2],
  [10, 3, 1, 4],
  [10, 3, 4, 10],
  [10, 3, -1, 0],
  [10, 0, 0, 0],
  [10, 0, 1, 10],
])('B6 of %i credits for %i, %i back takes %i', (credits, paid, returned, taken) => {
  expect(creditsReturned(credits, paid, returned)).toBe(taken);
});
