import type { Reader, Writer } from './database';
import { forgetNames } from './former-members';

/** A person as the host described them. */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly avatarUrl: string | null;
}

/** What still has to happen in a user's organizations: sort keys after a new profile, or leaving all of them. */
export type FollowUp = 'PROFILE' | 'ERASURE';

export interface LockedUser extends UserRow {
  readonly erasedAt: number | null;
  readonly followUp: FollowUp | null;
}

export const USER_COLUMNS = 'u.id, u.name, u.email, u.avatar_url AS avatarUrl';

/** The users that the directory knows, in no order, without erased ones (R13). */
export async function usersById(reader: Reader, ids: readonly string[]): Promise<UserRow[]> {
  if (ids.length === 0) return [];
  const places = ids.map(() => '?').join(', ');
  return reader.rows<UserRow>(
    `SELECT ${USER_COLUMNS} FROM users u WHERE u.erased_at IS NULL AND u.id IN (${places})`,
    ids,
  );
}

/** The user's row, kept from other writers until the transaction ends: profiles are shared between organizations. */
export async function lockUser(writer: Writer, id: string): Promise<LockedUser | undefined> {
  const [row] = await writer.lock<LockedUser>(
    `SELECT ${USER_COLUMNS}, u.erased_at AS erasedAt, u.follow_up AS followUp FROM users u WHERE u.id = ?`,
    [id],
  );
  return row;
}

export async function insertUser(writer: Writer, user: UserRow): Promise<void> {
  await writer.run('INSERT INTO users (id, name, email, avatar_url) VALUES (?, ?, ?, ?)', [
    user.id,
    user.name,
    user.email,
    user.avatarUrl,
  ]);
}

/** Sets the profile and what has to follow from it; a user who had been erased is known again. */
export async function updateUser(writer: Writer, user: UserRow, followUp: FollowUp | null): Promise<void> {
  await writer.run(
    'UPDATE users SET name = ?, email = ?, avatar_url = ?, erased_at = NULL, follow_up = ? WHERE id = ?',
    [user.name, user.email, user.avatarUrl, followUp, user.id],
  );
}

export async function setFollowUp(writer: Writer, id: string, followUp: FollowUp | null): Promise<void> {
  await writer.run('UPDATE users SET follow_up = ? WHERE id = ?', [followUp, id]);
}

/** Forgets name, e-mail and avatar, the names kept where they left, and what they gave as reasons; the id stays, for the log (R13). */
export async function eraseUser(writer: Writer, id: string, now: number): Promise<void> {
  await writer.run(
    "UPDATE users SET name = '', email = '', avatar_url = NULL, erased_at = ?, follow_up = NULL WHERE id = ?",
    [now, id],
  );
  await writer.run('UPDATE access_requests SET reason = NULL WHERE user_id = ?', [id]);
  await forgetNames(writer, id);
}

/** The users with a follow-up, at most `limit`. */
export function usersWithFollowUp(reader: Reader, limit: number): Promise<{ id: string; followUp: FollowUp }[]> {
  return reader.rows(
    'SELECT id, follow_up AS followUp FROM users WHERE follow_up IS NOT NULL ORDER BY follow_up, id LIMIT ?',
    [limit],
  );
}
