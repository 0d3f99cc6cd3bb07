import { undecidedAccessRequests } from '../../store/access-requests';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { lapseRequest } from './lapse-request';

/**
 * Closes the requests that nobody has decided in time (T3). Returns when the next one lapses, by the database's clock in milliseconds since
 * the epoch; null if no request is open.
 */
export async function settleRequests(transaction: OrganizationTransaction): Promise<number | null> {
  const { organization, writer, databaseNow } = transaction;
  for (const request of await undecidedAccessRequests(writer, organization.id)) {
    if (request.lapsesAt > databaseNow) return request.lapsesAt;
    await lapseRequest(transaction, request);
  }
  return null;
}
