import type { UsageGrouping } from '../../store/schema/tables';
import { usageBetween } from '../../store/usage-totals';
import type { Services } from '../services';

/** Credits used from the first to the last day (YYYY-MM-DD, UTC; both count), by day, user or feature. */
export function reportUsage(
  { database }: Services,
  organizationId: string,
  { from, to, groupBy }: { from: string; to: string; groupBy: UsageGrouping },
): Promise<{ name: string; credits: number }[]> {
  return usageBetween(database.reader, organizationId, groupBy, from, to);
}
