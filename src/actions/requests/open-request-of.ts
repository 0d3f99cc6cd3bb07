import { type AccessRequestRow, findAccessRequest } from '../../store/access-requests';
import type { MemberRow } from '../../store/members';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { lapseRequest } from './lapse-request';

/**
 * The member's open request. Undefined if there is none. A transaction begins with writing what has lapsed (see `settleDue`). The previous
 * release did not note its requests as due, so their lapse is written here.
 */
export async function openRequestOf(
  transaction: OrganizationTransaction,
  { openRequestId }: MemberRow,
): Promise<AccessRequestRow | undefined> {
  if (openRequestId === null) return undefined;
  const request = await findAccessRequest(transaction.writer, transaction.organization.id, openRequestId);
  if (!request || request.lapsesAt > transaction.databaseNow) return request;
  await lapseRequest(transaction, request);
  return undefined;
}
