import { findInvitation } from '../../store/invitations';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { followUpOn } from './follow-up';
import { Memberships } from './memberships';
import { type DirectoryUser, Profiles } from './profiles';
import { alreadySpent, type DirectoryOutcome, stale, unknownInvitation } from './refuse';

/**
 * Makes the user who accepts a member, with the invitation's role. The e-mail may differ from the invitation's. A member's role is never
 * changed by it (R8).
 */
export async function acceptInvitation(
  services: Services,
  {
    organizationId,
    id,
    user,
    revision = null,
  }: { organizationId: string; id: string; user: DirectoryUser; revision?: number | null },
): Promise<DirectoryOutcome> {
  const { followUps, ...outcome } = await changeAsHost(services.transactions, organizationId, async (transaction) => {
    const { writer } = transaction;
    const invitation = await findInvitation(writer, organizationId, id);
    if (!invitation) throw unknownInvitation();
    if (invitation.status === 'ACCEPTED' && invitation.userId === user.id) return { changed: false, followUps: [] };
    if (invitation.status !== 'PENDING') throw alreadySpent();

    const profiles = await Profiles.lock(writer, [user.id]);
    const memberships = await Memberships.read(transaction, [user.id]);
    const order = memberships.orderOf(user.id, revision);
    const member = memberships.memberOf(user.id);
    const takesProfile = order !== 'OLDER' || user.revision != null;
    const profileChanged = takesProfile && profiles.takeOver(user, revision);
    if (member && profileChanged) memberships.takeOverProfile(member, profiles.of(user.id));
    if (order !== 'OLDER') {
      memberships.note(user.id, { revision, profileRevision: user.revision ?? null });
      if (!member && order === 'NEWER') memberships.join(profiles.of(user.id), invitation.role);
      memberships.accept(invitation, user.id);
    }
    const mustFollow = await profiles.write(organizationId);
    await memberships.write();
    return order === 'OLDER'
      ? { changed: profileChanged, stale: stale(), followUps: mustFollow }
      : { changed: true, followUps: mustFollow };
  });
  for (const userId of followUps) await followUpOn(services, userId);
  return outcome;
}
