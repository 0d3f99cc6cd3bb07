import { foldText } from '../domain/text';
import type { Reader, Value } from './database';
import type { UserRow } from './users';

/** A place in the list of teammates: after the one with this key and id. */
export interface TeammatePosition {
  readonly nameKey: string;
  readonly userId: string;
}

export interface TeammateRow extends UserRow {
  readonly nameKey: string;
}

/** Sorts after every text that begins with what stands before it: the last code point there is. */
const AFTER_ALL = '\u{10FFFF}';

/**
 * Members who are neither owners nor billing admins, ordered by name then id, after `after`, whose name or e-mail begins with
 * `search`; at most `limit` (R9). Each search branch has an index of its own, which an OR over both columns would not use.
 */
export function eligibleTeammates(
  reader: Reader,
  organizationId: string,
  after: TeammatePosition | null,
  search: string,
  limit: number,
): Promise<TeammateRow[]> {
  const prefix = foldText(search);
  const byName = branch(organizationId, after, prefix, 'name_key', limit);
  const byEmail = branch(organizationId, after, prefix, 'email_key', limit);
  const found = prefix === '' ? [byName] : [byName, byEmail];
  return reader.rows<TeammateRow>(
    `SELECT u.id, u.name, u.email, u.avatar_url AS avatarUrl, p.name_key AS nameKey
     FROM (SELECT name_key, user_id FROM (${found.map(({ sql }) => `SELECT * FROM (${sql}) b`).join(' UNION ')}) f
           ORDER BY name_key, user_id LIMIT ?) p
     JOIN users u ON u.id = p.user_id
     ORDER BY p.name_key, p.user_id`,
    [...found.flatMap(({ values }) => values), limit],
  );
}

function branch(
  organizationId: string,
  after: TeammatePosition | null,
  prefix: string,
  column: 'name_key' | 'email_key',
  limit: number,
): { sql: string; values: Value[] } {
  const conditions = ["organization_id = ? AND standing = 'TEAMMATE'"];
  const values: Value[] = [organizationId];
  if (prefix !== '') {
    conditions.push(`${column} >= ? AND ${column} < ?`);
    values.push(prefix, prefix + AFTER_ALL);
  }
  if (after) {
    // The first condition is a range that an index can use; for MySQL, (a, b) > (?, ?) is not one.
    conditions.push('name_key >= ? AND (name_key > ? OR user_id > ?)');
    values.push(after.nameKey, after.nameKey, after.userId);
  }
  const sql = `SELECT name_key, user_id FROM members WHERE ${conditions.join(' AND ')} ORDER BY name_key, user_id LIMIT ?`;
  return { sql, values: [...values, limit] };
}
