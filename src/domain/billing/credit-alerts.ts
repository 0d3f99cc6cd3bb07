/** At which shares of a monthly number of credits the organization is told. */
export interface CreditAlertSettings {
  readonly monthlyCredits: number;
  /** In percent, ascending. */
  readonly thresholds: readonly number[];
}

export const USUAL_THRESHOLDS: readonly number[] = [80, 100];

/** The stored text of as many of the largest fits into its column. */
export const MOST_THRESHOLDS = 5;
export const LARGEST_THRESHOLD = 1_000;

/** As of a catalog's credits. A product with a threshold is a safe integer. */
export const MOST_MONTHLY_CREDITS = 1_000_000_000_000;

/** The thresholds that so many used credits reach, ascending. */
export function thresholdsReached({ monthlyCredits, thresholds }: CreditAlertSettings, used: number): number[] {
  return thresholds.filter((threshold) => used >= Math.ceil((monthlyCredits * threshold) / 100));
}

/** Without repeats, ascending. Null where they are none, too many, or no percentages. */
export function thresholdsOf(given: readonly number[]): number[] | null {
  const thresholds = [...new Set(given)].sort((one, other) => one - other);
  const isValid = thresholds.every((threshold) => threshold >= 1 && threshold <= LARGEST_THRESHOLD);
  return thresholds.length > 0 && thresholds.length <= MOST_THRESHOLDS && isValid ? thresholds : null;
}

/** How the thresholds are stored, and told in the log. */
export function writtenThresholds(thresholds: readonly number[]): string {
  return thresholds.join(',');
}

interface StoredSettings {
  readonly creditAlertCredits: number | null;
  readonly creditAlertThresholds: string | null;
}

/** Null: nobody has set any. */
export function creditAlertsOf(stored: StoredSettings): CreditAlertSettings | null {
  const { creditAlertCredits: monthlyCredits, creditAlertThresholds: written } = stored;
  if (monthlyCredits === null || written === null) return null;
  return { monthlyCredits, thresholds: written.split(',').map(Number) };
}
