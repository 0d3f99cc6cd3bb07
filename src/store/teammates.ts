import { searchKey } from '../domain/name-search';
import { foldText } from '../domain/fold-text';
import type { Reader, Value } from './database';
import { expression, type RowOf, select } from './schema/select';
import { USER } from './users';

/** A place in the list of teammates: after the one with this key and id. */
export interface TeammatePosition {
  readonly nameKey: string;
  readonly userId: string;
}

const TEAMMATE = select({ ...USER, nameKey: expression<string>('p.name_key') });

export type TeammateRow = RowOf<typeof TEAMMATE.expressions>;

/** The most words that a search reads. Their order is not that of names, so it reads all of them before it knows a page. */
const MOST_WORDS_FOUND = 1_000;

/** Sorts after every text that begins with what stands before it: the last code point there is. */
const AFTER_ALL = '\u{10FFFF}';

/**
 * Members who are neither owners nor billing admins, ordered by name then id, after `after`; at most `limit` (R9). `search` is a prefix
 * of the name, of one of its words, or of the e-mail. The limit on words is the same for each page, so that pages fit together. Each
 * branch has its own index, which an OR over several columns would not use.
 */
export function eligibleTeammates(
  reader: Reader,
  organizationId: string,
  after: TeammatePosition | null,
  search: string,
  limit: number,
): Promise<TeammateRow[]> {
  const place = { organizationId, after, limit };
  const prefix = foldText(search);
  const word = searchKey(search);
  const found = [
    membersBranch(place, prefix, 'name_key'),
    ...(prefix === '' ? [] : [membersBranch(place, prefix, 'email_key')]),
    ...(word === '' ? [] : [wordsBranch(place, word)]),
  ];
  return TEAMMATE.rows(
    reader,
    `FROM (SELECT name_key, user_id FROM (${found.map(({ sql }) => `SELECT * FROM (${sql}) b`).join(' UNION ')}) f
           ORDER BY name_key, user_id LIMIT ?) p
     JOIN users u ON u.id = p.user_id
     ORDER BY p.name_key, p.user_id`,
    [...found.flatMap(({ values }) => values), limit],
  );
}

interface Place {
  readonly organizationId: string;
  readonly after: TeammatePosition | null;
  readonly limit: number;
}

interface Branch {
  readonly sql: string;
  readonly values: Value[];
}

function membersBranch(
  { organizationId, after, limit }: Place,
  prefix: string,
  column: 'name_key' | 'email_key',
): Branch {
  const beginning = prefix === '' ? EVERYTHING : beginningWith(column, prefix);
  // With `+` SQLite does not start from the position in the index of names, where it would read the rest of the organization.
  const beyond = beyondPosition(after, column === 'name_key' ? '' : '+');
  return {
    sql: `SELECT name_key, user_id FROM members
      WHERE organization_id = ? AND standing = 'TEAMMATE' ${beginning.sql} ${beyond.sql} ORDER BY name_key, user_id LIMIT ?`,
    values: [organizationId, ...beginning.values, ...beyond.values, limit],
  };
}

/** DISTINCT: a member may have several words with the prefix. */
function wordsBranch({ organizationId, after, limit }: Place, word: string): Branch {
  const beginning = beginningWith('word_key', word);
  const beyond = beyondPosition(after, 'w.');
  return {
    sql: `SELECT DISTINCT w.name_key, w.user_id FROM
        (SELECT name_key, user_id FROM member_words WHERE organization_id = ? ${beginning.sql}
         ORDER BY word_key, user_id LIMIT ?) w
      JOIN members m ON m.organization_id = ? AND m.user_id = w.user_id AND m.name_key = w.name_key
      WHERE m.standing = 'TEAMMATE' ${beyond.sql} ORDER BY w.name_key, w.user_id LIMIT ?`,
    values: [organizationId, ...beginning.values, MOST_WORDS_FOUND, organizationId, ...beyond.values, limit],
  };
}

const EVERYTHING: Branch = { sql: '', values: [] };

function beginningWith(column: string, prefix: string): Branch {
  return { sql: `AND ${column} >= ? AND ${column} < ?`, values: [prefix, prefix + AFTER_ALL] };
}

/** The first condition is a range that an index can use; for MySQL, (a, b) > (?, ?) is not one. */
function beyondPosition(after: TeammatePosition | null, of = ''): Branch {
  if (!after) return EVERYTHING;
  return {
    sql: `AND ${of}name_key >= ? AND (${of}name_key > ? OR ${of}user_id > ?)`,
    values: [after.nameKey, after.nameKey, after.userId],
  };
}
