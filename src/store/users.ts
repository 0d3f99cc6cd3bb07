import type { Reader, Writer } from './database';
import { forgetNames } from './former-members';
import { forgetMemberWords } from './member-words';
import { expression, type RowOf, select } from './schema/select';
import { accessRequests, type FollowUp, users } from './schema/tables';

const { erasedAt, followUp, ...described } = users.as('u');

/** A person as the host described them, of the table `users u`. */
export const USER = described;

export type UserRow = RowOf<typeof USER>;

const SELECTED = select(USER);
const LOCKED = select({ ...USER, erasedAt, followUp });

export type LockedUser = RowOf<typeof LOCKED.expressions>;

/** The users that the directory knows, in no order, without erased ones (R13). */
export async function usersById(reader: Reader, ids: readonly string[]): Promise<UserRow[]> {
  if (ids.length === 0) return [];
  const places = ids.map(() => '?').join(', ');
  return SELECTED.rows(reader, `FROM users u WHERE u.erased_at IS NULL AND u.id IN (${places})`, ids);
}

/** The user's row, kept from other writers until the transaction ends: profiles are shared between organizations. */
export async function lockUser(writer: Writer, id: string): Promise<LockedUser | undefined> {
  const [row] = await LOCKED.lock(writer, 'FROM users u WHERE u.id = ?', [id]);
  return row;
}

export async function insertUser(writer: Writer, user: UserRow): Promise<void> {
  const { id, name, email, avatarUrl } = user;
  await users.insert(writer, { id, name, email, avatarUrl });
}

/** Sets the profile and what has to follow from it; a user who had been erased is known again. */
export async function updateUser(writer: Writer, user: UserRow, followUp: FollowUp | null): Promise<void> {
  const { id, name, email, avatarUrl } = user;
  await users.update(writer, { id }, { name, email, avatarUrl, erasedAt: null, followUp });
}

export async function setFollowUp(writer: Writer, id: string, followUp: FollowUp | null): Promise<void> {
  await users.update(writer, { id }, { followUp });
}

/** Forgets name, e-mail and avatar, the names kept where they left, and what they gave as reasons; the id stays, for the log (R13). */
export async function eraseUser(writer: Writer, id: string, now: number): Promise<void> {
  await users.update(writer, { id }, { name: '', email: '', avatarUrl: null, erasedAt: now, followUp: null });
  await accessRequests.update(writer, { userId: id }, { reason: null });
  await forgetNames(writer, id);
  await forgetMemberWords(writer, id);
}

const FOLLOWED_UP = select({ id: users.all.id, followUp: expression<FollowUp>('follow_up') });

/** The users with a follow-up, at most `limit`. */
export function usersWithFollowUp(reader: Reader, limit: number): Promise<RowOf<typeof FOLLOWED_UP.expressions>[]> {
  return FOLLOWED_UP.rows(reader, 'FROM users WHERE follow_up IS NOT NULL ORDER BY follow_up, id LIMIT ?', [limit]);
}
