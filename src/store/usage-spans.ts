/** Days of a report, both counting, of which each counts once: `sign` -1 takes them back. YYYY-MM-DD, UTC. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
  readonly sign: 1 | -1;
}

/** Whole months, both counting, as YYYY-MM. */
export interface MonthSpan {
  readonly from: string;
  readonly to: string;
}

export interface Spans {
  readonly months: MonthSpan | null;
  readonly days: readonly DaySpan[];
}

/**
 * The same days as from `from` to `to`, in whole months and few days beside them: each end is moved to the nearest beginning of
 * a month, and the days in between, half a month at most, are added or taken back. In a year that ends today, what is taken
 * back at its end lies ahead, where hardly anything is.
 */
export function spansOf(from: string, to: string): Spans {
  const [begin, end] = [timeOf(from), timeOf(to) + DAY];
  const [first, last] = [nearestMonth(begin), nearestMonth(end)];
  if (first === last) return { months: null, days: [{ from, to, sign: 1 }] };
  return {
    months: { from: monthOf(first), to: monthOf(last - DAY) },
    days: [...daysBetween(begin, first), ...daysBetween(last, end)],
  };
}

const DAY = 24 * 60 * 60 * 1_000;

const timeOf = (day: string) => Date.parse(`${day}T00:00:00Z`);
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const monthOf = (time: number) => dayOf(time).slice(0, 7);

function nearestMonth(time: number): number {
  const beginning = new Date(time).setUTCDate(1);
  const next = new Date(beginning).setUTCMonth(new Date(beginning).getUTCMonth() + 1);
  return time - beginning <= next - time ? beginning : next;
}

/** The days between two of their beginnings; taken back where the first of them is the later one. */
function daysBetween(one: number, other: number): DaySpan[] {
  if (one === other) return [];
  const sign = one < other ? 1 : -1;
  return [{ from: dayOf(Math.min(one, other)), to: dayOf(Math.max(one, other) - DAY), sign }];
}
