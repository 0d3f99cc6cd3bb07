import { Refusal } from '../../domain/refusals';
import type { Change } from '../../store/open-change';
import { pendingInvitationsOf } from '../../store/invitations';
import { membersAmong } from '../../store/members';
import { usersById } from '../../store/users';
import { changeAsMember } from '../change-organization';
import { closeOpenRequest } from '../requests/close-open-request';
import type { Services } from '../services';
import { grantAccess } from './grants';
import { ownerHasAccess, requireVersion } from './refuse';

export interface RosterCommand {
  readonly actorId: string;
  readonly organizationId: string;
  readonly userId: string;
  /** The version that the caller saw; null not to ask. */
  readonly expectedVersion: number | null;
}

/** Gives a current member billing access. `changed` is false where they have it by a grant already (R1 to R5, R10). */
export function addBillingAdmin(
  { door, rosterLimit }: Services,
  { actorId, organizationId, userId, expectedVersion }: RosterCommand,
): Promise<{ changed: boolean }> {
  return changeAsMember(door, organizationId, actorId, 'MANAGE_BILLING_ADMINS', async (change) => {
    const member = (await membersAmong(change.writer, organizationId, [userId])).get(userId);
    if (member?.standing === 'OWNER') throw ownerHasAccess();
    if (member?.standing === 'BILLING_ADMIN') return { changed: false };
    requireVersion(change, expectedVersion);
    if (!member) throw await notEligible(change, userId);

    await grantAccess(change, member, actorId, rosterLimit);
    await closeOpenRequest(change, userId, 'ADDED');
    return { changed: true };
  });
}

async function notEligible({ organization, writer }: Change, userId: string): Promise<Refusal> {
  const field = ['input', 'userId'];
  const [user] = await usersById(writer, [userId]);
  if (user && (await pendingInvitationsOf(writer, organization.id, user.email)).length > 0)
    return new Refusal(
      'INVITATION_PENDING',
      'This person has been invited and appears here once they accept the invitation.',
      field,
    );
  return new Refusal('NOT_A_MEMBER', 'Only current members of the organization can be billing admins.', field);
}
