import { type AccessRequestRow, endAccessRequest } from '../../store/access-requests';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import type { RequestDecision } from './approve-billing-access-request';
import { findOpenRequest } from './find-open-request';

/** Closes the request without giving access. */
export function declineBillingAccessRequest(
  { door }: Services,
  { actorId, organizationId, requestId }: RequestDecision,
): Promise<AccessRequestRow> {
  return changeAsMember(door, organizationId, actorId, 'MANAGE_BILLING_ADMINS', async (change) => {
    const request = await findOpenRequest(change, requestId);
    await endAccessRequest(change.writer, requestId, 'DECLINED', change.logTime, actorId);
    change.append({ kind: 'ACCESS_REQUEST_DECLINED', subjectId: request.userId, actorId, details: { requestId } });
    return { ...request, status: 'DECLINED', decidedAt: change.logTime };
  });
}
