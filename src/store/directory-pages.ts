import { billingRolesOf } from './billing-roles';
import type { Reader, Value } from './database';
import { filledUp, inList } from './prepared-sizes';
import { expression, type Expressions, type RowOf, type Selection, select } from './schema/select';
import { directoryMemberships, invitations, members, organizations } from './schema/tables';
import { USER } from './users';

const o = organizations.as('o');
const ORGANIZATION = select({ id: o.id, name: o.name, contractType: o.contractType });

/** An organization as the host has described it. */
export type DirectoryOrganizationRow = RowOf<typeof ORGANIZATION.expressions>;

/** The next organizations by id, without removed ones. */
export function directoryOrganizationsAfter(
  reader: Reader,
  id: string,
  limit: number,
): Promise<DirectoryOrganizationRow[]> {
  return ORGANIZATION.rows(
    reader,
    'FROM organizations o WHERE o.removed_at IS NULL AND o.id > ? ORDER BY o.id LIMIT ?',
    [id, limit],
  );
}

/** Undefined if the organization does not exist or was removed. */
export function directoryOrganization(reader: Reader, id: string): Promise<DirectoryOrganizationRow | undefined> {
  return ORGANIZATION.first(reader, 'FROM organizations o WHERE o.removed_at IS NULL AND o.id = ?', [id]);
}

const COUNT = select({ organizationId: members.all.organizationId, count: expression<number>('COUNT(*)') });

/** How many members each of the organizations has. */
export async function memberCounts(reader: Reader, organizationIds: readonly string[]): Promise<Map<string, number>> {
  const among = inList(organizationIds);
  const rows = await COUNT.rows(
    reader,
    `FROM members WHERE organization_id ${among.sql} GROUP BY organization_id`,
    among.values,
  );
  return new Map(rows.map(({ organizationId, count }) => [organizationId, Number(count)]));
}

/** A page of an organization's members or invitations: at most `limit`, with ids after `after`. */
export interface DirectoryPlace {
  readonly organizationId: string;
  readonly after: string;
  readonly limit: number;
}

const m = members.as('p');
const roles = billingRolesOf('p');
const MEMBER = select({
  place: expression<number>('p.place'),
  organizationId: m.organizationId,
  role: m.role,
  billingRole: roles.current,
  grantExpiresAt: roles.grantExpiresAt,
  grantedAt: m.grantedAt,
  grantedBy: m.grantedBy,
  revision: directoryMemberships.as('d').revision,
  ...USER,
});

/** A member, and what the host's calls said of the membership. */
export type DirectoryMemberRow = RowOf<typeof MEMBER.expressions>;

/** The page of members for each of the places, in one statement. */
export function directoryMembers(reader: Reader, places: readonly DirectoryPlace[]): Promise<DirectoryMemberRow[][]> {
  return pages(
    reader,
    places,
    MEMBER,
    (page) =>
      `FROM (${page('members', 'user_id', 'role, standing, grant_expires_at, granted_at, granted_by')}) p
     JOIN users u ON u.id = p.user_id
     LEFT JOIN directory_memberships d ON d.organization_id = p.organization_id AND d.user_id = p.user_id
     ORDER BY p.place, p.user_id`,
  );
}

const i = invitations.as('p');
const INVITATION = select({
  place: expression<number>('p.place'),
  id: i.id,
  email: expression<string>('p.email'),
  role: i.role,
});

export type DirectoryInvitationRow = RowOf<typeof INVITATION.expressions>;

/** The page of pending invitations for each of the places, in one statement. */
export function directoryInvitations(
  reader: Reader,
  places: readonly DirectoryPlace[],
): Promise<DirectoryInvitationRow[][]> {
  return pages(
    reader,
    places,
    INVITATION,
    (page) => `FROM (${page('invitations', 'id', 'email, role', "AND status = 'PENDING'")}) p ORDER BY p.place, p.id`,
  );
}

/** Nowhere: fills up the places of a statement, which is one of few texts. */
const NOWHERE: DirectoryPlace = { organizationId: '', after: '', limit: 0 };

async function pages<E extends Expressions>(
  reader: Reader,
  asked: readonly DirectoryPlace[],
  selection: Selection<E>,
  rest: (page: (table: string, id: string, columns: string, condition?: string) => string) => string,
): Promise<RowOf<E>[][]> {
  const places = [
    ...asked,
    ...filledUp(asked)
      .slice(asked.length)
      .map(() => NOWHERE),
  ];
  const page = (table: string, id: string, columns: string, condition = '') =>
    places
      .map(
        (_, place) =>
          `SELECT * FROM (SELECT ${place} AS place, organization_id, ${id}, ${columns} FROM ${table}
             WHERE organization_id = ? AND ${id} > ? ${condition} ORDER BY ${id} LIMIT ?) b`,
      )
      .join(' UNION ALL ');
  const values: Value[] = places.flatMap(({ organizationId, after, limit }) => [organizationId, after, limit]);
  const found: RowOf<E>[][] = asked.map(() => []);
  for (const row of await selection.rows(reader, rest(page), values)) found[Number(row.place)]!.push(row);
  return found;
}
