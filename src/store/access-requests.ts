import type { Reader, Writer } from './database';

export type AccessRequestStatus = 'OPEN' | 'APPROVED' | 'DECLINED' | 'CLOSED';

export interface AccessRequestRow {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  readonly reason: string | null;
  readonly status: AccessRequestStatus;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly decidedAt: number | null;
}

const COLUMNS =
  'id, organization_id AS organizationId, user_id AS userId, reason, status, requested_at AS requestedAt, decided_at AS decidedAt';

export async function findAccessRequest(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<AccessRequestRow | undefined> {
  const [row] = await reader.rows<AccessRequestRow>(
    `SELECT ${COLUMNS} FROM access_requests WHERE organization_id = ? AND id = ?`,
    [organizationId, id],
  );
  return row;
}

/** The user's open request in each of the organizations where there is one. */
export function openAccessRequestsOf(
  reader: Reader,
  organizationIds: readonly string[],
  userId: string,
): Promise<AccessRequestRow[]> {
  const places = organizationIds.map(() => '?').join(', ');
  return reader.rows<AccessRequestRow>(
    `SELECT ${COLUMNS} FROM access_requests WHERE organization_id IN (${places}) AND user_id = ? AND status = 'OPEN'`,
    [...organizationIds, userId],
  );
}

/** All open requests of an organization, oldest first. */
export function openAccessRequests(reader: Reader, organizationId: string): Promise<AccessRequestRow[]> {
  return reader.rows<AccessRequestRow>(
    `SELECT ${COLUMNS} FROM access_requests WHERE organization_id = ? AND status = 'OPEN' ORDER BY requested_at, id`,
    [organizationId],
  );
}

/** When the user was last declined, in milliseconds since the epoch; null where that never happened. */
export async function lastDeclinedAt(reader: Reader, organizationId: string, userId: string): Promise<number | null> {
  const [row] = await reader.rows<{ at: number | null }>(
    "SELECT MAX(decided_at) AS at FROM access_requests WHERE organization_id = ? AND user_id = ? AND status = 'DECLINED'",
    [organizationId, userId],
  );
  return row?.at ?? null;
}

export async function insertAccessRequest(writer: Writer, request: AccessRequestRow): Promise<void> {
  await writer.run(
    'INSERT INTO access_requests (id, organization_id, user_id, reason, status, requested_at) VALUES (?, ?, ?, ?, ?, ?)',
    [request.id, request.organizationId, request.userId, request.reason, request.status, request.requestedAt],
  );
}

export async function endAccessRequest(
  writer: Writer,
  id: string,
  status: Exclude<AccessRequestStatus, 'OPEN'>,
  now: number,
  decidedBy: string | null,
): Promise<void> {
  await writer.run('UPDATE access_requests SET status = ?, decided_at = ?, decided_by = ? WHERE id = ?', [
    status,
    now,
    decidedBy,
    id,
  ]);
}
