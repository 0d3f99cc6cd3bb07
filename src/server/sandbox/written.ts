import type { BillingCadence } from '../../domain/billing/terms';
import { digitsToShow } from '../../payments/currencies';

/** An amount in the currency's minor unit as people write it; currencies have none to three digits after the point (B10). */
export function writtenAmount(amount: number, currency: string): string {
  const digits = digitsToShow(currency);
  const format = new Intl.NumberFormat('en', {
    ...{ style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits },
  });
  return format.format(amount / 10 ** digits);
}

export function writtenDay(time: number): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }).format(time);
}

export function writtenTime(time: number): string {
  const format = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
  return `${format.format(time)} UTC`;
}

export const EACH_PERIOD: Record<BillingCadence, string> = { MONTHLY: 'a month', ANNUAL: 'a year' };
