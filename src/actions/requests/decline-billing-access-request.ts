import { type AccessRequestRow, endAccessRequest } from '../../store/access-requests';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import type { RequestDecision } from './approve-billing-access-request';
import { findOpenRequest } from './find-open-request';

/** Closes the request without giving access. */
export function declineBillingAccessRequest(
  { transactions }: Services,
  { actorId, organizationId, requestId }: RequestDecision,
): Promise<AccessRequestRow> {
  return changeAsMember(transactions, organizationId, actorId, 'MANAGE_BILLING_ADMINS', async (transaction) => {
    const request = await findOpenRequest(transaction, requestId);
    await endAccessRequest(transaction.writer, requestId, 'DECLINED', transaction.logTime, actorId);
    transaction.append({ kind: 'ACCESS_REQUEST_DECLINED', subjectId: request.userId, actorId, details: { requestId } });
    return { ...request, status: 'DECLINED', decidedAt: transaction.logTime };
  });
}
