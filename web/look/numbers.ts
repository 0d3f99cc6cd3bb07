const whole = new Intl.NumberFormat();

export const formatNumber = (value: number) => whole.format(value);

export interface Money {
  /** In the currency's minor unit. */
  readonly amount: number;
  readonly currency: string;
}

export function formatMoney({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return format.format(amount / 10 ** fractionDigits(currency));
}

/** Two for dollars, none for yen. */
export function fractionDigits(currency: string): number {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
