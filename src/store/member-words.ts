import { wordKeys } from '../domain/name-search';
import type { Writer } from './database';
import { mapGivingWay } from './map-giving-way';
import { inList } from './prepared-sizes';
import { memberWords } from './schema/tables';

/** The most rows in a statement. With the longest names and ids that is 8 MB; MariaDB accepts 16 MB by default. */
const ROWS_AT_ONCE = 5_000;

/** A member with the sort key of the name, from which the words follow. */
export interface NamedMember {
  readonly userId: string;
  readonly nameKey: string;
}

/**
 * Inserts the words that find new members (R9). Each row holds the name that it belongs to: an older build does not update words, and the
 * search ignores those of another name.
 */
export async function insertMemberWords(
  writer: Writer,
  organizationId: string,
  members: readonly NamedMember[],
): Promise<void> {
  const rowsOfMembers = await mapGivingWay(members, ({ userId, nameKey }) =>
    wordKeys(nameKey).map((wordKey) => ({ organizationId, wordKey, userId, nameKey })),
  );
  const rows = rowsOfMembers.flat();
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE)
    await memberWords.insertOrUpdateAll(writer, rows.slice(start, start + ROWS_AT_ONCE), {
      nameKey: (inserted) => inserted,
    });
}

/** Deletes all words of members who leave, or get other names. */
export async function deleteMemberWords(
  writer: Writer,
  organizationId: string,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0) return;
  const among = inList(userIds);
  await writer.run(`DELETE FROM member_words WHERE organization_id = ? AND user_id ${among.sql}`, [
    organizationId,
    ...among.values,
  ]);
}

/** Deletes a user's words in every organization (R13). Each leave deletes them, but an older build does not. */
export async function forgetMemberWords(writer: Writer, userId: string): Promise<void> {
  await memberWords.delete(writer, { userId });
}
