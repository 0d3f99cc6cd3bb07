const whole = new Intl.NumberFormat();

export const formatNumber = (value: number) => whole.format(value);

export interface Money {
  /** In the currency's minor unit. */
  readonly amount: number;
  readonly currency: string;
  /** How many digits of the amount stand after the decimal point, as the service says: browsers differ. */
  readonly fractionDigits: number;
}

export function formatMoney({ amount, currency, fractionDigits }: Money): string {
  const digits = { minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits };
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, ...digits }).format(
    amount / 10 ** fractionDigits,
  );
}
