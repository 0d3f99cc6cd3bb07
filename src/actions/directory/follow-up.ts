import { Refusal } from '../../domain/refusals';
import { keysOf, organizationsOf, organizationsWithOtherKeys } from '../../store/members';
import type { FollowUp } from '../../store/schema/tables';
import { eraseUser, lockUser, setFollowUp, usersWithFollowUp } from '../../store/users';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { Memberships } from './memberships';

/**
 * Does what has to follow from a change to a user, one transaction for each organization (R13, R14). What is left to do
 * stands with the user, so that a crash between two of them loses nothing: `followUpOnAll` takes it up again.
 */
export async function followUpOn(services: Services, userId: string): Promise<void> {
  for (;;) {
    const next = await nextStep(services, userId);
    if (!next) return;
    for (const organizationId of next.organizationIds) await takeStep(services, organizationId, userId, next.followUp);
  }
}

/** Takes up whatever an earlier process left undone; `limit` users at a time. */
export async function followUpOnAll(services: Services, limit = 100): Promise<void> {
  for (const { id } of await usersWithFollowUp(services.database.reader, limit)) await followUpOn(services, id);
}

/** What is still to do, and where; once that is nothing, the user's row says so, in the transaction that has seen it. */
function nextStep(
  { database, clock }: Services,
  userId: string,
): Promise<{ followUp: FollowUp; organizationIds: string[] } | null> {
  return database.transaction(async (writer) => {
    const user = await lockUser(writer, userId);
    if (!user?.followUp) return null;
    const erasing = user.followUp === 'ERASURE';
    const organizationIds = erasing
      ? await organizationsOf(writer, userId)
      : await organizationsWithOtherKeys(writer, userId, keysOf(user));
    if (organizationIds.length > 0) return { followUp: user.followUp, organizationIds };
    if (erasing) await eraseUser(writer, userId, clock());
    else await setFollowUp(writer, userId, null);
    return null;
  }, `user ${userId}`);
}

async function takeStep(services: Services, organizationId: string, userId: string, followUp: FollowUp): Promise<void> {
  try {
    await changeAsHost(services.transactions, organizationId, async (transaction) => {
      const user = await lockUser(transaction.writer, userId);
      // Another process has completed this in the meantime, and the host may have made the user a member again since.
      if (user?.followUp !== followUp) return;
      const memberships = await Memberships.read(transaction, [userId]);
      const member = memberships.memberOf(userId);
      if (!member) return;
      if (followUp === 'ERASURE') {
        memberships.note(userId, { revision: null, profileRevision: null });
        memberships.leave(member);
      } else memberships.takeOverProfile(member, user);
      await memberships.write();
    });
  } catch (error) {
    // The organization was removed in the meantime, and its members with it.
    if (!(error instanceof Refusal)) throw error;
  }
}

/**
 * Ends the memberships of which the last call that told the profile is older than a removal of the user that comes late (D2). Whether
 * there were any.
 */
export async function leaveEarlierMemberships(services: Services, userId: string, revision: number): Promise<boolean> {
  let hasLeft = false;
  for (const organizationId of await organizationsOf(services.database.reader, userId)) {
    const leaves = await leaveEarlierMembership(services, { organizationId, userId, revision });
    hasLeft ||= leaves;
  }
  return hasLeft;
}

async function leaveEarlierMembership(
  services: Services,
  { organizationId, userId, revision }: { organizationId: string; userId: string; revision: number },
): Promise<boolean> {
  try {
    return await changeAsHost(services.transactions, organizationId, async (transaction) => {
      const memberships = await Memberships.read(transaction, [userId]);
      const member = memberships.memberOf(userId);
      const told = memberships.profileRevisionOf(userId);
      if (!member || told === null || told >= revision) return false;
      memberships.note(userId, { revision: null, profileRevision: null });
      memberships.leave(member);
      await memberships.write();
      return true;
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
}
