import { randomUUID } from 'node:crypto';
import { grantAccessOf, permits } from '../../domain/access/permissions';
import { Refusal } from '../../domain/refusals';
import { nextRequestAt } from '../../domain/requests/next-request';
import { type Grant, grantToGive, USUAL_GRANT } from '../../domain/roster/grants';
import { type AccessRequestRow, insertAccessRequest, lastEndedRequests } from '../../store/access-requests';
import type { MemberRow } from '../../store/members';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import { openRequestOf } from './open-request-of';

const A_DAY = 24 * 60 * 60 * 1000;

export interface AccessRequestCommand {
  readonly actorId: string;
  readonly organizationId: string;
  readonly reason: string | null;
  /** What is asked for (T3). */
  readonly grant?: Grant;
}

/** Asks the owners for billing access. Asking again returns the open request as it is (R11). */
export function requestBillingAccess(
  { transactions, requestDays, maxGrantDays }: Services,
  { actorId, organizationId, reason, grant = USUAL_GRANT }: AccessRequestCommand,
): Promise<AccessRequestRow> {
  return changeAsMember(transactions, organizationId, actorId, 'VIEW_BILLING', async (transaction, actor) => {
    const { writer, now, databaseNow } = transaction;
    const { access, expiresAt: grantExpiresAt } = grant;
    if (hasAlready(actor, grant)) throw new Refusal('ALREADY_HAS_BILLING_ACCESS');
    const open = await openRequestOf(transaction, actor);
    if (open) return open;
    const [ended] = await lastEndedRequests(writer, [organizationId], actorId);
    const next = nextRequestAt(ended?.at ?? null, now);
    if (next !== null)
      throw new Refusal('ACCESS_REQUEST_TOO_SOON', null, { nextRequestAt: new Date(next).toISOString() });
    if (grantExpiresAt !== null) grantToGive(grant, databaseNow, maxGrantDays, ['input', 'grantExpiresAt']);

    const lapsesAt = databaseNow + requestDays * A_DAY;
    const request: AccessRequestRow = {
      id: randomUUID(),
      organizationId,
      userId: actorId,
      reason,
      status: 'OPEN',
      access,
      grantExpiresAt,
      // Read now: the lapse of an earlier request may have moved it.
      requestedAt: transaction.logTime,
      lapsesAt,
      decidedAt: null,
    };
    await insertAccessRequest(writer, request);
    transaction.dueBy(lapsesAt);
    transaction.append({
      kind: 'ACCESS_REQUESTED',
      subjectId: actorId,
      actorId,
      details: {
        requestId: request.id,
        access,
        ...(grantExpiresAt !== null && { expiresAt: grantExpiresAt }),
        lapsesAt,
      },
    });
    return request;
  });
}

/** Who may look at all of billing asks for more, and who may manage it for nothing. */
function hasAlready({ billingRole }: MemberRow, { access }: Grant): boolean {
  return permits(billingRole, 'MANAGE_BILLING') || grantAccessOf(billingRole) === access;
}
