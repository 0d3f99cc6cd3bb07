import { type AccessRequestRow, endAccessRequest, newestAccessRequest } from '../../store/access-requests';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import { openRequestOf } from './open-request-of';

/** Closes the member's own open request. Repeated, it returns the request that was withdrawn; null for a member who has withdrawn none. */
export function withdrawBillingAccessRequest(
  { transactions }: Services,
  { actorId, organizationId }: { readonly actorId: string; readonly organizationId: string },
): Promise<AccessRequestRow | null> {
  return changeAsMember(transactions, organizationId, actorId, 'VIEW_BILLING', async (transaction, actor) => {
    const { writer, logTime } = transaction;
    const request = await openRequestOf(transaction, actor);
    if (!request) {
      const newest = await newestAccessRequest(writer, organizationId, actorId);
      return newest?.status === 'WITHDRAWN' ? newest : null;
    }
    await endAccessRequest(writer, request.id, 'WITHDRAWN', logTime, actorId);
    transaction.append({
      kind: 'ACCESS_REQUEST_WITHDRAWN',
      subjectId: actorId,
      actorId,
      details: { requestId: request.id },
    });
    return { ...request, status: 'WITHDRAWN', decidedAt: logTime };
  });
}
