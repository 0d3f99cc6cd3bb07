import fc from 'fast-check';
import { numberForField, readAmount, readNumber } from '../../../web/look/typed-numbers';

const EUR = { currency: 'EUR', fractionDigits: 2 };
const HUF = { currency: 'HUF', fractionDigits: 2 };
const JPY = { currency: 'JPY', fractionDigits: 0 };
const KWD = { currency: 'KWD', fractionDigits: 3 };

describe('B10 an amount that somebody types is read in their locale', () => {
  test.each([
    ['en', EUR, '49.50', 4_950],
    ['en', EUR, ' 49.5 ', 4_950],
    ['en', EUR, '1,234.50', 123_450],
    ['en', EUR, '1234.5', 123_450],
    ['en', EUR, '1,234', 123_400],
    ['en', EUR, '€49.50', 4_950],
    ['en', EUR, '49.50 EUR', 4_950],
    ['en', EUR, '0', 0],
    ['de', EUR, '49,50', 4_950],
    ['de', EUR, '25,50 €', 2_550],
    ['de', EUR, '1.234,50', 123_450],
    ['de', EUR, '1.234', 123_400],
    ['de-CH', EUR, "1'234.50", 123_450],
    ['de-CH', EUR, '1’234.50', 123_450],
    ['de-AT', EUR, '€ 49,50', 4_950],
    ['fr', EUR, '1 234,50', 123_450],
    ['fr', EUR, '1\u202f234,50 €', 123_450],
    ['fr', EUR, '1\u00a0234,5', 123_450],
    ['es', EUR, '1.234,50', 123_450],
    ['es', EUR, '1234,50', 123_450],
    ['en-IN', EUR, '1,00,000', 10_000_000],
    ['ar-EG', EUR, '٤٩٫٥٠', 4_950],
    ['ar-EG', EUR, '٤٩,٥٠', 4_950],
    ['ar-EG', EUR, '١٬٢٣٤٫٥', 123_450],
    ['ar-EG', EUR, '49.50', 4_950],
    ['fa', EUR, '۴۹٫۵۰', 4_950],
    ['hi', EUR, '४९.५०', 4_950],
    ['ja', JPY, '１２，３４５', 12_345],
    ['ja', JPY, '￥12,345', 12_345],
    ['hu', HUF, '100000', 10_000_000],
    ['hu', HUF, '100 000', 10_000_000],
    ['hu', HUF, '100 000 Ft', 10_000_000],
    ['hu', HUF, '1 234,50', 123_450],
    ['en', JPY, '5,000', 5_000],
    ['en', KWD, '1.234', 1_234],
    ['ar-KW', KWD, '١٫٢٣٤', 1_234],
    ['en', KWD, '100', 100_000],
  ])('%s %o %s: %d', (locale, currency, typed, amount) => {
    expect(readAmount(typed, currency, locale)).toBe(amount);
  });

  test.each([
    ['en', EUR, ''],
    ['en', EUR, 'ten'],
    ['en', EUR, '0x64'],
    ['en', EUR, '1e5'],
    ['en', EUR, 'Infinity'],
    ['en', EUR, '-5'],
    ['en', EUR, '-0'],
    ['en', EUR, '49,50'],
    ['en', EUR, '1,23'],
    ['en', EUR, '1.234'],
    ['en', EUR, '1.234,50'],
    ['en', EUR, '1,2345'],
    ['en', EUR, '1 000'],
    ['en', EUR, '1²'],
    ['en', EUR, '$49.50'],
    ['en', EUR, '49.50 49.50'],
    ['en', EUR, '99999999999999999'],
    ['de', EUR, '49.50'],
    ['de', EUR, '1,234.50'],
    ['de', EUR, '0x64'],
    ['fr', EUR, '49.50'],
    ['hu', HUF, '100.000'],
    ['hu', HUF, '1 00'],
    ['ja', JPY, '1.5'],
    ['en', JPY, '49.50'],
    ['en', KWD, '1.2345'],
    ['ar-EG', EUR, '٤٩٫٥٠٥'],
    ['ar-EG', EUR, '٤9٫50'],
  ])('%s %o: %s is not valid', (locale, currency, typed) => {
    expect(readAmount(typed, currency, locale)).toBeNull();
  });

  test('what the page writes is read as it was meant, in any locale and currency', () => {
    const locales = fc.constantFrom(
      'en',
      'de',
      'de-CH',
      'fr',
      'es',
      'pl',
      'hu',
      'ar-EG',
      'ar-KW',
      'fa',
      'hi',
      'ja',
      'en-IN',
      'sv',
    );
    const amounts = fc.integer({ min: 0, max: 1_000_000_000_000 });
    fc.assert(
      fc.property(locales, fc.constantFrom(EUR, HUF, JPY, KWD), amounts, (locale, money, amount) => {
        const { currency, fractionDigits } = money;
        const digits = { minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits };
        const written = new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits });
        const value = amount / 10 ** fractionDigits;
        expect(readAmount(written.format(value), money, locale)).toBe(amount);
        expect(readNumber(numberForField(amount, fractionDigits, locale), fractionDigits, locale)).toBe(amount);
      }),
    );
  });
});
