import { compareAsBytes } from './byte-order';
import type { PlainReader } from './database';
import { ORGANIZATION_COLUMNS } from './organizations';
import { type Roster, type RosterPersonRow, rostersFrom } from './rosters';
import { type MembershipKey, valuesOf, type Membership } from './memberships';
import { filledUp, textsBySize } from './prepared-sizes';

const MEMBERSHIP = columnsOf(
  `${ORGANIZATION_COLUMNS}, m.user_id AS viewerId, m.role AS viewerRole, m.standing AS viewerBillingRole`,
);

const PERSON =
  columnsOf(`h.organization_id AS organizationId, h.standing AS billingRole, h.granted_at AS grantedAt, h.granted_by AS grantedBy,
  h.name_key AS nameKey, u.id, u.name, u.email, u.avatar_url AS avatarUrl`);

type Person = RosterPersonRow & { readonly organizationId: string; readonly nameKey: string };

const MEMBERSHIP_OF_ONE = `SELECT 1 AS isMembership, JSON_ARRAY(${MEMBERSHIP.expressions}) AS content
  FROM members m LEFT JOIN organizations o ON o.id = m.organization_id
  WHERE o.removed_at IS NULL AND m.organization_id = ? AND m.user_id = ?`;

/**
 * People are found through the viewer's own membership. Where there is none, the database compares with NULL and reads nobody (A9).
 * A subquery that depends on no row is a constant to the planners of all engines: `standing IN (…)` behind it has an index.
 */
const HAS_THEM_AS_COLLEAGUE = `h.organization_id =
  (SELECT m.organization_id FROM members m WHERE m.organization_id = ? AND m.user_id = ?)`;

/**
 * Both halves in one statement, and so in one snapshot (L3). A join would send the organization again with each person, and
 * two halves with columns of their own would be half empty: each row is one JSON array, which costs both drivers less than
 * what it holds would as columns. The order is made here, because a sort would cost the server a temporary table.
 */
const STATEMENT = textsBySize(
  (size) => `${Array<string>(size).fill(MEMBERSHIP_OF_ONE).join(' UNION ALL ')}
  UNION ALL
  SELECT 0, JSON_ARRAY(${PERSON.expressions})
  FROM members h JOIN users u ON u.id = h.user_id
  WHERE (${Array<string>(size).fill(HAS_THEM_AS_COLLEAGUE).join(' OR ')}) AND h.standing IN ('OWNER', 'BILLING_ADMIN')`,
);

/** Some servers tell that it is JSON, and then the driver has parsed it. */
type Row = { readonly isMembership: number; readonly content: string | unknown[] };

/** A membership and the organization's roster, both of one moment. */
export interface MembershipWithRoster {
  readonly membership: Membership;
  readonly roster: Roster;
}

/**
 * What each of some pairs finds, in their order, in one statement; null where there is no membership, since the people are none of the
 * viewer's business then (A4). `rostersFrom` may send another, and never for a stranger alone (A9).
 */
export async function membershipsWithRosters(
  reader: PlainReader,
  pairs: readonly MembershipKey[],
): Promise<(MembershipWithRoster | null)[]> {
  const asked = filledUp(pairs);
  const values = valuesOf(asked);
  const rows = await reader.prepared<Row>(STATEMENT(asked.length), [...values, ...values]);
  const memberships: Membership[] = [];
  const people = new Map<string, Person[]>();
  for (const { isMembership, content } of rows) {
    if (isMembership === 1) memberships.push(MEMBERSHIP.toRow(content) as unknown as Membership);
    else add(people, PERSON.toRow(content) as unknown as Person);
  }
  const versions = new Map(memberships.map(({ id, version }) => [id, version]));
  const rosters = await rostersFrom(
    reader,
    [...versions].map(([organizationId, version]) => ({
      organizationId,
      version,
      people: (people.get(organizationId) ?? []).sort(byName),
    })),
  );
  const rosterOf = new Map(rosters.map((roster) => [roster.organizationId, roster]));
  return pairs.map((pair) => {
    const found = memberships.find((row) => row.id === pair.organizationId && row.viewerId === pair.viewerId);
    return found ? { membership: found, roster: rosterOf.get(found.id)! } : null;
  });
}

function add(people: Map<string, Person[]>, person: Person): void {
  const those = people.get(person.organizationId);
  if (those) those.push(person);
  else people.set(person.organizationId, [person]);
}

function byName(one: Person, other: Person): number {
  return compareAsBytes(one.nameKey, other.nameKey) || compareAsBytes(one.id, other.id);
}

/** The expressions of a list of columns (`t.a, t.b AS c`), and a function that restores the names of their values. */
function columnsOf(list: string) {
  const columns = list.split(',').map((column) => {
    const [, expression, , name] = /^\s*(\w+\.(\w+))(?: AS (\w+))?\s*$/.exec(column)!;
    return { expression: expression!, name: name ?? expression!.split('.')[1]! };
  });
  // Copied for each row: a row that grows name by name would cost more than reading it did.
  const empty = { ...Object.fromEntries<unknown>(columns.map(({ name }) => [name, null])) };
  return {
    expressions: columns.map(({ expression }) => expression).join(', '),
    toRow: (content: string | unknown[]): Record<string, unknown> => {
      const values = typeof content === 'string' ? (JSON.parse(content) as unknown[]) : content;
      const row: Record<string, unknown> = { ...empty };
      for (let i = 0; i < columns.length; i++) row[columns[i]!.name] = values[i];
      return row;
    },
  };
}
