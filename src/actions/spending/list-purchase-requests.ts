import { pagesOfOrders } from '../../store/billing-orders';
import { newestPurchaseRequests, type PurchaseRequestRow } from '../../store/purchase-requests';
import type { Services } from '../services';

/** Decided requests that are shown beside the open ones. */
const MOST_DECIDED = 20;

/** A purchase request, and the page on which it can be paid. Null where there is none, or it is closed. */
export interface ShownPurchaseRequest extends PurchaseRequestRow {
  readonly pageUrl: string | null;
}

/** The open purchase requests of an organization, and those that were decided last; the newest first. */
export async function listPurchaseRequests(
  services: Services,
  organizationId: string,
): Promise<ShownPurchaseRequest[]> {
  const requests = await newestPurchaseRequests(services.database.reader, organizationId, MOST_DECIDED);
  return withPages(services, organizationId, requests);
}

/** The same requests, each with its page. */
export async function withPages(
  { database }: Services,
  organizationId: string,
  requests: readonly PurchaseRequestRow[],
): Promise<ShownPurchaseRequest[]> {
  const orderIds = requests.flatMap(({ status, orderId }) => (status === 'APPROVED' && orderId ? [orderId] : []));
  const pages = await pagesOfOrders(database.reader, organizationId, orderIds);
  return requests.map((request) => ({
    ...request,
    pageUrl: request.status === 'APPROVED' ? (pages.get(request.orderId ?? '') ?? null) : null,
  }));
}
