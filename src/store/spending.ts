import type { Reader } from './database';
import { DATABASE_NOW } from './database-clock';
import { expression, select } from './schema/select';

/** What counts under the spending policy (T4) in a month, in the catalog's minor unit; at most 2^53 - 1. */
export interface MonthSpending {
  /** What was charged. */
  readonly spent: number;
  /** What counts beside that: purchases under way, and what a change counts as beyond its charge. */
  readonly held: number;
}

const SUMS = select({
  spent: expression<number | string | null>("SUM(CASE WHEN status = 'COMPLETED' THEN amount ELSE 0 END)"),
  counted: expression<number | string | null>('SUM(counted_amount)'),
});

/**
 * What counts in the month (T4). A purchase that is under way counts in whichever month it is; from then on it counts in the month in which it was
 * charged. Two statements in one: each half has an index.
 */
export async function spendingIn(
  reader: Reader,
  organizationId: string,
  month: { readonly start: number; readonly end: number },
): Promise<MonthSpending> {
  const rows = await SUMS.rows(
    reader,
    `FROM billing_orders WHERE organization_id = ? AND status = 'OPEN' AND counted_amount IS NOT NULL
     UNION ALL
     SELECT ${SUMS.list} FROM billing_orders
     WHERE organization_id = ? AND charged_at >= ? AND charged_at < ? AND status = 'COMPLETED' AND counted_amount IS NOT NULL`,
    [organizationId, organizationId, month.start, month.end],
  );
  const sumOf = (values: readonly (number | string | null)[]) =>
    Math.min(
      values.reduce<number>((sum, value) => sum + Number(value ?? 0), 0),
      Number.MAX_SAFE_INTEGER,
    );
  const spent = sumOf(rows.map((row) => row.spent));
  return { spent, held: sumOf(rows.map(({ counted }) => counted)) - spent };
}

const TIME = select({ at: expression<number>(DATABASE_NOW) });

/** The time by the database's clock, in milliseconds since the epoch: it says which month it is. */
export async function timeOfSpending(reader: Reader): Promise<number> {
  const row = await TIME.first(reader, '', []);
  if (!row) throw new Error('The database has a clock.');
  return row.at;
}

const OPEN_PAGES = select({ counted: expression<number | string | null>('SUM(counted_amount)') });

/** What open pages of a first subscription count as: another one takes the place of them all. */
export async function heldByFirstSubscriptions(reader: Reader, organizationId: string): Promise<number> {
  const rest = "FROM billing_orders WHERE organization_id = ? AND status = 'OPEN' AND kind = 'SUBSCRIPTION'";
  return Number((await OPEN_PAGES.first(reader, rest, [organizationId]))?.counted ?? 0);
}
