import { USUAL_GRANT } from '../../domain/roster/grants';
import { endAccessRequest } from '../../store/access-requests';
import { membersAmong } from '../../store/members';
import { changeAsMember } from '../change-organization';
import { grantAccess } from '../roster/grants';
import type { RosterOutcome } from '../roster/change-grant';
import type { Services } from '../services';
import { findOpenRequest } from './find-open-request';

export interface RequestDecision {
  readonly actorId: string;
  readonly organizationId: string;
  readonly requestId: string;
}

/** Adds the requester as a billing admin. A full roster leaves the request open (R11). */
export function approveBillingAccessRequest(
  { transactions, rosterLimit }: Services,
  { actorId, organizationId, requestId }: RequestDecision,
): Promise<RosterOutcome> {
  return changeAsMember(transactions, organizationId, actorId, 'MANAGE_BILLING_ADMINS', async (transaction) => {
    const { userId } = await findOpenRequest(transaction, requestId);
    const member = (await membersAmong(transaction.writer, organizationId, [userId])).get(userId);
    if (member?.billingRole !== 'TEAMMATE')
      throw new Error('An open request belongs to a user who already has access (R11).');

    await grantAccess(transaction, member, USUAL_GRANT, actorId, rosterLimit);
    await endAccessRequest(transaction.writer, requestId, 'APPROVED', transaction.logTime, actorId);
    transaction.append({ kind: 'ACCESS_REQUEST_APPROVED', subjectId: userId, actorId, details: { requestId } });
    return { changed: true, version: transaction.version };
  });
}
