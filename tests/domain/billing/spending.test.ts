import * as fc from 'fast-check';
import {
  countedForChange,
  isLimiting,
  passedLimit,
  PURCHASE_REQUEST_LASTS,
} from '../../../src/domain/billing/spending';

const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const limit = fc.option(amount);

test('T4 a change counts as the amount due now, or as the increase in price where that is more, and never below 0', () => {
  fc.assert(
    fc.property(amount, fc.option(amount), fc.option(amount), (due, before, after) => {
      const counted = countedForChange(due, before, after);
      expect(counted).toBeGreaterThanOrEqual(due);
      expect(counted).toBeGreaterThanOrEqual((after ?? 0) - (before ?? 0));
      expect([due, (after ?? 0) - (before ?? 0)]).toContain(counted);
    }),
  );
});

test('T4 purchases that fit one after the other never add up to more than the month allows', () => {
  fc.assert(
    fc.property(limit, limit, fc.array(amount), (perPurchase, perMonth, purchases) => {
      let inMonth = 0;
      for (const counted of purchases) {
        if (passedLimit({ perPurchase, perMonth }, counted, inMonth) !== null) continue;
        if (perPurchase !== null) expect(counted).toBeLessThanOrEqual(perPurchase);
        inMonth = Math.min(inMonth + counted, Number.MAX_SAFE_INTEGER);
        if (perMonth !== null) expect(inMonth).toBeLessThanOrEqual(perMonth);
      }
    }),
  );
});

test('T4 exactly the limit fits, and one more does not', () => {
  const limits = { perPurchase: 2_500, perMonth: 5_000 };
  expect(passedLimit(limits, 2_500, 2_500)).toBeNull();
  expect(passedLimit(limits, 2_501, 0)).toBe('PER_PURCHASE');
  expect(passedLimit(limits, 2_500, 2_501)).toBe('PER_MONTH');
});

test('T4 what counts as nothing fits, also where the limit is below what was spent', () => {
  expect(passedLimit({ perPurchase: 0, perMonth: 0 }, 0, 9_999)).toBeNull();
});

test('T4 without a limit there is no policy, and everything fits', () => {
  expect(isLimiting({ perPurchase: null, perMonth: null })).toBe(false);
  expect(isLimiting({ perPurchase: 0, perMonth: null })).toBe(true);
  expect(isLimiting({ perPurchase: null, perMonth: 0 })).toBe(true);
  fc.assert(
    fc.property(amount, amount, (counted, inMonth) => {
      expect(passedLimit({ perPurchase: null, perMonth: null }, counted, inMonth)).toBeNull();
    }),
  );
});

test('T4 a purchase request lapses after a day', () => {
  expect(new Date(Date.parse('2026-11-29') + PURCHASE_REQUEST_LASTS)).toEqual(new Date('2026-11-30'));
});
