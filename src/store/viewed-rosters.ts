import { compareAsBytes } from './byte-order';
import type { PlainReader } from './database';
import { ORGANIZATION_COLUMNS } from './organizations';
import { type Roster, rosterFrom, type RosterPersonRow } from './rosters';
import type { ViewedOrganization } from './standings';

const VIEWED = columnsOf(
  `${ORGANIZATION_COLUMNS}, m.user_id AS viewerId, m.role AS viewerRole, m.standing AS viewerStanding`,
);

const PERSON = columnsOf(`p.standing, p.granted_at AS grantedAt, p.name_key AS nameKey,
  u.id, u.name, u.email, u.avatar_url AS avatarUrl,
  a.id AS adderId, a.name AS adderName, a.email AS adderEmail, a.avatar_url AS adderAvatarUrl`);

type Person = RosterPersonRow & { readonly nameKey: string };

/**
 * Both halves in one statement, and so in one snapshot (L3). A join would send the organization again with each person, and
 * two halves with columns of their own would be half empty: each row is one JSON array, which costs both drivers less than
 * what it holds would as columns. The order is made here, because a sort would cost the server a temporary table.
 */
const STATEMENT = `SELECT 1 AS isViewed, JSON_ARRAY(${VIEWED.expressions}) AS content
  FROM members m JOIN organizations o ON o.id = m.organization_id
  WHERE o.removed_at IS NULL AND m.organization_id = ? AND m.user_id = ?
  UNION ALL
  SELECT 0, JSON_ARRAY(${PERSON.expressions})
  FROM members p JOIN users u ON u.id = p.user_id
  LEFT JOIN users a ON a.id = p.granted_by AND a.erased_at IS NULL
  WHERE p.organization_id = ? AND p.standing IN ('OWNER', 'BILLING_ADMIN')`;

/** Some servers tell that it is JSON, and then the driver has parsed it. */
type Row = { readonly isViewed: number; readonly content: string | unknown[] };

/** The organization as the viewer meets it with its roster, in one statement; null where they are no member of any such. */
export async function viewedWithRoster(
  reader: PlainReader,
  organizationId: string,
  viewerId: string,
): Promise<{ viewed: ViewedOrganization; roster: Roster } | null> {
  const rows = await reader.prepared<Row>(STATEMENT, [organizationId, viewerId, organizationId]);
  const row = rows.find(({ isViewed }) => isViewed === 1);
  // Without it the people are none of the viewer's business (A4).
  if (!row) return null;
  const viewed = VIEWED.toRow(row.content) as unknown as ViewedOrganization;
  const people = rows
    .filter(({ isViewed }) => isViewed === 0)
    .map(({ content }) => PERSON.toRow(content) as unknown as Person)
    .sort((one, other) => compareAsBytes(one.nameKey, other.nameKey) || compareAsBytes(one.id, other.id));
  return { viewed, roster: rosterFrom({ organizationId: viewed.id, version: viewed.version }, people) };
}

/** A list of columns (`t.a, t.b AS c`) as expressions alone, and how to give what they held their names again. */
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
