import { grantAccessOf } from '../../domain/access/permissions';
import { Refusal } from '../../domain/refusals';
import { type Grant, USUAL_GRANT } from '../../domain/roster/grants';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { pendingInvitationsOf } from '../../store/invitations';
import { usersById } from '../../store/users';
import { closeOpenRequest } from '../requests/close-open-request';
import type { Services } from '../services';
import { changeGrant, type RosterCommand, type RosterOutcome } from './change-grant';
import { grantAccess } from './grants';
import { requireVersion } from './refuse';

/**
 * Gives a current member a grant. `changed` is false if they hold the same already; for another one, they are refused as `INVALID`
 * (R1 to R5, R10).
 */
export function addBillingAdmin(
  { transactions, rosterLimit }: Services,
  { grant = USUAL_GRANT, ...command }: RosterCommand & { readonly grant?: Grant },
): Promise<RosterOutcome> {
  const { actorId, userId, expectedVersion } = command;
  return changeGrant(transactions, command, async (transaction, member) => {
    const access = member ? grantAccessOf(member.billingRole) : null;
    if (member && access !== null) {
      if (access === grant.access && member.grantExpiresAt === grant.expiresAt) return false;
      throw new Refusal(
        'INVALID',
        'This person is a billing admin already, with another kind or end of access.',
        FIELD,
      );
    }
    requireVersion(transaction, expectedVersion);
    if (!member) throw await notEligible(transaction, userId);

    await grantAccess(transaction, member, grant, actorId, rosterLimit);
    await closeOpenRequest(transaction, member, 'ADDED');
    return true;
  });
}

const FIELD = ['input', 'userId'];

async function notEligible({ organization, writer }: OrganizationTransaction, userId: string): Promise<Refusal> {
  const [user] = await usersById(writer, [userId]);
  if (user && (await pendingInvitationsOf(writer, organization.id, user.email)).length > 0)
    return new Refusal(
      'INVITATION_PENDING',
      'This person has a pending invitation and appears here once they accept it.',
      FIELD,
    );
  return new Refusal('NOT_A_MEMBER', 'Only current members of the organization can be billing admins.', FIELD);
}
