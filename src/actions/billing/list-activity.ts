import { activityBefore, type LogEntry } from '../../store/log/log-entries';
import type { Services } from '../services';

/** What has happened to an organization's billing, newest first, before a sequence (null: from the newest) (B9). */
export function listActivity(
  { database }: Services,
  organizationId: string,
  { before, limit }: { before: number | null; limit: number },
): Promise<LogEntry[]> {
  return activityBefore(database.reader, organizationId, before, limit);
}
