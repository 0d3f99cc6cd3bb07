import type { Services } from '../../../src/actions/services';
import { wordKeys } from '../../../src/domain/name-search';

/** Fails unless members are found by the words of the names that they have now, and nobody else is (R9, R13, R14). */
export async function expectWordsOfNames(
  { database }: Pick<Services, 'database'>,
  organizationId: string,
): Promise<void> {
  const rowsOf = (columns: string, table: string) =>
    database.reader.rows<{ userId: string; nameKey: string; word: string }>(
      `SELECT user_id AS userId, name_key AS nameKey, ${columns} AS word FROM ${table} WHERE organization_id = ?`,
      [organizationId],
    );
  const [members, words] = await Promise.all([rowsOf("''", 'members'), rowsOf('word_key', 'member_words')]);
  const line = ({ userId, nameKey, word }: (typeof words)[number]) => [userId, nameKey, word].join(': ');
  const expected = members.flatMap((member) => wordKeys(member.nameKey).map((word) => line({ ...member, word })));
  expect(words.map(line).sort()).toEqual(expected.sort());
}
