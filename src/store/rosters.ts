import type { Reader } from './database';
import type { UserRow } from './users';

export interface BillingAdminRow {
  readonly user: UserRow;
  /** Null once that account is gone. */
  readonly addedBy: UserRow | null;
  /** Milliseconds since the epoch. */
  readonly addedAt: number;
}

/** Who has billing access, exactly as of `version` (L3). Both lists are ordered by name, then id. */
export interface Roster {
  readonly organizationId: string;
  readonly version: number;
  readonly owners: readonly UserRow[];
  readonly admins: readonly BillingAdminRow[];
}

/** One of the people on a roster, and who added them. */
export interface RosterPersonRow extends UserRow {
  readonly standing: 'OWNER' | 'BILLING_ADMIN' | null;
  readonly grantedAt: number;
  readonly adderId: string | null;
  readonly adderName: string;
  readonly adderEmail: string;
  readonly adderAvatarUrl: string | null;
}

interface RosterRow extends RosterPersonRow {
  readonly organizationId: string;
  readonly version: number;
}

/**
 * The rosters of those of the organizations that exist. One statement reads the version and the people, because two would
 * see a change between them (L3). It names the organizations for the members again: MySQL has an index for `standing IN (…)`
 * beside constants alone, and would read every member of each organization where there are several.
 */
export async function rostersOf(reader: Reader, organizationIds: readonly string[]): Promise<Roster[]> {
  const places = organizationIds.map(() => '?').join(', ');
  const rows = await reader.rows<RosterRow>(
    `SELECT o.id AS organizationId, o.version, m.standing, m.granted_at AS grantedAt,
       u.id, u.name, u.email, u.avatar_url AS avatarUrl,
       a.id AS adderId, a.name AS adderName, a.email AS adderEmail, a.avatar_url AS adderAvatarUrl
     FROM organizations o
     LEFT JOIN members m ON m.organization_id = o.id AND m.organization_id IN (${places}) AND m.standing IN ('OWNER', 'BILLING_ADMIN')
     LEFT JOIN users u ON u.id = m.user_id
     LEFT JOIN users a ON a.id = m.granted_by AND a.erased_at IS NULL
     WHERE o.removed_at IS NULL AND o.id IN (${places})
     ORDER BY o.id, m.name_key, m.user_id`,
    [...organizationIds, ...organizationIds],
  );
  const people = new Map<string, RosterRow[]>();
  for (const row of rows) {
    const those = people.get(row.organizationId);
    if (those) those.push(row);
    else people.set(row.organizationId, [row]);
  }
  return [...people.values()].map((those) => rosterFrom(those[0]!, those));
}

/** The roster of an organization from its people, in order. */
export function rosterFrom(
  { organizationId, version }: Pick<Roster, 'organizationId' | 'version'>,
  people: readonly RosterPersonRow[],
): Roster {
  const owners: UserRow[] = [];
  const admins: BillingAdminRow[] = [];
  for (const row of people) {
    if (row.standing === 'OWNER') owners.push(userOf(row));
    if (row.standing === 'BILLING_ADMIN')
      admins.push({ user: userOf(row), addedBy: adderOf(row), addedAt: row.grantedAt });
  }
  return { organizationId, version, owners, admins };
}

function userOf({ id, name, email, avatarUrl }: RosterPersonRow): UserRow {
  return { id, name, email, avatarUrl };
}

function adderOf({ adderId, adderName, adderEmail, adderAvatarUrl }: RosterPersonRow): UserRow | null {
  return adderId === null ? null : { id: adderId, name: adderName, email: adderEmail, avatarUrl: adderAvatarUrl };
}
