import type { BillingCadence } from './terms';

/** From `start` (inclusive) to `end` (exclusive), in milliseconds since the epoch. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

const MONTHS: Record<BillingCadence, number> = { MONTHLY: 1, ANNUAL: 12 };

/**
 * The end of the `count`th period since `anchor`: the same day and time of a later month, UTC, or that month's last day if it
 * has no such day. It is computed from the anchor, so that a subscription of the 31st returns to the 31st after February.
 */
export function periodEnd(anchor: number, cadence: BillingCadence, count: number): number {
  const from = new Date(anchor);
  const to = new Date(anchor);
  to.setUTCDate(1);
  to.setUTCMonth(to.getUTCMonth() + MONTHS[cadence] * count);
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return to.getTime();
}

/**
 * The period that begins at `start`: the end of an earlier one since `anchor`, or `anchor` itself. The cadence may differ from the
 * earlier one. The day of the month stays the anchor's.
 */
export function periodFrom(anchor: number, start: number, cadence: BillingCadence): Period {
  const [from, to] = [new Date(anchor), new Date(start)];
  // Exact, because a day that is moved to a month's end stays in its month.
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  return { start, end: periodEnd(anchor, 'MONTHLY', months + MONTHS[cadence]) };
}

/**
 * The months of a period, in order, for a plan's credits (B5). A period of a month is one month. The months of a year begin on the
 * day on which the year began, or on the last day of a shorter month.
 */
export function monthsOf({ start, end }: Period, cadence: BillingCadence): Period[] {
  const [from, to] = [new Date(start), new Date(end)];
  const calendarMonths = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  // The day of the end may differ from that of the start. That adds no month: a year since 28 February may end on the 29th.
  const count = cadence === 'MONTHLY' ? 1 : Math.max(1, calendarMonths);
  const begins = (index: number) => (index === count ? end : periodEnd(start, 'MONTHLY', index));
  return Array.from({ length: count }, (_, index) => ({ start: begins(index), end: begins(index + 1) }));
}

/**
 * The share of `amount` for the rest of the period after `at`, to the second and rounded to the nearest unit, halves up (B4).
 * Computed in integers, because a product of two large numbers is not exact otherwise.
 */
export function shareOfRest(amount: number, { start, end }: Period, at: number): number {
  const seconds = (from: number, to: number) => BigInt(Math.max(0, Math.floor(to / 1000) - Math.floor(from / 1000)));
  const whole = seconds(start, end);
  if (whole === 0n) return 0;
  const rest = seconds(Math.min(Math.max(at, start), end), end);
  return Number((2n * BigInt(amount) * rest + whole) / (2n * whole));
}

/** The calendar month of a time, UTC, as YYYY-MM. */
export function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7);
}

/** The day of a time, UTC, as YYYY-MM-DD. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The calendar month that a time is in, UTC. */
export function monthPeriod(time: number): Period {
  const at = new Date(time);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}
