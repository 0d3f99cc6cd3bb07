import type { GrantAccess } from '../../domain/access/permissions';
import { type LogKind, ROSTER_CHANGE_KINDS } from '../../domain/log/kinds';
import { grantInDetails } from '../../domain/roster/grants';
import type { Reader } from '../database';
import { inList } from '../prepared-sizes';
import { expression, type RowOf, select } from '../schema/select';
import { logEntries } from '../schema/tables';
import type { LogDetails } from './log-entries';

const e = logEntries.as('e');
const PAST_ACCESS = {
  kind: expression<'OWNER_ADDED' | 'ADMIN_ADDED'>('e.kind'),
  userId: expression<string>('e.subject_id'),
  /** The user who gave it. Null if the host did. */
  givenBy: e.actorId,
  since: e.occurredAt,
};

const SELECTED = select({
  ...PAST_ACCESS,
  details: e.details,
  terms: expression<string>('CASE WHEN newest.updated > newest.given THEN t.details ELSE e.details END'),
});

/** Somebody who had billing access, and by which entry of the log. */
export interface PastAccess extends RowOf<typeof PAST_ACCESS> {
  /** What the grant gave. Null for owners. */
  readonly access: GrantAccess | null;
  /** When the grant was to end, as it was known at the moment; milliseconds since the epoch. Null without an end, and for owners. */
  readonly expiresAt: number | null;
}

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
 * last entry that gave or took access decides (R6, R7, R12), and the last that changed it says what it was then, so that all of those up to
 * then are read, within one index, and no other entry. `version + 0` and `+` keep SQLite from other indexes, in which all entries stand. A grant
 * ends at its end, whenever that was written (T2).
 */
export async function accessAt(
  reader: Reader,
  organizationId: string,
  at: number,
  version: number,
): Promise<PastAccess[]> {
  const rows = await SELECTED.rows(
    reader,
    `FROM (SELECT MAX(CASE WHEN kind <> 'ADMIN_UPDATED' THEN version END) AS given,
             MAX(CASE WHEN kind = 'ADMIN_UPDATED' THEN version END) AS updated
           FROM log_entries
           WHERE organization_id = ?
             AND kind IN ('ADMIN_ADDED', 'ADMIN_UPDATED', 'ADMIN_REMOVED', 'OWNER_ADDED', 'OWNER_REMOVED')
             AND occurred_at <= ? AND version + 0 <= ?
           GROUP BY +subject_id) newest
     JOIN log_entries e ON e.organization_id = ? AND e.version = newest.given
     LEFT JOIN log_entries t ON t.organization_id = ? AND t.version = newest.updated
     WHERE e.kind IN ('OWNER_ADDED', 'ADMIN_ADDED')
     ORDER BY newest.given`,
    [organizationId, at, version, organizationId, organizationId],
  );
  return rows
    .map(({ details, terms, ...given }) => ({
      ...given,
      ...importedGrant(JSON.parse(details) as LogDetails),
      ...(given.kind === 'OWNER_ADDED' ? NO_TERMS : grantInDetails(JSON.parse(terms) as LogDetails)),
    }))
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > at);
}

const NO_TERMS = { access: null, expiresAt: null };

/** Who gave a grant of an earlier system, and when: the entry says it in its details, since nobody acted here (D5). */
export function importedGrant({
  source,
  addedById,
  addedAt,
}: LogDetails): Partial<Pick<PastAccess, 'givenBy' | 'since'>> {
  if (source !== IMPORTED || typeof addedById !== 'string' || typeof addedAt !== 'number') return {};
  return { givenBy: addedById, since: addedAt };
}

/** The source of a grant that was imported. */
export const IMPORTED = 'IMPORT';

/** What ends or would end a grant. */
export const ENDS_OF_ACCESS: readonly LogKind[] = ['ADMIN_REMOVED', 'OWNER_REMOVED', 'TEAMMATE_LEFT'];

const LAST_END = select({
  userId: expression<string>('subject_id'),
  at: expression<number>('MAX(occurred_at)'),
});

/** What ends or would end a grant: of each of the users the newest one since a moment, in milliseconds since the epoch. As in `accessAt`, `+` is for SQLite. */
export async function lastEndsOfAccess(
  reader: Reader,
  organizationId: string,
  userIds: readonly string[],
  since: number,
): Promise<Map<string, number>> {
  if (userIds.length === 0) return new Map();
  const among = inList(userIds);
  const rows = await LAST_END.rows(
    reader,
    `FROM log_entries
     WHERE organization_id = ? AND kind IN (${ENDS_OF_ACCESS.map((kind) => `'${kind}'`).join(', ')}) AND occurred_at >= ?
       AND +subject_id ${among.sql}
     GROUP BY +subject_id`,
    [organizationId, since, ...among.values],
  );
  return new Map(rows.map(({ userId, at }) => [userId, at]));
}
