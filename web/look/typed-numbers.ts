import { NumberParser } from '@internationalized/number';

/** Whose way of writing numbers counts: the one in which this page writes them. */
const OWN = new Intl.NumberFormat().resolvedOptions().locale;

/** The same amount, as far as how it is written goes: what keyboards do not have, or nobody sees, makes no difference. */
const alike = (text: string) =>
  text
    // Full-width digits and signs.
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u061c\u200e\u200f]/g, '')
    .replace(/\s/gu, ' ')
    .replaceAll("'", '’')
    // The Arabic decimal separator, as keyboards have it.
    .replace(/(?<=[\u0660-\u0669])[,\u060c](?=[\u0660-\u0669])/g, '\u066b')
    .trim();

/**
 * The number that a person typed, in `10 ** fractionDigits`-th parts: an amount of money in minor units, a count as it is. Null for any
 * other text, for too many digits after the point, and for a number with several meanings: it reads only what this locale writes in the
 * same way, with or without separators.
 */
export function readNumber(typed: string, fractionDigits: number, locale = OWN): number | null {
  const text = alike(typed);
  const parser = new NumberParser(locale, { maximumFractionDigits: fractionDigits });
  const value = parser.parse(text);
  const scaled = Math.round(value * 10 ** fractionDigits);
  if (!Number.isSafeInteger(scaled) || value < 0 || Object.is(value, -0)) return null;
  const numberingSystem = parser.getNumberingSystem(text);
  for (let digits = 0; digits <= fractionDigits; digits++)
    for (const useGrouping of ['always', false] as const) {
      const options = { numberingSystem, useGrouping, minimumFractionDigits: digits, maximumFractionDigits: digits };
      if (alike(new Intl.NumberFormat(locale, options).format(value)) === text) return scaled;
    }
  return null;
}

interface Currency {
  readonly currency: string;
  readonly fractionDigits: number;
}

/** An amount of money that somebody typed, in minor units; with or without the currency. Null for any other text. */
export function readAmount(typed: string, { currency, fractionDigits }: Currency, locale = OWN): number | null {
  const signs = (['symbol', 'narrowSymbol', 'code'] as const).flatMap((currencyDisplay) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay })
      .formatToParts(0)
      .flatMap(({ type, value }) => (type === 'currency' ? [alike(value).toLowerCase()] : [])),
  );
  const text = alike(typed);
  const sign = signs.find((one) => text.toLowerCase().startsWith(one) || text.toLowerCase().endsWith(one));
  if (sign === undefined) return readNumber(text, fractionDigits, locale);
  const bare = text.toLowerCase().startsWith(sign) ? text.slice(sign.length) : text.slice(0, -sign.length);
  return readNumber(bare, fractionDigits, locale);
}

/** As a field shows it for editing: `readNumber` reads the same number again. */
export function numberForField(scaled: number, fractionDigits: number, locale = OWN): string {
  const digits = scaled % 10 ** fractionDigits === 0 ? 0 : fractionDigits;
  const options = { useGrouping: false, minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale, options).format(scaled / 10 ** fractionDigits);
}
