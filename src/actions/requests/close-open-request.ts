import { endAccessRequest } from '../../store/access-requests';
import type { MemberRow } from '../../store/members';
import type { Change } from '../../store/open-change';

/** Closes the member's open request, if any, because what it asks for is settled otherwise (R11). */
export async function closeOpenRequest(
  change: Change,
  { userId, openRequestId }: MemberRow,
  reason: 'ADDED' | 'BECAME_OWNER' | 'LEFT_ORGANIZATION',
): Promise<void> {
  if (openRequestId === null) return;
  await endAccessRequest(change.writer, openRequestId, 'CLOSED', change.logTime, null);
  change.append({ kind: 'ACCESS_REQUEST_CLOSED', subjectId: userId, details: { requestId: openRequestId, reason } });
}
