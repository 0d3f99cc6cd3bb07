import { searchKey } from '../domain/name-search';
import type { Reader } from './database';
import { expression, select } from './schema/select';

/** Sorts after every text that begins with what stands before it: the last code point there is. */
const AFTER_ALL = '\u{10FFFF}';

const FOUND = select({ userId: expression<string>('w.user_id') });

/** Members whose name, or one of its words, begins with the text: the first of them by that word, at most `limit`. */
export async function membersNamed(
  reader: Reader,
  organizationId: string,
  search: string,
  limit: number,
): Promise<string[]> {
  const word = searchKey(search);
  if (word === '') return [];
  const rows = await FOUND.rows(
    reader,
    `FROM (SELECT word_key, name_key, user_id FROM member_words
           WHERE organization_id = ? AND word_key >= ? AND word_key < ? ORDER BY word_key, user_id LIMIT ?) w
     JOIN members m ON m.organization_id = ? AND m.user_id = w.user_id AND m.name_key = w.name_key
     ORDER BY w.word_key, w.user_id`,
    [organizationId, word, word + AFTER_ALL, limit, organizationId],
  );
  return [...new Set(rows.map(({ userId }) => userId))];
}
