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
 * Makes the user who accepts a member, with the invitation's role. The e-mail may differ from the invitation's. A member's role is never
 * changed by it (R8).
 */
export async function acceptInvitation(
  services: Services,
  { organizationId, id, user }: { organizationId: string; id: string; user: UserRow },
): Promise<{ changed: boolean }> {
  const result = await changeAsHost(services.transactions, organizationId, async (transaction) => {
    const invitation = await findInvitation(transaction.writer, organizationId, id);
    if (!invitation) throw unknownInvitation();
    if (invitation.status === 'ACCEPTED' && invitation.userId === user.id) return { changed: false, mustFollow: false };
    if (invitation.status !== 'PENDING') throw alreadySpent();

    const profile = await putProfile(transaction.writer, user);
    const isMember = (await membersAmong(transaction.writer, organizationId, [user.id])).has(user.id);
    if (!isMember) await join(transaction, user, invitation.role);
    else if (profile.changed) await takeOverProfile(transaction, user);
    await spendInvitation(transaction.writer, organizationId, id, { status: 'ACCEPTED', userId: user.id });
    transaction.append({ kind: 'INVITATION_ACCEPTED', subjectId: user.id, details: { invitationId: id } });
    return { changed: true, mustFollow: profile.mustFollow };
  });
  if (result.mustFollow) await followUpOn(services, user.id);
  return { changed: result.changed };
}
