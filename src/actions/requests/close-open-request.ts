import { endAccessRequest, openAccessRequestsOf } from '../../store/access-requests';
import type { Change } from '../../store/open-change';

/** Closes the user's open request, if any, because what it asks for is settled otherwise (R11). */
export async function closeOpenRequest(
  change: Change,
  userId: string,
  reason: 'ADDED' | 'BECAME_OWNER' | 'LEFT_ORGANIZATION',
): Promise<void> {
  const { organization, writer, now } = change;
  for (const { id } of await openAccessRequestsOf(writer, [organization.id], userId)) {
    await endAccessRequest(writer, id, 'CLOSED', now, null);
    change.append({ kind: 'ACCESS_REQUEST_CLOSED', subjectId: userId, details: { requestId: id, reason } });
  }
}
