import type { BillingRole } from '../domain/access/permissions';
import { billingRolesOf, STORED_AS } from './billing-roles';
import { compareAsBytes } from './byte-order';
import type { PlainReader, Reader, Value } from './database';
import { bySize, filledUp } from './prepared-sizes';
import { expression, type RowOf, select, type Statement } from './schema/select';
import { members, organizations } from './schema/tables';
import { type MembershipKey, valuesOf } from './memberships';

const o = organizations.as('o');
const m = members.as('m');
const roles = billingRolesOf('m');

/** What decides about somebody's access to an organization, and nothing that is only shown. */
const ACCESS = {
  id: o.id,
  version: o.version,
  contractType: o.contractType,
  status: o.status,
  hasCustomer: o.hasCustomer,
  hasPaymentMethod: o.hasPaymentMethod,
  viewerId: m.userId,
  viewerRole: m.role,
  viewerBillingRole: roles.current,
  viewerGrantExpiresAt: roles.grantExpiresAt,
};

export type AccessRow = RowOf<typeof ACCESS>;

const SELECTED = select(ACCESS);

/** SQLite joins at most 500 SELECTs with UNION, and binds at most 32,766 values in a statement. */
const MOST_SELECTS = 250;
const MOST_PAIRS = 1_000;

/** Up to so many the statement is one of few texts, and kept prepared. */
const MOST_PREPARED = 8;

/**
 * Finds nothing, since no id is empty. It gives the columns below it the type of ids: MySQL would compare them with the connection's own
 * type for texts, for which the index of memberships is of no use.
 */
const NO_PAIR = "SELECT organization_id AS organizationId, user_id AS userId FROM members WHERE organization_id = ''";

/**
 * The pairs are a table of the statement: in one condition, planning them takes MariaDB time that grows with the square of their number
 * (record 21), and a SELECT for each takes it ten times as long.
 */
function statementOf(size: number): Statement<AccessRow> {
  const parts = [NO_PAIR];
  for (let left = size; left > 0; left -= MOST_SELECTS) {
    const selects = Array<string>(Math.min(left, MOST_SELECTS)).fill('SELECT ? AS organizationId, ? AS userId');
    parts.push(`SELECT * FROM (${selects.join(' UNION ALL ')}) p`);
  }
  return SELECTED.statement(
    `FROM (${parts.join(' UNION ALL ')}) p
     JOIN members m ON m.organization_id = p.organizationId AND m.user_id = p.userId
     LEFT JOIN organizations o ON o.id = m.organization_id
     WHERE o.removed_at IS NULL`,
  );
}

const PREPARED = bySize(statementOf);

/** What decides about each of some pairs, in their order, in one statement for a thousand. Null if there is no membership. */
export async function accessOfEach(
  reader: PlainReader,
  pairs: readonly MembershipKey[],
): Promise<(AccessRow | null)[]> {
  const byPair = new Map<string, AccessRow>();
  for (let from = 0; from < pairs.length; from += MOST_PAIRS)
    for (const row of await read(reader, pairs.slice(from, from + MOST_PAIRS)))
      byPair.set(keyOf(row.id, row.viewerId), row);
  return pairs.map(({ organizationId, viewerId }) => byPair.get(keyOf(organizationId, viewerId)) ?? null);
}

function read(reader: PlainReader, pairs: readonly MembershipKey[]): Promise<AccessRow[]> {
  if (pairs.length > MOST_PREPARED) return statementOf(pairs.length).rows(reader, valuesOf(pairs));
  const asked = filledUp(pairs);
  return PREPARED(asked.length).prepared(reader, valuesOf(asked));
}

/** Ids hold no space (I1). */
function keyOf(organizationId: string, viewerId: string): string {
  return `${organizationId} ${viewerId}`;
}

/** A place among the members of an organization: after the one with this billing role, key and id. */
export interface MemberPosition {
  readonly billingRole: BillingRole;
  readonly nameKey: string;
  readonly userId: string;
}

/** Of a branch, which says what its members are. */
const MEMBER = select({
  ...ACCESS,
  viewerBillingRole: expression<BillingRole>('m.billing_role'),
  nameKey: m.nameKey,
});

