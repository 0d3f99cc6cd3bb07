import type { OrganizationRole } from '../../domain/access/permissions';
import { pendingInvitationsOf, spendInvitation } from '../../store/invitations';
import { membersAmong } from '../../store/members';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import type { UserRow } from '../../store/users';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { followUpOn } from './follow-up';
import { changeRole, join } from './memberships';
import { putProfile, takeOverProfile } from './profiles';

/** Makes a member, or takes over a changed role or profile of one (R8, R12, R14). */
export async function syncMember(
  services: Services,
  { organizationId, user, role }: { organizationId: string; user: UserRow; role: OrganizationRole },
): Promise<{ changed: boolean }> {
  const result = await changeAsHost(services.transactions, organizationId, async (transaction) => {
    const profile = await putProfile(transaction.writer, user);
    const member = (await membersAmong(transaction.writer, organizationId, [user.id])).get(user.id);
    if (!member) {
      await join(transaction, user, role);
      await settleInvitationsOf(transaction, user);
      return { changed: true, mustFollow: profile.mustFollow };
    }
    if (profile.changed) await takeOverProfile(transaction, user);
    if (member.role !== role) await changeRole(transaction, member, role);
    return { changed: profile.changed || member.role !== role, mustFollow: profile.mustFollow };
  });
  if (result.mustFollow) await followUpOn(services, user.id);
  return { changed: result.changed };
}

async function settleInvitationsOf(transaction: OrganizationTransaction, user: UserRow): Promise<void> {
  const { organization, writer } = transaction;
  for (const { id } of await pendingInvitationsOf(writer, organization.id, user.email)) {
    await spendInvitation(writer, organization.id, id, { status: 'ACCEPTED', userId: user.id });
    transaction.append({ kind: 'INVITATION_ACCEPTED', subjectId: user.id, details: { invitationId: id } });
  }
}
