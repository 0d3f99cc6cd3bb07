import { Refusal } from '../../domain/refusals';
import { type AccessRequestRow, findAccessRequest } from '../../store/access-requests';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/** The request, if it is this organization's and still open (R11). */
export async function findOpenRequest(
  { organization, writer, databaseNow }: OrganizationTransaction,
  requestId: string,
): Promise<AccessRequestRow> {
  const field = ['input', 'requestId'];
  const request = await findAccessRequest(writer, organization.id, requestId);
  if (!request) throw new Refusal('ACCESS_REQUEST_NOT_FOUND', field);
  if (request.status !== 'OPEN') throw new Refusal('ACCESS_REQUEST_DECIDED', field);
  // The previous release did not note its requests as due, so the lapse of one may not be written yet.
  if (request.lapsesAt <= databaseNow) throw new Refusal('ACCESS_REQUEST_LAPSED', field);
  return request;
}
