import type { Reader, Writer } from './database';
import { forgetNames } from './former-members';
import { forgetMemberWords } from './member-words';
import { inList } from './prepared-sizes';
import { expression, type RowOf, select } from './schema/select';
import { accessRequests, cancellationComments, type FollowUp, users } from './schema/tables';

const { erasedAt, followUp, revision, removedRevision, ...described } = users.as('u');

/** A person as the host described them, of the table `users u`. */
export const USER = described;

export type UserRow = RowOf<typeof USER>;

const SELECTED = select(USER);
const LOCKED = select({ ...USER, erasedAt, followUp, revision, removedRevision });

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

/** The same for several, by id. They are locked in the order of their ids, so that two transactions do not wait for each other. */
export async function lockUsers(writer: Writer, ids: readonly string[]): Promise<Map<string, LockedUser>> {
  if (ids.length === 0) return new Map();
  const among = inList(ids);
  const rows = await LOCKED.lock(writer, `FROM users u WHERE u.id ${among.sql} ORDER BY u.id`, among.values);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Inserts unknown users. Fails if another transaction has inserted one. */
export function insertUsers(writer: Writer, rows: readonly LockedUser[]): Promise<void> {
  return users.insertAll(writer, rows);
}

/** Sets what is known of users who are locked. */
export function updateUsers(writer: Writer, rows: readonly LockedUser[]): Promise<void> {
  const set = (inserted: string) => inserted;
  return users.insertOrUpdateAll(writer, rows, {
    ...{ name: set, email: set, avatarUrl: set, erasedAt: set, followUp: set },
    ...{ revision: set, removedRevision: set },
  });
}

export async function setFollowUp(writer: Writer, id: string, followUp: FollowUp | null): Promise<void> {
  await users.update(writer, { id }, { followUp });
}

/** Forgets name, e-mail and avatar, the names kept where they left, and what they gave as reasons and wrote in comments; the id stays, for the log (R13). */
export async function eraseUser(writer: Writer, id: string, now: number): Promise<void> {
  await users.update(writer, { id }, { name: '', email: '', avatarUrl: null, erasedAt: now, followUp: null });
  await accessRequests.update(writer, { userId: id }, { reason: null });
  await cancellationComments.delete(writer, { userId: id });
  await forgetNames(writer, id);
  await forgetMemberWords(writer, id);
}

const FOLLOWED_UP = select({ id: users.all.id, followUp: expression<FollowUp>('follow_up') });

/** The users with a follow-up, at most `limit`. */
export function usersWithFollowUp(reader: Reader, limit: number): Promise<RowOf<typeof FOLLOWED_UP.expressions>[]> {
  return FOLLOWED_UP.rows(reader, 'FROM users WHERE follow_up IS NOT NULL ORDER BY follow_up, id LIMIT ?', [limit]);
}
