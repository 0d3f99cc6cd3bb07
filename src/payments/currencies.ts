import { code } from 'currency-codes';

/**
 * What ISO 4217 has changed since the table of the package (2024-06-25). Each line says by which decision; a newer package makes it go.
 * https://www.six-group.com/en/products-services/financial-information/data-standards.html
 */
const CORRECTIONS: Readonly<Record<string, { readonly digits: number; readonly isWithdrawn: boolean }>> = {
  // Amendment 176, from 2025-03-31: the Caribbean guilder takes the place of the Netherlands Antillean one.
  XCG: { digits: 2, isWithdrawn: false },
  ANG: { digits: 2, isWithdrawn: true },
  // Amendment 180, from 2026-01-01: Bulgaria pays in euro.
  BGN: { digits: 2, isWithdrawn: true },
  // Cuba has had one peso since 2021.
  CUC: { digits: 2, isWithdrawn: true },
};

/** Metals, units of account, funds, and the codes for tests and for no currency: nobody is charged in them. */
const NO_MONEY = [
  ...['XAG', 'XAU', 'XPD', 'XPT', 'XBA', 'XBB', 'XBC', 'XBD', 'XDR', 'XSU', 'XUA', 'XTS', 'XXX'],
  ...['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW'],
];

/**
 * How many digits the currency's minor unit has, by ISO 4217. Null if the code is unknown, or not a current currency.
 * Never by `Intl`: what it says is how amounts are usually written, and differs from browser to browser (B10).
 */
export function minorDigitsOf(currency: string): number | null {
  const correction = CORRECTIONS[currency];
  if (NO_MONEY.includes(currency) || correction?.isWithdrawn) return null;
  return correction?.digits ?? listedDigits(currency);
}

/** The same for showing an amount of the past, whose currency may have been withdrawn since. */
export function digitsToShow(currency: string): number {
  return CORRECTIONS[currency]?.digits ?? listedDigits(currency) ?? 2;
}

/** The package takes small letters too; the codes of ISO 4217 have none. */
function listedDigits(currency: string): number | null {
  return /^[A-Z]{3}$/.test(currency) ? (code(currency)?.digits ?? null) : null;
}
