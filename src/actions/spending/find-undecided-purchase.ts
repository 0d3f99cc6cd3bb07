import { Refusal } from '../../domain/refusals';
import { findOrder, type OrderRow } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { findPurchaseRequest, type PurchaseRequestRow } from '../../store/purchase-requests';

export interface PurchaseDecision {
  readonly actorId: string;
  readonly organizationId: string;
  readonly requestId: string;
}

const FIELD = ['input', 'requestId'];

/**
 * The request, if it is this organization's and undecided (T4), and the order of an approval that is under way: one whose page has not been
 * handed out yet. Refused while a change is being made at the provider: nobody knows yet how that ends.
 */
export async function findUndecidedPurchase(
  { organization, writer }: OrganizationTransaction,
  requestId: string,
): Promise<{ readonly request: PurchaseRequestRow; readonly order: OrderRow | null }> {
  const request = await findPurchaseRequest(writer, organization.id, requestId);
  if (!request) throw new Refusal('PURCHASE_REQUEST_NOT_FOUND', FIELD);
  if (request.status === 'OPEN') return { request, order: null };
  if (request.status !== 'APPROVING') throw new Refusal('PURCHASE_REQUEST_DECIDED', FIELD);
  const order = request.orderId === null ? undefined : await findOrder(writer, organization.id, request.orderId);
  if (request.kind === 'CHANGE') throw new Refusal('PURCHASE_IN_PROGRESS', FIELD);
  return { request, order: order ?? null };
}
