import { type AccessRequestRow, endAccessRequest } from '../../store/access-requests';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/** Closes a request that nobody has decided in time (T3). */
export async function lapseRequest(
  transaction: OrganizationTransaction,
  { id, userId, lapsesAt }: AccessRequestRow,
): Promise<void> {
  // Never before the moment, whatever the clock of this instance says.
  transaction.append({
    kind: 'ACCESS_REQUEST_LAPSED',
    subjectId: userId,
    details: { requestId: id },
    notBefore: lapsesAt,
  });
  await endAccessRequest(transaction.writer, id, 'LAPSED', transaction.logTime, null);
}
