import { type GrantAccess, grantAccessOf, type RosterRole } from '../domain/access/permissions';
import { billingRolesOf, ROSTER_ROLES } from './billing-roles';
import type { Reader } from './database';
import { peopleIn } from './people';
import { expression, type RowOf, select } from './schema/select';
import { members, organizations } from './schema/tables';
import { USER, type UserRow } from './users';

export interface BillingAdminRow {
  readonly user: UserRow;
  /** Null once that account is gone, and where no name is known of an owner who left. */
  readonly addedBy: UserRow | null;
  /** Milliseconds since the epoch. */
  readonly addedAt: number;
  readonly access: GrantAccess;
  /** Milliseconds since the epoch. Null for a grant without an end. */
  readonly expiresAt: number | null;
}

/** Who has billing access, exactly as of `version` (L3). Both lists are ordered by name, then id. */
export interface Roster {
  readonly organizationId: string;
  readonly version: number;
  readonly owners: readonly UserRow[];
  readonly admins: readonly BillingAdminRow[];
}

const m = members.as('m');
const roles = billingRolesOf('m');

/** Whether the member `m` is on the roster: as of its version, so that a grant is there until its end has been written (L3). */
export const ON_ROSTER = `m.standing IN ${ROSTER_ROLES}`;

/** One of the people on a roster, and who added them: the members `m` and users `u`. */
export const ROSTER_PERSON = {
  billingRole: expression<RosterRole>(roles.written.sql),
  grantExpiresAt: roles.grantExpiresAt,
  grantedAt: expression<number>('m.granted_at'),
  /** The user who added them. Null for owners. */
  grantedBy: m.grantedBy,
  ...USER,
};

export type RosterPersonRow = RowOf<typeof ROSTER_PERSON>;

const o = organizations.as('o');
const ROSTER = select({ organizationId: o.id, version: o.version, ...ROSTER_PERSON });

/** A roster as it is read: its people in order, of one moment. */
export interface RosterRead {
  readonly organizationId: string;
  readonly version: number;
  readonly people: readonly RosterPersonRow[];
}

/**
 * The rosters of those of the organizations that exist. One statement reads the version and the people, because two would
 * see a change between them (L3). It names the organizations for the members again: MySQL uses an index for `standing IN (…)`
 * only beside constants. Otherwise it would read every member if there are several organizations.
 */
export async function rostersOf(reader: Reader, organizationIds: readonly string[]): Promise<Roster[]> {
  const places = organizationIds.map(() => '?').join(', ');
  const rows = await ROSTER.rows(
    reader,
    `FROM organizations o
     LEFT JOIN members m ON m.organization_id = o.id AND m.organization_id IN (${places}) AND ${ON_ROSTER}
     LEFT JOIN users u ON u.id = m.user_id
     WHERE o.removed_at IS NULL AND o.id IN (${places})
     ORDER BY o.id, m.name_key, m.user_id`,
    [...organizationIds, ...organizationIds],
  );
  const rosters = new Map<string, RosterRead & { readonly people: RosterPersonRow[] }>();
  for (const row of rows) {
    const { organizationId, version } = row;
    const roster = rosters.get(organizationId) ?? { organizationId, version, people: [] };
    rosters.set(organizationId, roster);
    // An organization without owners and billing admins is one row, of nobody.
    if ((row.billingRole as string | null) !== null) roster.people.push(row);
  }
  return rostersFrom(reader, [...rosters.values()]);
}

/**
 * Rosters from the rows that were read. The user who added a billing admin is usually an owner, and so on the roster. Another
 * statement is necessary only if that user has stepped down or left since.
 */
export async function rostersFrom(reader: Reader, read: readonly RosterRead[]): Promise<Roster[]> {
  const known = read.map(({ people }) => new Map<string, UserRow | null>(people.map((row) => [row.id, userOf(row)])));
  const others = read.flatMap(({ organizationId, people }, index) =>
    people.flatMap(({ grantedBy }) =>
      grantedBy === null || known[index]!.has(grantedBy) ? [] : { organizationId, userId: grantedBy, index },
    ),
  );
  if (others.length > 0) {
    const found = await peopleIn(reader, others);
    others.forEach(({ userId, index }, place) => known[index]!.set(userId, found[place] ?? null));
  }
  return read.map((roster, index) => rosterFrom(roster, known[index]!));
}

function rosterFrom(
  { organizationId, version, people }: RosterRead,
  known: ReadonlyMap<string, UserRow | null>,
): Roster {
  const owners: UserRow[] = [];
  const admins: BillingAdminRow[] = [];
  for (const { id, billingRole, grantedBy, grantedAt, grantExpiresAt: expiresAt } of people) {
    const user = known.get(id)!;
    const access = grantAccessOf(billingRole);
    const addedBy = (grantedBy !== null && known.get(grantedBy)) || null;
    if (access === null) owners.push(user);
    else admins.push({ user, addedBy, addedAt: grantedAt, access, expiresAt });
  }
  return { organizationId, version, owners, admins };
}

function userOf({ id, name, email, avatarUrl }: UserRow): UserRow {
  return { id, name, email, avatarUrl };
}
