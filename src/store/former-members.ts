import type { Writer } from './database';
import { formerMembers } from './schema/tables';

/** A condition on the user `u`. While a user is being erased, and after an older build erased them, kept names are still there (R13). */
export const MAY_BE_NAMED = "u.erased_at IS NULL AND (u.follow_up IS NULL OR u.follow_up <> 'ERASURE')";

/**
 * Keeps the name that a user has when they leave, for this organization alone (A10). An older build may have left one from before,
 * which this replaces.
 */
export async function keepName(writer: Writer, organizationId: string, userId: string): Promise<void> {
  await writer.run(
    `REPLACE INTO former_members (organization_id, user_id, name)
     SELECT ?, u.id, u.name FROM users u WHERE u.id = ? AND ${MAY_BE_NAMED}`,
    [organizationId, userId],
  );
}

/** Forgets the name of a user who comes back. */
export async function forgetName(writer: Writer, organizationId: string, userId: string): Promise<void> {
  await formerMembers.delete(writer, { organizationId, userId });
}

/** Forgets the user's name in every organization that they have left (R13). */
export async function forgetNames(writer: Writer, userId: string): Promise<void> {
  await formerMembers.delete(writer, { userId });
}
