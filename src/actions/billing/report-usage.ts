import type { UsageGrouping } from '../../store/schema/tables';
import { type PlacedUsage, usageBetween, usagePage } from '../../store/usage-totals';
import type { Services } from '../services';

/** Days as YYYY-MM-DD, UTC; both count. */
export interface UsageRange {
  readonly from: string;
  readonly to: string;
  readonly groupBy: UsageGrouping;
}

/** Credits used from the first to the last day (YYYY-MM-DD, UTC; both count), by day, user or feature. */
export function reportUsage(
  { database }: Services,
  organizationId: string,
  { from, to, groupBy }: UsageRange,
): Promise<{ name: string; credits: number }[]> {
  return usageBetween(database.reader, organizationId, groupBy, from, to);
}

/** A page of the same: see `usagePage`. */
export function pageUsage(
  { database }: Services,
  organizationId: string,
  { groupBy, ...days }: UsageRange,
  after: string | null,
  limit: number,
): Promise<{ readonly entries: readonly PlacedUsage[]; readonly stoppedAt: string | null }> {
  return usagePage(database.reader, organizationId, groupBy, days, after, limit);
}
