import { findInvitation, spendInvitation } from '../../store/invitations';
import { membersAmong } from '../../store/members';
import type { UserRow } from '../../store/users';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { followUpOn } from './follow-up';
import { join } from './memberships';
import { putProfile, takeOverProfile } from './profiles';
import { alreadySpent, unknownInvitation } from './refuse';

/**
 * Makes whoever accepts a member with the invitation's role, under whatever e-mail they have. A member's role is never
 * changed by it (R8).
 */
export async function acceptInvitation(
  services: Services,
  { organizationId, id, user }: { organizationId: string; id: string; user: UserRow },
): Promise<{ changed: boolean }> {
  const result = await changeAsHost(services.door, organizationId, async (change) => {
    const invitation = await findInvitation(change.writer, organizationId, id);
    if (!invitation) throw unknownInvitation();
    if (invitation.status === 'ACCEPTED' && invitation.userId === user.id) return { changed: false, mustFollow: false };
    if (invitation.status !== 'PENDING') throw alreadySpent();

    const profile = await putProfile(change.writer, user);
    const isMember = (await membersAmong(change.writer, organizationId, [user.id])).has(user.id);
    if (!isMember) await join(change, user, invitation.role);
    else if (profile.changed) await takeOverProfile(change, user);
    await spendInvitation(change.writer, organizationId, id, { status: 'ACCEPTED', userId: user.id });
    change.append({ kind: 'INVITATION_ACCEPTED', subjectId: user.id, details: { invitationId: id } });
    return { changed: true, mustFollow: profile.mustFollow };
  });
  if (result.mustFollow) await followUpOn(services, user.id);
  return { changed: result.changed };
}
