import type { Reader, Writer } from './database';
import { inList } from './prepared-sizes';
import { expression, type RowOf, select } from './schema/select';
import { accessRequests, type AccessRequestStatus } from './schema/tables';

const { decidedBy, ...shown } = accessRequests.all;

const SELECTED = select(shown);

/** Times in milliseconds since the epoch. */
export type AccessRequestRow = RowOf<typeof shown>;

export function findAccessRequest(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<AccessRequestRow | undefined> {
  return SELECTED.first(reader, 'FROM access_requests WHERE organization_id = ? AND id = ?', [organizationId, id]);
}

/** The user's open request in each of the organizations where there is one. */
export function openAccessRequestsOf(
  reader: Reader,
  organizationIds: readonly string[],
  userId: string,
): Promise<AccessRequestRow[]> {
  const places = organizationIds.map(() => '?').join(', ');
  return SELECTED.rows(
    reader,
    `FROM access_requests WHERE organization_id IN (${places}) AND user_id = ? AND status = 'OPEN'`,
    [...organizationIds, userId],
  );
}

/** All open requests of an organization, oldest first. */
export function openAccessRequests(reader: Reader, organizationId: string): Promise<AccessRequestRow[]> {
  return SELECTED.rows(
    reader,
    `FROM access_requests WHERE organization_id = ? AND status = 'OPEN' ORDER BY requested_at, id`,
    [organizationId],
  );
}

const LAST_DECLINED = select({ at: expression<number | null>('MAX(decided_at)') });

/** When the user was last declined, in milliseconds since the epoch. Null if that never happened. */
export async function lastDeclinedAt(reader: Reader, organizationId: string, userId: string): Promise<number | null> {
  const row = await LAST_DECLINED.first(
    reader,
    "FROM access_requests WHERE organization_id = ? AND user_id = ? AND status = 'DECLINED'",
    [organizationId, userId],
  );
  return row?.at ?? null;
}

export async function insertAccessRequest(writer: Writer, request: AccessRequestRow): Promise<void> {
  await accessRequests.insert(writer, request);
}

export async function endAccessRequest(
  writer: Writer,
  id: string,
  status: Exclude<AccessRequestStatus, 'OPEN'>,
  now: number,
  decidedBy: string | null,
): Promise<void> {
  await accessRequests.update(writer, { id }, { status, decidedAt: now, decidedBy });
}

/** Closes several open requests, because what they ask for is settled otherwise (R11). */
export async function closeAccessRequests(writer: Writer, ids: readonly string[], now: number): Promise<void> {
  if (ids.length === 0) return;
  const among = inList(ids);
  await writer.run(`UPDATE access_requests SET status = 'CLOSED', decided_at = ? WHERE id ${among.sql}`, [
    now,
    ...among.values,
  ]);
}
