import { newestRevision, orderOfRevision } from '../../domain/directory/revisions';
import { insertUsers, type LockedUser, lockUser, updateUsers } from '../../store/users';
import type { Services } from '../services';
import { followUpOn, leaveEarlierMemberships } from './follow-up';
import { type DirectoryOutcome, stale } from './refuse';

/**
 * Makes the user leave every organization, and then erases the profile; the log keeps the id (R13). The revision is one of the profile
 * (D2). It is also stored for an unknown user, so that an older call cannot make them a member later.
 */
export async function removeUser(
  services: Services,
  { userId, revision = null }: { userId: string; revision?: number | null },
): Promise<DirectoryOutcome> {
  const outcome = await services.database.transaction(async (writer) => {
    const user = await lockUser(writer, userId);
    const removedRevision = newestRevision(revision, user?.removedRevision ?? null);
    if (!user) {
      if (revision !== null) await insertUsers(writer, [removed(userId, revision, services.clock())]);
      return { changed: false };
    }
    const order = revision === null ? 'NEWER' : orderOfRevision(revision, user.revision);
    if (removedRevision !== user.removedRevision) await updateUsers(writer, [{ ...user, removedRevision }]);
    if (order === 'OLDER') return { changed: false, stale: stale() };
    const isRepeat = order === 'SAME' || (revision !== null && removedRevision === user.removedRevision);
    if (user.erasedAt !== null || (isRepeat && user.followUp !== 'ERASURE')) return { changed: false };
    // From here on nothing makes them a member again, so that the list of what they have to leave only shrinks.
    await updateUsers(writer, [{ ...user, removedRevision, followUp: 'ERASURE' }]);
    return { changed: true };
  }, `user ${userId}`);
  if (outcome.changed) await followUpOn(services, userId);
  if (!outcome.stale || revision === null) return outcome;
  return { ...outcome, changed: await leaveEarlierMemberships(services, userId, revision) };
}

function removed(id: string, removedRevision: number, erasedAt: number): LockedUser {
  return { id, name: '', email: '', avatarUrl: null, erasedAt, followUp: null, revision: null, removedRevision };
}
