import type { Writer } from './database';
import { inList } from './prepared-sizes';
import { formerMembers } from './schema/tables';

/** A condition on the user `u`. While a user is being erased, and after an older build erased them, kept names are still there (R13). */
export const MAY_BE_NAMED = "u.erased_at IS NULL AND (u.follow_up IS NULL OR u.follow_up <> 'ERASURE')";

/**
 * Keeps the names that users have when they leave, for this organization alone (A10). An older build may have left some from before,
 * which this replaces.
 */
export async function keepNames(writer: Writer, organizationId: string, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  const among = inList(userIds);
  await writer.run(
    `REPLACE INTO former_members (organization_id, user_id, name)
     SELECT ?, u.id, u.name FROM users u WHERE u.id ${among.sql} AND ${MAY_BE_NAMED}`,
    [organizationId, ...among.values],
  );
}

/** Forgets the names of users who come back. */
export async function forgetNamesIn(writer: Writer, organizationId: string, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  const among = inList(userIds);
  await writer.run(`DELETE FROM former_members WHERE organization_id = ? AND user_id ${among.sql}`, [
    organizationId,
    ...among.values,
  ]);
}

/** Forgets the user's name in every organization that they have left (R13). */
export async function forgetNames(writer: Writer, userId: string): Promise<void> {
  await formerMembers.delete(writer, { userId });
}
