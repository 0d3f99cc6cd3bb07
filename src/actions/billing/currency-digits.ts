import { digitsToShow } from '../../payments/currencies';

/** How many digits after the decimal point an amount of the currency has, of which it counts the last (B10). */
export function currencyDigits(currency: string): number {
  return digitsToShow(currency);
}
