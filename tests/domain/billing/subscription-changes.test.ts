import type { Catalog } from '../../../src/domain/billing/catalog';
import type { SubscriptionTerms } from '../../../src/domain/billing/orders';
import { isSame, priceOf, timingOf } from '../../../src/domain/billing/subscription-changes';
import type { BillingCadence } from '../../../src/domain/billing/terms';

const CATALOG: Catalog = {
  currency: 'USD',
  plans: [
    { key: 'small', name: 'Small', includedCredits: 1, prices: { MONTHLY: 10, ANNUAL: 100 } },
    { key: 'free', name: 'Free', includedCredits: 1, prices: { MONTHLY: 0 } },
    { key: 'large', name: 'Large', includedCredits: 2, prices: { MONTHLY: 20, ANNUAL: 200 } },
  ],
  creditPacks: [],
};

const terms = (planKey: string, cadence: BillingCadence): SubscriptionTerms => ({ planKey, cadence });

test.each([
  ['a larger plan', terms('small', 'MONTHLY'), terms('large', 'MONTHLY'), 'NOW'],
  ['a smaller plan', terms('large', 'MONTHLY'), terms('small', 'MONTHLY'), 'AT_PERIOD_END'],
  ['from monthly to annual', terms('small', 'MONTHLY'), terms('small', 'ANNUAL'), 'NOW'],
  ['from annual to monthly', terms('small', 'ANNUAL'), terms('small', 'MONTHLY'), 'AT_PERIOD_END'],
  ['a larger plan in a lower cadence', terms('small', 'ANNUAL'), terms('large', 'MONTHLY'), 'AT_PERIOD_END'],
  ['a smaller plan in a higher cadence', terms('large', 'MONTHLY'), terms('small', 'ANNUAL'), 'AT_PERIOD_END'],
  ['a larger plan in the same cadence', terms('small', 'ANNUAL'), terms('large', 'ANNUAL'), 'NOW'],
  ['a larger plan in a higher cadence', terms('small', 'MONTHLY'), terms('large', 'ANNUAL'), 'NOW'],
  ['away from a plan that is no longer sold', terms('gone', 'MONTHLY'), terms('small', 'MONTHLY'), 'NOW'],
] as const)('B4 a change: %s', (_, current, target, timing) => {
  expect(timingOf(CATALOG, current, target)).toBe(timing);
});

test.each([
  [terms('small', 'MONTHLY'), 10],
  [terms('large', 'ANNUAL'), 200],
  [terms('free', 'MONTHLY'), 0],
  [terms('free', 'ANNUAL'), null],
  [terms('gone', 'MONTHLY'), null],
])('B1 the price of %j is %s', (of, price) => {
  expect(priceOf(CATALOG, of)).toBe(price);
});

test('B4 terms are the same if neither plan nor cadence differs', () => {
  expect(isSame(terms('small', 'ANNUAL'), terms('small', 'ANNUAL'))).toBe(true);
  expect(isSame(terms('small', 'ANNUAL'), terms('small', 'MONTHLY'))).toBe(false);
  expect(isSame(terms('small', 'ANNUAL'), terms('large', 'ANNUAL'))).toBe(false);
});
