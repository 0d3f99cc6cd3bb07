import type { BillingStanding, OrganizationRole } from '../domain/access/permissions';
import type { PlainReader, Reader } from './database';
import { ORGANIZATION_COLUMNS, type OrganizationRow } from './organizations';
import { filledUp, textsBySize } from './prepared-sizes';

/** An organization as one of its members meets it: everything that answers what the member may do. */
export interface ViewedOrganization extends OrganizationRow {
  readonly viewerId: string;
  readonly viewerRole: OrganizationRole;
  readonly viewerStanding: BillingStanding;
}

/** Whose place in which organization. */
export interface Membership {
  readonly organizationId: string;
  readonly viewerId: string;
}

/** The same, with the place in the log where the viewer joined last (A10); null where the log does not tell of it. */
export interface JoinedOrganization extends ViewedOrganization {
  readonly viewerJoinedVersion: number | null;
  readonly viewerJoinedSequence: number | null;
}

const COLUMNS = `${ORGANIZATION_COLUMNS}, m.user_id AS viewerId, m.role AS viewerRole, m.standing AS viewerStanding`;

/**
 * The left join keeps both engines from looking for the organization before the membership: a stranger would see by the time whether it
 * exists (A9). A membership always has its organization.
 */
const MEMBERSHIPS = `FROM members m LEFT JOIN organizations o ON o.id = m.organization_id
  WHERE o.removed_at IS NULL`;
const VIEWED = `SELECT ${COLUMNS} ${MEMBERSHIPS}`;
const JOINED = `SELECT ${COLUMNS}, m.joined_version AS viewerJoinedVersion, m.joined_sequence AS viewerJoinedSequence ${MEMBERSHIPS}`;

/** Each of the organizations as each of the viewers meets it, in one statement; pairs without a membership are left out. */
export function viewedOrganizations(
  reader: Reader,
  organizationIds: readonly string[],
  viewerIds: readonly string[],
): Promise<JoinedOrganization[]> {
  const places = (values: readonly string[]) => values.map(() => '?').join(', ');
  return reader.rows<JoinedOrganization>(
    `${JOINED} AND m.organization_id IN (${places(organizationIds)}) AND m.user_id IN (${places(viewerIds)})`,
    [...organizationIds, ...viewerIds],
  );
}

const VIEWED_BY_EACH = textsBySize((size) =>
  Array<string>(size).fill(`${VIEWED} AND m.organization_id = ? AND m.user_id = ?`).join(' UNION ALL '),
);

/**
 * What `viewedOrganizations` finds for each of some pairs, in their order, in one statement; null where there is no membership. One
 * SELECT each: planning pairs in one condition takes MariaDB time that grows with the square of their number.
 */
export async function viewedByEach(
  reader: PlainReader,
  pairs: readonly Membership[],
): Promise<(ViewedOrganization | null)[]> {
  const asked = filledUp(pairs);
  const rows = await reader.prepared<ViewedOrganization>(VIEWED_BY_EACH(asked.length), valuesOf(asked));
  return pairs.map(
    ({ organizationId, viewerId }) =>
      rows.find((row) => row.id === organizationId && row.viewerId === viewerId) ?? null,
  );
}

/** As statements of some pairs take them. */
export function valuesOf(pairs: readonly Membership[]): string[] {
  return pairs.flatMap(({ organizationId, viewerId }) => [organizationId, viewerId]);
}

/**
 * What each of the viewers is to the organization now, by viewer, in one statement; who is no member is left out. It names `role`
 * because no other index than the primary key's leads to that: SQLite would go through all members in one that holds the rest.
 */
export async function standingsOf(
  reader: Reader,
  organizationId: string,
  viewerIds: readonly string[],
): Promise<Map<string, BillingStanding>> {
  const rows = await reader.rows<{ viewerId: string; standing: BillingStanding }>(
    `SELECT user_id AS viewerId, standing, role FROM members WHERE organization_id = ? AND user_id IN (${viewerIds.map(() => '?').join(', ')})`,
    [organizationId, ...viewerIds],
  );
  return new Map(rows.map(({ viewerId, standing }) => [viewerId, standing]));
}

/** Beyond so many roster changes it is cheaper to ask for everybody. */
const MOST_CHANGES = 1_000;

/**
 * The organization's version, and whose standing may be another than at the earlier `version`, in one statement: a standing never
 * changes without a roster change about whom it is of (R12). `viewerIds` is null where that may be anybody's; null where the
 * organization is no more.
 */
export async function standingsChangedAfter(
  reader: Reader,
  organizationId: string,
  version: number,
): Promise<{ readonly version: number; readonly viewerIds: ReadonlySet<string> | null } | null> {
  const rows = await reader.rows<{ version: number; subjectId: string | null }>(
    `SELECT o.version, e.subject_id AS subjectId FROM organizations o
     LEFT JOIN log_entries e ON e.organization_id = o.id AND e.version > ?
     WHERE o.id = ? AND o.removed_at IS NULL LIMIT ?`,
    [version, organizationId, MOST_CHANGES + 1],
  );
  const [first] = rows;
  if (!first) return null;
  const viewerIds = new Set(rows.flatMap(({ subjectId }) => subjectId ?? []));
  return { version: first.version, viewerIds: rows.length > MOST_CHANGES ? null : viewerIds };
}

/** All organizations that the viewer belongs to, in one statement. */
export function allViewedOrganizations(reader: Reader, viewerId: string): Promise<ViewedOrganization[]> {
  return reader.rows<ViewedOrganization>(`${VIEWED} AND m.user_id = ?`, [viewerId]);
}
