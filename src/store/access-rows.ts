import type { Reader } from './database';
import type { Membership, ViewedOrganization } from './standings';

/** What decides about somebody's access to an organization, and nothing that is only shown. */
export type AccessRow = Pick<
  ViewedOrganization,
  | 'id'
  | 'version'
  | 'contractType'
  | 'status'
  | 'hasCustomer'
  | 'hasPaymentMethod'
  | 'viewerId'
  | 'viewerRole'
  | 'viewerStanding'
>;

const COLUMNS = `o.id, o.version, o.contract_type AS contractType, o.status, o.has_customer AS hasCustomer,
  o.has_payment_method AS hasPaymentMethod, m.user_id AS viewerId, m.role AS viewerRole, m.standing AS viewerStanding`;

/** SQLite joins at most 500 SELECTs with UNION, and binds at most 32,766 values in a statement. */
const MOST_SELECTS = 250;
const MOST_PAIRS = 1_000;

/**
 * Finds nothing, since no id is empty. It gives the columns below it the type of ids: MySQL would compare them with the connection's own
 * type for texts, for which the index of memberships is of no use.
 */
const NO_PAIR = "SELECT organization_id AS organizationId, user_id AS userId FROM members WHERE organization_id = ''";

/**
 * What decides about each of some pairs, in their order, in one statement for a thousand; null where there is no membership. The pairs are a table of
 * the statement: in one condition, planning them takes MariaDB time that grows with the square of their number (record 21), and a
 * SELECT for each takes it ten times as long.
 */
export async function accessOfEach(reader: Reader, pairs: readonly Membership[]): Promise<(AccessRow | null)[]> {
  const byPair = new Map<string, AccessRow>();
  for (let from = 0; from < pairs.length; from += MOST_PAIRS)
    for (const row of await read(reader, pairs.slice(from, from + MOST_PAIRS)))
      byPair.set(keyOf(row.id, row.viewerId), row);
  return pairs.map(({ organizationId, viewerId }) => byPair.get(keyOf(organizationId, viewerId)) ?? null);
}

function read(reader: Reader, pairs: readonly Membership[]): Promise<AccessRow[]> {
  return reader.rows<AccessRow>(
    `SELECT ${COLUMNS} FROM (${tableOf(pairs.length)}) p
     JOIN members m ON m.organization_id = p.organizationId AND m.user_id = p.userId
     LEFT JOIN organizations o ON o.id = m.organization_id
     WHERE o.removed_at IS NULL`,
    pairs.flatMap(({ organizationId, viewerId }) => [organizationId, viewerId]),
  );
}

/** Ids hold no space (I1). */
function keyOf(organizationId: string, viewerId: string): string {
  return `${organizationId} ${viewerId}`;
}

function tableOf(pairs: number): string {
  const parts = [NO_PAIR];
  for (let left = pairs; left > 0; left -= MOST_SELECTS)
    parts.push(`SELECT * FROM (${selectOf(Math.min(left, MOST_SELECTS))}) p`);
  return parts.join(' UNION ALL ');
}

function selectOf(pairs: number): string {
  return Array<string>(pairs).fill('SELECT ? AS organizationId, ? AS userId').join(' UNION ALL ');
}
