import { Refusal } from '../../domain/refusals';
import { type Grant, grantOf, grantToGive, isRepeatOf, USUAL_GRANT } from '../../domain/roster/grants';
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
  { transactions, rosterLimit, maxGrantDays }: Services,
  { grant = USUAL_GRANT, ...command }: RosterCommand & { readonly grant?: Grant },
): Promise<RosterOutcome> {
  const { actorId, userId, expectedVersion } = command;
  return changeGrant(transactions, command, async (transaction, member) => {
    const held = member ? grantOf(member) : null;
    if (held && isRepeatOf(held, grant, maxGrantDays)) return false;
    requireVersion(transaction, expectedVersion);
    if (!member) throw await notEligible(transaction, userId);
    if (held) throw otherGrant(held, grant);

    const given = grantToGive(grant, transaction.databaseNow, maxGrantDays, ['input', 'expiresAt']);
    await grantAccess(transaction, member, given, actorId, rosterLimit);
    await closeOpenRequest(transaction, member, 'ADDED');
    return true;
  });
}

const FIELD = ['input', 'userId'];

function otherGrant(held: Grant, asked: Grant): Refusal {
  return new Refusal('OTHER_GRANT_HELD', ['input', held.access === asked.access ? 'expiresAt' : 'access']);
}

async function notEligible({ organization, writer }: OrganizationTransaction, userId: string): Promise<Refusal> {
  const [user] = await usersById(writer, [userId]);
  if (user && (await pendingInvitationsOf(writer, organization.id, user.email)).length > 0)
    return new Refusal('INVITATION_PENDING', FIELD);
  return new Refusal('NOT_A_MEMBER', FIELD);
}
