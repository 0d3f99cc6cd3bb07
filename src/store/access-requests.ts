import { DATABASE_NOW } from './database-clock';
import type { Reader, Writer } from './database';
import { inList } from './prepared-sizes';
import { expression, type RowOf, select } from './schema/select';
import { accessRequests, type AccessRequestStatus } from './schema/tables';

const { decidedBy, lapsesAt: _lapsesAt, ...shown } = accessRequests.all;

/** A request that the previous release made lapses after fourteen days, the default of REQUEST_DAYS. */
const LAPSES_AT = 'COALESCE(lapses_at, requested_at + 1209600000)';

const SELECTED = select({ ...shown, lapsesAt: expression<number>(LAPSES_AT) });

/** Times in milliseconds since the epoch. */
export type AccessRequestRow = RowOf<typeof SELECTED.expressions>;

/** An end counts from its moment on, whether or not it has been written (T3). */
const IS_OPEN = `status = 'OPEN' AND ${LAPSES_AT} > ${DATABASE_NOW}`;

export function findAccessRequest(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<AccessRequestRow | undefined> {
  return SELECTED.first(reader, 'FROM access_requests WHERE organization_id = ? AND id = ?', [organizationId, id]);
}

/** The user's newest request, whatever became of it. */
export function newestAccessRequest(
  reader: Reader,
  organizationId: string,
  userId: string,
): Promise<AccessRequestRow | undefined> {
  return SELECTED.first(
    reader,
    'FROM access_requests WHERE organization_id = ? AND user_id = ? ORDER BY requested_at DESC, id DESC LIMIT 1',
    [organizationId, userId],
  );
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
    `FROM access_requests WHERE organization_id IN (${places}) AND user_id = ? AND ${IS_OPEN}`,
    [...organizationIds, userId],
  );
}

/** All open requests of an organization, oldest first. */
export function openAccessRequests(reader: Reader, organizationId: string): Promise<AccessRequestRow[]> {
  return SELECTED.rows(
    reader,
    `FROM access_requests WHERE organization_id = ? AND ${IS_OPEN} ORDER BY requested_at, id`,
    [organizationId],
  );
}

/** The requests of an organization that nobody has decided, also those that have lapsed, in the order in which they lapse. */
export function undecidedAccessRequests(reader: Reader, organizationId: string): Promise<AccessRequestRow[]> {
  return SELECTED.rows(
    reader,
    `FROM access_requests WHERE organization_id = ? AND status = 'OPEN' ORDER BY ${LAPSES_AT}, id`,
    [organizationId],
  );
}

const ENDED = select({
  organizationId: accessRequests.all.organizationId,
  at: expression<number>('MAX(decided_at)'),
});

/** When a request of a user was last declined or withdrawn in an organization. */
export type EndedRequest = RowOf<typeof ENDED.expressions>;

/** When a request of the user was last declined or withdrawn, in each of the organizations where one was (R11). */
export function lastEndedRequests(
  reader: Reader,
  organizationIds: readonly string[],
  userId: string,
): Promise<EndedRequest[]> {
  const places = organizationIds.map(() => '?').join(', ');
  return ENDED.rows(
    reader,
    `FROM access_requests WHERE organization_id IN (${places}) AND user_id = ? AND status IN ('DECLINED', 'WITHDRAWN')
     GROUP BY organization_id`,
    [...organizationIds, userId],
  );
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
