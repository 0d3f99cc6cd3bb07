import { billingRolesOf } from './billing-roles';
import type { PlainReader, Reader } from './database';
import { ORGANIZATION } from './organizations';
import { bySize, filledUp } from './prepared-sizes';
import { type RowOf, select, unionAll } from './schema/select';
import { logEntries, members } from './schema/tables';

const m = members.as('m');
const roles = billingRolesOf('m');

/** An organization `o` and its member `m`. */
export const MEMBERSHIP = {
  ...ORGANIZATION,
  viewerId: m.userId,
  viewerRole: m.role,
  viewerBillingRole: roles.current,
  viewerGrantExpiresAt: roles.grantExpiresAt,
};

/** An organization, and what the viewer is in it: everything that decides what the viewer may do. */
export type Membership = RowOf<typeof MEMBERSHIP>;

/** Which viewer's membership in which organization. */
export interface MembershipKey {
  readonly organizationId: string;
  readonly viewerId: string;
}

/** A membership, with the place in the log where the viewer joined last (A10). Null if the log does not tell of it. */
const JOINED_MEMBERSHIP = {
  ...MEMBERSHIP,
  viewerJoinedVersion: m.joinedVersion,
  viewerJoinedSequence: m.joinedSequence,
};

export type JoinedMembership = RowOf<typeof JOINED_MEMBERSHIP>;

/** What of a membership decides what its member may be told of. */
export type MemberAccess = Pick<
  JoinedMembership,
  'viewerBillingRole' | 'viewerGrantExpiresAt' | 'viewerJoinedVersion' | 'viewerJoinedSequence'
>;

/**
 * The left join keeps both engines from looking for the organization before the membership: a stranger would see by the time whether it
 * exists (A9). A membership always has its organization.
 */
const MEMBERSHIPS = `FROM members m LEFT JOIN organizations o ON o.id = m.organization_id
  WHERE o.removed_at IS NULL`;
const SELECTED = select(MEMBERSHIP);
const SELECTED_WITH_JOIN = select(JOINED_MEMBERSHIP);

/** The memberships of each of the viewers in each of the organizations, in one statement. */
export function membershipsOf(
  reader: Reader,
  organizationIds: readonly string[],
  viewerIds: readonly string[],
): Promise<JoinedMembership[]> {
  const places = (values: readonly string[]) => values.map(() => '?').join(', ');
  return SELECTED_WITH_JOIN.rows(
    reader,
    `${MEMBERSHIPS} AND m.organization_id IN (${places(organizationIds)}) AND m.user_id IN (${places(viewerIds)})`,
    [...organizationIds, ...viewerIds],
  );
}

const MEMBERSHIP_OF_ONE = SELECTED.statement(`${MEMBERSHIPS} AND m.organization_id = ? AND m.user_id = ?`);
const MEMBERSHIP_OF_EACH = bySize((size) => unionAll(Array<typeof MEMBERSHIP_OF_ONE>(size).fill(MEMBERSHIP_OF_ONE)));

/**
 * What `membershipsOf` finds for each of some pairs, in their order, in one statement; null if there is no membership. One
 * SELECT each: planning pairs in one condition takes MariaDB time that grows with the square of their number.
 */
export async function membershipOfEach(
  reader: PlainReader,
  pairs: readonly MembershipKey[],
): Promise<(Membership | null)[]> {
  const asked = filledUp(pairs);
  const rows = await MEMBERSHIP_OF_EACH(asked.length).prepared(reader, valuesOf(asked));
  return pairs.map(
    ({ organizationId, viewerId }) =>
      rows.find((row) => row.id === organizationId && row.viewerId === viewerId) ?? null,
  );
}

/** As statements of some pairs take them. */
export function valuesOf(pairs: readonly MembershipKey[]): string[] {
  return pairs.flatMap(({ organizationId, viewerId }) => [organizationId, viewerId]);
}

const MEMBER_ACCESS = select({
  viewerId: m.userId,
  viewerBillingRole: roles.current,
  viewerGrantExpiresAt: roles.grantExpiresAt,
  viewerJoinedVersion: m.joinedVersion,
  viewerJoinedSequence: m.joinedSequence,
  role: m.role,
});

/**
 * The access of each of the viewers in the organization now, by viewer, in one statement; who is no member is left out. It names `role`
 * because no other index than the primary key's leads to that: SQLite would go through all members in one that holds the rest.
 */
export async function memberAccessOf(
  reader: Reader,
  organizationId: string,
  viewerIds: readonly string[],
): Promise<Map<string, MemberAccess>> {
  const rows = await MEMBER_ACCESS.rows(
    reader,
    `FROM members m WHERE m.organization_id = ? AND m.user_id IN (${viewerIds.map(() => '?').join(', ')})`,
    [organizationId, ...viewerIds],
  );
  return new Map(rows.map((row) => [row.viewerId, row]));
}

const CHANGED = select({ version: ORGANIZATION.version, subjectId: logEntries.as('e').subjectId });

/** Beyond so many roster changes it is cheaper to ask for everybody. */
const MOST_CHANGES = 1_000;

/**
 * The organization's version, and the viewers whose billing role may differ from the earlier `version`, in one statement. Apart from the
 * end of a grant, a billing role never changes without a roster change about that member (R12). `viewerIds` is null if all may differ. The result is null
 * if the organization was removed.
 */
export async function billingRolesChangedAfter(
  reader: Reader,
  organizationId: string,
  version: number,
): Promise<{ readonly version: number; readonly viewerIds: ReadonlySet<string> | null } | null> {
  const rows = await CHANGED.rows(
    reader,
    `FROM organizations o
     LEFT JOIN log_entries e ON e.organization_id = o.id AND e.version > ?
     WHERE o.id = ? AND o.removed_at IS NULL LIMIT ?`,
    [version, organizationId, MOST_CHANGES + 1],
  );
  const [first] = rows;
  if (!first) return null;
  const viewerIds = new Set(rows.flatMap(({ subjectId }) => subjectId ?? []));
  return { version: first.version, viewerIds: rows.length > MOST_CHANGES ? null : viewerIds };
}

/** All memberships of the viewer, in one statement. */
export function allMembershipsOf(reader: Reader, viewerId: string): Promise<Membership[]> {
  return SELECTED.rows(reader, `${MEMBERSHIPS} AND m.user_id = ?`, [viewerId]);
}
