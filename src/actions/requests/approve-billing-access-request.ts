import { Refusal } from '../../domain/refusals';
import { type Grant, grantOf, grantToGive, isSameGrant } from '../../domain/roster/grants';
import { endAccessRequest } from '../../store/access-requests';
import { membersAmong } from '../../store/members';
import { changeAsMember } from '../change-organization';
import type { RosterOutcome } from '../roster/change-grant';
import { changeTerms, grantAccess } from '../roster/grants';
import type { Services } from '../services';
import { findOpenRequest } from './find-open-request';

export interface RequestDecision {
  readonly actorId: string;
  readonly organizationId: string;
  readonly requestId: string;
}

/**
 * Gives the requester what they ask for, or `grant` where the owner gives less or more (T3): it adds the billing admin, or changes the `VIEW`
 * grant that they hold. A full roster leaves the request open (R11).
 */
export function approveBillingAccessRequest(
  { transactions, rosterLimit, maxGrantDays }: Services,
  { actorId, organizationId, requestId, grant }: RequestDecision & { readonly grant?: Grant },
): Promise<RosterOutcome> {
  return changeAsMember(transactions, organizationId, actorId, 'MANAGE_BILLING_ADMINS', async (transaction) => {
    const { writer, logTime, databaseNow } = transaction;
    const { userId, access, grantExpiresAt } = await findOpenRequest(transaction, requestId);
    // An owner has no open request (R11). If one did, it would not be for them to approve.
    if (userId === actorId) throw new Refusal('OWN_ACCESS_REQUEST', ['input', 'requestId']);
    const member = (await membersAmong(writer, organizationId, [userId])).get(userId);
    const held = member && grantOf(member);
    if (!member || member.billingRole === 'OWNER' || held?.access === 'MANAGE')
      throw new Error('An open request belongs to a user who has what they ask for, or is no member (R11).');

    const asked = grant ?? { access, expiresAt: grantExpiresAt };
    const given = grantToGive(asked, databaseNow, maxGrantDays, ['grant', 'expiresAt']);
    if (held && isSameGrant(held, given)) throw new Refusal('ACCESS_HELD_ALREADY', ['grant', 'access']);
    if (held) await changeTerms(transaction, member, given, actorId);
    else await grantAccess(transaction, member, given, actorId, rosterLimit);
    await endAccessRequest(writer, requestId, 'APPROVED', logTime, actorId);
    transaction.append({ kind: 'ACCESS_REQUEST_APPROVED', subjectId: userId, actorId, details: { requestId } });
    return { changed: true, version: transaction.version };
  });
}
