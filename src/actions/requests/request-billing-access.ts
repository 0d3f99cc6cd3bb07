import { randomUUID } from 'node:crypto';
import { Refusal } from '../../domain/refusals';
import {
  type AccessRequestRow,
  findAccessRequest,
  insertAccessRequest,
  lastDeclinedAt,
} from '../../store/access-requests';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';

/** After a decline, one new request a day (R11). */
const PAUSE_AFTER_DECLINE = 24 * 60 * 60 * 1000;

/** Asks the owners for billing access. Asking again returns the open request as it is (R11). */
export function requestBillingAccess(
  { transactions }: Services,
  { actorId, organizationId, reason }: { actorId: string; organizationId: string; reason: string | null },
): Promise<AccessRequestRow> {
  return changeAsMember(transactions, organizationId, actorId, 'VIEW_BILLING', async (transaction, actor) => {
    const { writer, now, logTime } = transaction;
    if (actor.billingRole !== 'TEAMMATE')
      throw new Refusal('ALREADY_HAS_BILLING_ACCESS', 'You already have billing access.');
    const open = actor.openRequestId !== null && (await findAccessRequest(writer, organizationId, actor.openRequestId));
    if (open) return open;
    const declinedAt = await lastDeclinedAt(writer, organizationId, actorId);
    // One that lies ahead was noted by a clock that was: nobody waits for that to come.
    if (declinedAt !== null && Math.abs(now - declinedAt) < PAUSE_AFTER_DECLINE)
      throw new Refusal('INVALID', 'Your last request was declined. You can make a new request a day after that.');

    const request: AccessRequestRow = {
      id: randomUUID(),
      organizationId,
      userId: actorId,
      reason,
      status: 'OPEN',
      requestedAt: logTime,
      decidedAt: null,
    };
    await insertAccessRequest(writer, request);
    transaction.append({
      kind: 'ACCESS_REQUESTED',
      subjectId: actorId,
      actorId,
      details: { requestId: request.id },
    });
    return request;
  });
}
