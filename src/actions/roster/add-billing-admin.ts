import { Refusal } from '../../domain/refusals';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { pendingInvitationsOf } from '../../store/invitations';
import { usersById } from '../../store/users';
import { closeOpenRequest } from '../requests/close-open-request';
import type { Services } from '../services';
import { changeGrant, type RosterCommand, type RosterOutcome } from './change-grant';
import { grantAccess } from './grants';
import { requireVersion } from './refuse';

/** Gives a current member billing access. `changed` is false if they have it by a grant already (R1 to R5, R10). */
export function addBillingAdmin(
  { transactions, rosterLimit }: Services,
  command: RosterCommand,
): Promise<RosterOutcome> {
  const { actorId, userId, expectedVersion } = command;
  return changeGrant(transactions, command, async (transaction, member) => {
    if (member?.billingRole === 'BILLING_ADMIN') return false;
    requireVersion(transaction, expectedVersion);
    if (!member) throw await notEligible(transaction, userId);

    await grantAccess(transaction, member, actorId, rosterLimit);
    await closeOpenRequest(transaction, member, 'ADDED');
    return true;
  });
}

async function notEligible({ organization, writer }: OrganizationTransaction, userId: string): Promise<Refusal> {
  const field = ['input', 'userId'];
  const [user] = await usersById(writer, [userId]);
  if (user && (await pendingInvitationsOf(writer, organization.id, user.email)).length > 0)
    return new Refusal(
      'INVITATION_PENDING',
      'This person has a pending invitation and appears here once they accept it.',
      field,
    );
  return new Refusal('NOT_A_MEMBER', 'Only current members of the organization can be billing admins.', field);
}