export type MemberAccessRow = RowOf<typeof MEMBER.expressions>;

/**
 * Members with these billing roles, in the order of those, then by name, then by id, after `after`; at most `limit`. One statement, in which
 * the organization's terms are of the same moment as its members. Each billing role has a range of an index of its own.
 */
export async function membersWithBillingRoles(
  reader: Reader,
  organizationId: string,
  billingRoles: readonly BillingRole[],
  after: MemberPosition | null,
  limit: number,
): Promise<MemberAccessRow[]> {
  const left = after ? billingRoles.slice(billingRoles.indexOf(after.billingRole)) : billingRoles;
  const branches = left.flatMap((billingRole) => {
    const position = after?.billingRole === billingRole ? after : null;
    // The first condition is a range that an index can use; for MySQL, (a, b) > (?, ?) is not one.
    const beyond = position ? 'AND name_key >= ? AND (name_key > ? OR user_id > ?)' : '';
    const values: Value[] = position ? [position.nameKey, position.nameKey, position.userId] : [];
    return STORED_AS[billingRole].map(({ standing, condition }) => ({
      sql: `SELECT * FROM (SELECT organization_id, user_id, role, standing, grant_expires_at, name_key, '${billingRole}' AS billing_role
        FROM members m WHERE organization_id = ? AND standing = '${standing}' AND ${condition} ${beyond}
        ORDER BY name_key, user_id LIMIT ?) b`,
      values: [organizationId, ...values, limit],
    }));
  });
  if (branches.length === 0) return [];
  const rows = await MEMBER.rows(
    reader,
    `FROM (${branches.map(({ sql }) => sql).join(' UNION ALL ')}) m
     LEFT JOIN organizations o ON o.id = m.organization_id WHERE o.removed_at IS NULL`,
    branches.flatMap(({ values }) => values),
  );
  const rank = (row: MemberAccessRow) => billingRoles.indexOf(row.viewerBillingRole);
  const inOrder = (one: MemberAccessRow, other: MemberAccessRow) =>
    rank(one) - rank(other) ||
    compareAsBytes(one.nameKey, other.nameKey) ||
    compareAsBytes(one.viewerId, other.viewerId);
  return rows.sort(inOrder).slice(0, limit);
}

/** Organizations in which the user has one of these billing roles, by id, after the one with the id `after`; at most `limit`. */
export async function organizationsWithBillingRoles(
  reader: Reader,
  userId: string,
  billingRoles: readonly BillingRole[],
  after: string | null,
  limit: number,
): Promise<AccessRow[]> {
  if (billingRoles.length === 0) return [];
  return SELECTED.rows(
    reader,
    `FROM members m LEFT JOIN organizations o ON o.id = m.organization_id
     WHERE o.removed_at IS NULL AND m.user_id = ? AND m.organization_id > ?
       AND ${roles.current.sql} IN (${billingRoles.map(() => '?').join(', ')})
     ORDER BY m.organization_id LIMIT ?`,
    [userId, after ?? '', ...billingRoles, limit],
  );
}

const FIRST_OWNER = select({
  organizationId: expression<string>('f.organizationId'),
  userId: expression<string>('f.userId'),
});

/** Ids of the first owners of each of the organizations by name, at most `most` of each, in one statement. */
export async function firstOwnersOf(
  reader: Reader,
  organizationIds: readonly string[],
  most: number,
): Promise<Map<string, string[]>> {
  const rows = await FIRST_OWNER.rows(
    reader,
    `FROM (
       SELECT organization_id AS organizationId, user_id AS userId,
         ROW_NUMBER() OVER (PARTITION BY organization_id ORDER BY name_key, user_id) AS place
       FROM members WHERE organization_id IN (${organizationIds.map(() => '?').join(', ')}) AND standing = 'OWNER'
     ) f WHERE place <= ? ORDER BY organizationId, place`,
    [...organizationIds, most],
  );
  const owners = new Map<string, string[]>();
  for (const { organizationId, userId } of rows)
    owners.set(organizationId, [...(owners.get(organizationId) ?? []), userId]);
  return owners;
}
