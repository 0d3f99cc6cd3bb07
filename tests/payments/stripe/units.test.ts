import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import { digitsToShow, minorDigitsOf } from '../../../src/payments/currencies';
import { createStripeProvider } from '../../../src/payments/stripe/stripe-provider';
import { faultAtStripe } from '../../../src/payments/stripe/stripe-units';
import { writtenAmount } from '../../../src/server/sandbox/written';
import { formatMoney } from '../../../web/look/numbers';

const catalogIn = (currency: string) => ({ ...DEFAULT_CATALOG, currency });

test.each([
  ['USD', 2],
  ['EUR', 2],
  ['HUF', 2],
  ['COP', 2],
  ['IDR', 2],
  ['PKR', 2],
  ['RSD', 2],
  ['MGA', 2],
  ['XCG', 2],
  ['JPY', 0],
  ['KRW', 0],
  ['ISK', 0],
  ['UGX', 0],
  ['KWD', 3],
  ['IQD', 3],
])('B10 the minor unit of %s is by ISO 4217: %i digits', (currency, digits) => {
  expect(minorDigitsOf(currency)).toBe(digits);
  expect(digitsToShow(currency)).toBe(digits);
});

test.each(['XAU', 'XTS', 'XXX', 'XDR', 'CLF', 'UYW', 'ANG', 'BGN', 'DEM', 'usd', 'US', '', 'ZZZ'])(
  'B10 nobody is charged in %j',
  (code) => {
    expect(minorDigitsOf(code)).toBeNull();
  },
);

test('B10 an amount of the past is shown, also where its currency was withdrawn', () => {
  expect([digitsToShow('ANG'), digitsToShow('BGN'), digitsToShow('ZZZ')]).toEqual([2, 2, 2]);
});

test.each([
  ['HUF', '1,000.00'],
  ['COP', '1,000.00'],
  ['IDR', '1,000.00'],
  ['PKR', '1,000.00'],
  ['RSD', '1,000.00'],
  ['MGA', '1,000.00'],
  ['ISK', '100,000'],
  ['UGX', '100,000'],
  ['JPY', '100,000'],
  ['KWD', '100.000'],
])('B10 100000 of the minor unit of %s is written %s, by the page and by the sandbox', (currency, number) => {
  const numbers = (text: string) => /[\d.,]+/.exec(text)?.[0];
  const fractionDigits = digitsToShow(currency);
  expect(numbers(formatMoney({ amount: 100_000, currency, fractionDigits }))).toBe(number);
  expect(numbers(writtenAmount(100_000, currency))).toBe(number);
});

test.each(['USD', 'HUF', 'COP', 'IDR', 'PKR', 'RSD', 'TWD', 'JPY', 'KRW', 'CLP', 'XOF'])(
  'B10 Stripe charges %s as the catalog says',
  (currency) => {
    expect(faultAtStripe(catalogIn(currency))).toBeNull();
  },
);

test.each([
  ['MGA', 'Stripe takes amounts of MGA in whole units, and the catalog’s are in hundredths'],
  ['ISK', 'Stripe takes amounts of ISK in hundredths, and the catalog’s are in whole units'],
  ['UGX', 'Stripe takes amounts of UGX in hundredths, and the catalog’s are in whole units'],
  ['IQD', 'Stripe takes amounts of IQD in hundredths, and the catalog’s are in thousandths'],
])('B10 a catalog in %s is refused for Stripe in a sentence', (currency, sentence) => {
  expect(faultAtStripe(catalogIn(currency))).toContain(sentence);
  const options = { secretKey: 'sk_test_1', webhookSecret: 'whsec_1', clock: Date.now };
  expect(() => createStripeProvider({ ...options, catalog: catalogIn(currency) })).toThrow(sentence);
});

test('B10 of three digits Stripe takes the last as 0 alone', () => {
  expect(faultAtStripe(catalogIn('KWD'))).toBeNull();
  const creditPacks = [{ key: 'odd', credits: 1, price: 1_005 }];
  expect(faultAtStripe({ ...catalogIn('KWD'), creditPacks })).toContain('the price of odd is 1005');
});
