import { lockUser, setFollowUp } from '../../store/users';
import type { Services } from '../services';
import { followUpOn } from './follow-up';

/** Makes the user leave every organization, and then forgets who they were; the log keeps the id (R13). */
export async function removeUser(services: Services, { userId }: { userId: string }): Promise<{ changed: boolean }> {
  const changed = await services.database.transaction(async (writer) => {
    const user = await lockUser(writer, userId);
    if (!user || user.erasedAt !== null) return false;
    // From here on nothing makes them a member again, so that the list of what they have to leave only shrinks.
    await setFollowUp(writer, userId, 'ERASURE');
    return true;
  }, `user ${userId}`);
  if (changed) await followUpOn(services, userId);
  return { changed };
}
