import fc from 'fast-check';
import {
  add,
  available,
  type Credits,
  crossingOf,
  fits,
  fitting,
  MOST_CREDITS,
  total,
  use,
} from '../../../src/domain/billing/credits';

const amount = fc.oneof(fc.constantFrom(0, 1, MOST_CREDITS - 1, MOST_CREDITS), fc.nat({ max: MOST_CREDITS }));
const signed = fc.tuple(amount, fc.boolean()).map(([size, isBelow]) => (isBelow ? 0 - size : size));

/** Any balance that may be stored. */
const balance = fc
  .record({ included: amount, topUp: signed })
  .filter(({ included, topUp }) => BigInt(included) + BigInt(topUp) <= BigInt(MOST_CREDITS));
const change = fc.oneof(
  signed.map((topUp) => ({ included: 0, topUp })),
  amount.map((included) => ({ included, topUp: 0 })),
);

const exact = (one: Credits, other: Credits) => ({
  included: BigInt(one.included) + BigInt(other.included),
  topUp: BigInt(one.topUp) + BigInt(other.topUp),
});

function isStorable({ included, topUp }: { included: bigint; topUp: bigint }): boolean {
  const most = BigInt(MOST_CREDITS);
  return included <= most && topUp <= most && -most <= topUp && included + topUp <= most;
}

test('B5 of any change as much counts as the balance has room for, exactly', () => {
  fc.assert(
    fc.property(balance, change, (before, wished) => {
      const made = fitting(before, wished);
      const after = exact(before, made);
      expect(isStorable(after)).toBe(true);
      // Never more than was wished, nor the other way, and all of it where there is room.
      for (const part of ['included', 'topUp'] as const)
        expect(
          Math.sign(made[part]) * Math.sign(wished[part]) >= 0 && Math.abs(made[part]) <= Math.abs(wished[part]),
        ).toBe(true);
      const hasRoom = isStorable(exact(before, wished));
      expect(fits(before, wished)).toBe(hasRoom);
      if (hasRoom) expect(made).toEqual(wished);
      else {
        const more = { included: Math.sign(wished.included), topUp: Math.sign(wished.topUp) };
        expect(isStorable(exact(add(before, made), more))).toBe(false);
      }
    }),
  );
});

test('B5 B8 any usage takes included credits first and leaves a balance that can be stored', () => {
  fc.assert(
    fc.property(balance, fc.integer({ min: 1, max: MOST_CREDITS }), (before, credits) => {
      const after = add(before, fitting(before, use(before, credits)));
      expect(after.included).toBe(Math.max(0, before.included - credits));
      expect(isStorable({ included: BigInt(after.included), topUp: BigInt(after.topUp) })).toBe(true);
      const owed = BigInt(before.topUp) - BigInt(Math.max(0, credits - before.included));
      expect(BigInt(after.topUp)).toBe(owed < -BigInt(MOST_CREDITS) ? -BigInt(MOST_CREDITS) : owed);
    }),
  );
});

test('B8 a total of usage ends at its bound', () => {
  expect(total(MOST_CREDITS - 1, 1)).toBe(MOST_CREDITS);
  expect(total(MOST_CREDITS, 1)).toBe(MOST_CREDITS);
  expect(total(MOST_CREDITS, MOST_CREDITS)).toBe(MOST_CREDITS);
  expect(total(3, 4)).toBe(7);
});

test('B5 what is available is the sum of both parts, also where it is overdrawn', () => {
  expect(available({ included: 3, topUp: 4 })).toBe(7);
  expect(available({ included: 3, topUp: -4 })).toBe(-1);
});

test.each([
  ['to 0', 5, 0, null, 'CREDITS_EXHAUSTED'],
  ['below 0', 5, -2, null, 'CREDITS_EXHAUSTED'],
  ['to 1', 5, 1, null, null],
  ['further below 0', -2, -5, null, null],
  ['on from 0', 0, -5, null, null],
  ['to the threshold', 12, 10, 10, null],
  ['below the threshold', 12, 9, 10, 'CREDITS_LOW'],
  ['from the threshold', 10, 9, 10, 'CREDITS_LOW'],
  ['further below the threshold', 9, 8, 10, null],
  ['below the threshold and to 0', 12, 0, 10, 'CREDITS_EXHAUSTED'],
  ['below a threshold of 0, from 0', 0, -1, 0, 'CREDITS_LOW'],
  ['without a threshold', 12, 9, null, null],
] as const)('B8 the balance falls %s: %i to %i with the threshold %s is %s', (_, was, is, threshold, event) => {
  for (const included of [0, 7]) {
    const balance = (sum: number) => ({ included, topUp: sum - included });
    expect(crossingOf(balance(was), balance(is), threshold)).toBe(event);
  }
});
