import { ROSTER_CHANGE_KINDS } from '../../domain/log/kinds';
import type { Reader } from '../database';
import { expression, type RowOf, select } from '../schema/select';
import { logEntries } from '../schema/tables';

const e = logEntries.as('e');
const PAST_ACCESS = select({
  kind: expression<'OWNER_ADDED' | 'ADMIN_ADDED'>('e.kind'),
  userId: expression<string>('e.subject_id'),
  /** The user who gave it. Null if the host did. */
  givenBy: e.actorId,
  since: e.occurredAt,
});

/** Somebody who had billing access, and by which entry of the log. */
export type PastAccess = RowOf<typeof PAST_ACCESS.expressions>;

const NEWEST = select({ version: expression<number | null>('MAX(version)') });

/**
 * The version that the roster had at a moment; 0 before its first change. One index look-up for each kind, however long
 * the log is. In order of time only, the scan would pass all other entries since then.
 */
export async function versionAt(reader: Reader, organizationId: string, at: number): Promise<number> {
  const newestOfKind = `SELECT version FROM (SELECT version FROM log_entries WHERE organization_id = ? AND kind = ? AND occurred_at <= ?
    ORDER BY occurred_at DESC, version DESC LIMIT 1) newest`;
  const row = await NEWEST.first(
    reader,
    `FROM (${ROSTER_CHANGE_KINDS.map(() => newestOfKind).join(' UNION ALL ')}) newest`,
    ROSTER_CHANGE_KINDS.flatMap((kind) => [organizationId, kind, at]),
  );
  return row?.version ?? 0;
}

/**
 * Who had billing access at a moment when the roster was at `version`, in the order in which they got it. Of each person the
 * last entry that gave or took access decides (R6, R7, R12), so that all of those up to then are read, within one index, and no
 * other entry. `version + 0` keeps SQLite from another index, in which all entries stand.
 */
export function accessAt(reader: Reader, organizationId: string, at: number, version: number): Promise<PastAccess[]> {
  return PAST_ACCESS.rows(
    reader,
    `FROM (SELECT MAX(version) AS version FROM log_entries
           WHERE organization_id = ? AND kind IN ('ADMIN_ADDED', 'ADMIN_REMOVED', 'OWNER_ADDED', 'OWNER_REMOVED')
             AND occurred_at <= ? AND version + 0 <= ?
           GROUP BY subject_id) newest
     JOIN log_entries e ON e.organization_id = ? AND e.version = newest.version
     WHERE e.kind IN ('OWNER_ADDED', 'ADMIN_ADDED')
     ORDER BY newest.version`,
    [organizationId, at, version, organizationId],
  );
}
