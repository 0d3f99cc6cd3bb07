import { creditPackOfCatalog, planOfCatalog } from '../../../src/domain/billing/catalog';
import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import { isIdentifier } from '../../../src/domain/identifiers';
import { faultOfText } from '../../../src/domain/text';

const { currency, plans, creditPacks } = DEFAULT_CATALOG;
const prices = plans.map(({ prices: { MONTHLY, ANNUAL } }) => [MONTHLY ?? NaN, ANNUAL ?? NaN] as const);
const isIncreasing = (numbers: readonly number[]) =>
  numbers.every((number, index) => number > (numbers[index - 1] ?? 0));

describe('B1 the default catalog works as it is', () => {
  test('B1 it sells plans and packs in a currency, each with a key of its own', () => {
    expect(currency).toBe('USD');
    const keys = [...plans, ...creditPacks].map(({ key }) => key);
    expect(keys.every(isIdentifier)).toBe(true);
    expect(new Set(keys).size).toBe(keys.length);
    expect([plans.length, creditPacks.length]).toEqual([3, 3]);
    expect(plans.map(({ name }) => faultOfText(name, 'name'))).toEqual([null, null, null]);
  });

  test('B4 its plans are in order of size: more credits for a higher price, monthly and annual', () => {
    expect(isIncreasing(plans.map(({ includedCredits }) => includedCredits))).toBe(true);
    expect(isIncreasing(prices.map(([monthly]) => monthly))).toBe(true);
    expect(isIncreasing(prices.map(([, annual]) => annual))).toBe(true);
    // A year costs more than a month, and less than twelve.
    expect(prices.every(([monthly, annual]) => annual > monthly && annual < 12 * monthly)).toBe(true);
  });

  test('B1 its larger packs cost more, and less for each credit', () => {
    expect(isIncreasing(creditPacks.map(({ credits }) => credits))).toBe(true);
    expect(isIncreasing(creditPacks.map(({ price }) => price))).toBe(true);
    expect(isIncreasing(creditPacks.map(({ credits, price }) => credits / price))).toBe(true);
  });
});

test('B1 a plan and a pack are found by their keys, and nothing by another or by none', () => {
  for (const plan of plans) expect(planOfCatalog(DEFAULT_CATALOG, plan.key)).toBe(plan);
  for (const pack of creditPacks) expect(creditPackOfCatalog(DEFAULT_CATALOG, pack.key)).toBe(pack);
  for (const key of ['gone', '', null]) {
    expect(planOfCatalog(DEFAULT_CATALOG, key)).toBeNull();
    expect(creditPackOfCatalog(DEFAULT_CATALOG, key)).toBeNull();
  }
});
