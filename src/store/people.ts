import type { Reader } from './database';
import { MAY_BE_NAMED } from './former-members';
import { expression, type RowOf, select, unionAll } from './schema/select';
import { formerMembers, members } from './schema/tables';
import { USER, type UserRow } from './users';

/** Somebody, and the organization in which they are to be shown. */
export interface PersonKey {
  readonly organizationId: string;
  readonly userId: string;
}

/** As a text, which tells any two apart: ids hold no space (I1). */
export function textOfKey({ organizationId, userId }: PersonKey): string {
  return `${organizationId} ${userId}`;
}

/** SQLite binds at most 32,766 values in a statement, of which each person takes two; it joins at most 500 SELECTs. */
const MOST_PEOPLE = 5_000;
const MOST_ORGANIZATIONS = 100;

const MEMBER = select({ organizationId: members.as('m').organizationId, isMember: expression<number>('1'), ...USER });

const { organizationId, userId, name } = formerMembers.as('f');
const FORMER_MEMBER: typeof MEMBER = select({
  ...{ organizationId, isMember: expression<number>('0'), id: userId, name },
  ...{ email: expression<string>("''"), avatarUrl: expression<string | null>('NULL') },
});

type PersonRow = RowOf<typeof MEMBER.expressions>;

/** An organization's id, and after it those of people. */
type Group = readonly [organizationId: string, ...userIds: string[]];

/**
 * How some people are shown in an organization each, in their order (A10): a member with today's profile, a user who left by the
 * name that they had then, and null for anybody else. What another organization says of somebody who left is not read at all.
 *
 * One statement looks in both places, so that it finds a user who leaves or rejoins at the same time in one of them. There is a pair
 * of SELECTs for each organization: in one condition for all, the database would look for everybody everywhere.
 */
export async function peopleIn(reader: Reader, asked: readonly PersonKey[]): Promise<(UserRow | null)[]> {
  const found = new Map<string, PersonRow>();
  for (const part of partsOf(asked, MOST_PEOPLE))
    for (const groups of partsOf(groupsOf(part), MOST_ORGANIZATIONS))
      for (const row of await read(reader, groups)) {
        const key = textOfKey({ organizationId: row.organizationId, userId: row.id });
        // A user who came back by an older build is a member, and the name of then is still there.
        if (row.isMember === 1 || !found.has(key)) found.set(key, row);
      }
  return asked.map((key) => userOf(found.get(textOfKey(key))));
}

function read(reader: Reader, groups: readonly Group[]): Promise<PersonRow[]> {
  const statements = groups.flatMap(([, ...userIds]) => {
    const places = userIds.map(() => '?').join(', ');
    return [
      MEMBER.statement(
        `FROM members m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? AND m.user_id IN (${places})`,
      ),
      FORMER_MEMBER.statement(
        `FROM former_members f JOIN users u ON u.id = f.user_id
         WHERE f.organization_id = ? AND f.user_id IN (${places}) AND ${MAY_BE_NAMED}`,
      ),
    ];
  });
  return unionAll(statements).rows(
    reader,
    groups.flatMap((group) => [...group, ...group]),
  );
}

function groupsOf(keys: readonly PersonKey[]): Group[] {
  const groups = new Map<string, Set<string>>();
  for (const { organizationId, userId } of keys)
    groups.set(organizationId, (groups.get(organizationId) ?? new Set()).add(userId));
  return [...groups].map(([organizationId, userIds]) => [organizationId, ...userIds]);
}

function partsOf<Item>(items: readonly Item[], most: number): (readonly Item[])[] {
  if (items.length <= most) return items.length === 0 ? [] : [items];
  return [items.slice(0, most), ...partsOf(items.slice(most), most)];
}

function userOf(row: PersonRow | undefined): UserRow | null {
  return row ? { id: row.id, name: row.name, email: row.email, avatarUrl: row.avatarUrl } : null;
}
