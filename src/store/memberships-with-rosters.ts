import { compareAsBytes } from './byte-order';
import type { PlainReader } from './database';
import { ON_ROSTER, type Roster, ROSTER_PERSON, rostersFrom } from './rosters';
import { expression, type Expressions, type RowOf, select, unionAll } from './schema/select';
import { members } from './schema/tables';
import { MEMBERSHIP, type Membership, type MembershipKey, valuesOf } from './memberships';
import { bySize, filledUp } from './prepared-sizes';

const SELECTED = asArray(MEMBERSHIP);

const m = members.as('m');
const PERSON = asArray({ organizationId: m.organizationId, nameKey: m.nameKey, ...ROSTER_PERSON });

type Person = ReturnType<typeof PERSON.toRow>;

/** A row of one of the two halves. Some servers tell that its content is JSON, and then the driver has parsed it. */
const half = (isMembership: 1 | 0, list: string) =>
  select({
    isMembership: expression<number>(String(isMembership)),
    content: expression<string>(`JSON_ARRAY(${list})`),
  });

const MEMBERSHIP_OF_ONE = half(1, SELECTED.list).statement(
  `FROM members m LEFT JOIN organizations o ON o.id = m.organization_id
   WHERE o.removed_at IS NULL AND m.organization_id = ? AND m.user_id = ?`,
);

/**
 * People are found through the viewer's own membership. Without one, the database compares with NULL and reads nobody (A9).
 * A subquery that depends on no row is a constant to the planners of all engines: `standing IN (…)` behind it has an index.
 */
const HAS_THEM_AS_COLLEAGUE = `m.organization_id =
  (SELECT v.organization_id FROM members v WHERE v.organization_id = ? AND v.user_id = ?)`;

/**
 * Both halves in one statement, and so in one snapshot (L3). A join would send the organization again with each person, and
 * two halves with columns of their own would be half empty: each row is one JSON array, which costs both drivers less than
 * what it holds would as columns. The order is made here, because a sort would cost the server a temporary table.
 */
const STATEMENT = bySize((size) =>
  unionAll([
    ...Array<typeof MEMBERSHIP_OF_ONE>(size).fill(MEMBERSHIP_OF_ONE),
    half(0, PERSON.list).statement(
      `FROM members m JOIN users u ON u.id = m.user_id
       WHERE (${Array<string>(size).fill(HAS_THEM_AS_COLLEAGUE).join(' OR ')}) AND ${ON_ROSTER}`,
    ),
  ]),
);

/** A membership and the organization's roster, both of one moment. */
export interface MembershipWithRoster {
  readonly membership: Membership;
  readonly roster: Roster;
}

/**
 * What each of some pairs finds, in their order, in one statement; null if there is no membership, since the people are none of the
 * viewer's business then (A4). `rostersFrom` may send another, and never for a stranger alone (A9).
 */
export async function membershipsWithRosters(
  reader: PlainReader,
  pairs: readonly MembershipKey[],
): Promise<(MembershipWithRoster | null)[]> {
  const asked = filledUp(pairs);
  const values = valuesOf(asked);
  const rows = await STATEMENT(asked.length).prepared(reader, [...values, ...values]);
  const memberships: Membership[] = [];
  const people = new Map<string, Person[]>();
  for (const { isMembership, content } of rows) {
    if (isMembership === 1) memberships.push(SELECTED.toRow(content));
    else add(people, PERSON.toRow(content));
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

/** The list of some expressions, and a function that restores the names of their values. */
function asArray<E extends Expressions>(expressions: E) {
  const names = Object.keys(expressions);
  // Copied for each row: a row that grows name by name would cost more than reading it did.
  const empty = { ...Object.fromEntries<unknown>(names.map((name) => [name, null])) };
  return {
    list: Object.values(expressions)
      .map(({ sql }) => sql)
      .join(', '),
    toRow: (content: string | unknown[]): RowOf<E> => {
      const values = typeof content === 'string' ? (JSON.parse(content) as unknown[]) : content;
      const row: Record<string, unknown> = { ...empty };
      for (let i = 0; i < names.length; i++) row[names[i]!] = values[i];
      return row as RowOf<E>;
    },
  };
}
