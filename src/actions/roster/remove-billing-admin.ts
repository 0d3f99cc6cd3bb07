import { membersAmong, setGrant } from '../../store/members';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import type { RosterCommand } from './add-billing-admin';
import { logRemoval } from './grants';
import { ownerHasAccess, requireVersion } from './refuse';

/** Takes a billing admin's grant and nothing else. `changed` is false for whoever holds none, member or not (R3 to R5). */
export function removeBillingAdmin(
  { door }: Services,
  { actorId, organizationId, userId, expectedVersion }: RosterCommand,
): Promise<{ changed: boolean }> {
  return changeAsMember(door, organizationId, actorId, 'MANAGE_BILLING_ADMINS', async (change) => {
    const member = (await membersAmong(change.writer, organizationId, [userId])).get(userId);
    if (member?.standing === 'OWNER') throw ownerHasAccess();
    if (member?.standing !== 'BILLING_ADMIN') return { changed: false };
    requireVersion(change, expectedVersion);

    await setGrant(change.writer, organizationId, member, null);
    logRemoval(change, userId, 'REMOVED_BY_OWNER', actorId);
    return { changed: true };
  });
}
