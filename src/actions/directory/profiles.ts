import { Refusal } from '../../domain/refusals';
import type { Writer } from '../../store/database';
import { forgetNames } from '../../store/former-members';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { keysOf, setKeys } from '../../store/members';
import { insertUser, lockUser, updateUser, type UserRow } from '../../store/users';

/**
 * Takes over what the host says of a user. `changed` tells whether anything differs from before; `mustFollow` that the
 * user's other organizations keep sort keys of the old profile, which has been noted with the user (R14). A user who is being removed can't come back before that has ended.
 */
export async function putProfile(writer: Writer, user: UserRow): Promise<{ changed: boolean; mustFollow: boolean }> {
  const known = await lockUser(writer, user.id);
  if (!known) {
    await insertUser(writer, user);
    return { changed: true, mustFollow: false };
  }
  if (known.followUp === 'ERASURE')
    throw new Refusal('INVALID', 'This user is being removed. Repeat the call when the removal has ended.', [
      'input',
      'user',
      'id',
    ]);
  const changed =
    known.erasedAt !== null ||
    known.name !== user.name ||
    known.email !== user.email ||
    known.avatarUrl !== user.avatarUrl;
  const followUp = haveSameKeys(known, user) ? known.followUp : 'PROFILE';
  if (changed) await updateUser(writer, user, followUp);
  // An older build that erased them knows nothing of these.
  if (known.erasedAt !== null) await forgetNames(writer, user.id);
  return { changed, mustFollow: followUp !== null };
}

/** Brings a member's sort and search keys in step with their profile. */
export async function takeOverProfile(transaction: OrganizationTransaction, user: UserRow): Promise<void> {
  await setKeys(transaction.writer, transaction.organization.id, user);
  transaction.append({ kind: 'PROFILE_CHANGED', subjectId: user.id });
}

function haveSameKeys(one: UserRow, other: UserRow): boolean {
  return keysOf(one).nameKey === keysOf(other).nameKey && keysOf(one).emailKey === keysOf(other).emailKey;
}
