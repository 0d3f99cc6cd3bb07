import { endAccessRequest } from '../../store/access-requests';
import type { MemberRow } from '../../store/members';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/** Closes the member's open request, if any, because what it asks for is settled otherwise (R11). */
export async function closeOpenRequest(
  transaction: OrganizationTransaction,
  { userId, openRequestId }: MemberRow,
  reason: 'ADDED' | 'BECAME_OWNER' | 'LEFT_ORGANIZATION',
): Promise<void> {
  if (openRequestId === null) return;
  await endAccessRequest(transaction.writer, openRequestId, 'CLOSED', transaction.logTime, null);
  transaction.append({
    kind: 'ACCESS_REQUEST_CLOSED',
    subjectId: userId,
    details: { requestId: openRequestId, reason },
  });
}
