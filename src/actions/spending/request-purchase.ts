import { createHash, randomUUID } from 'node:crypto';
import type { Catalog } from '../../domain/billing/catalog';
import { MOST_OPEN_PURCHASE_REQUESTS, PURCHASE_REQUEST_LASTS, type PurchaseKind } from '../../domain/billing/spending';
import type { BillingCadence } from '../../domain/billing/terms';
import { Refusal } from '../../domain/refusals';
import { findOrder, type OrderRow } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import {
  countUndecidedPurchaseRequests,
  findPurchaseRequestByKey,
  insertPurchaseRequest,
  type PurchaseRequestRow,
} from '../../store/purchase-requests';
import { type Once, wasMade } from '../credits/idempotency';
import { approvalRequired, PurchaseRefusal } from './purchase-refusal';

/** What is asked for, with the numbers that the owners are asked about. */
export interface AskedPurchase {
  readonly kind: PurchaseKind;
  readonly planKey: string | null;
  readonly cadence: BillingCadence | null;
  readonly packKey: string | null;
  readonly credits: number;
  readonly amount: number;
  readonly nextInvoice: number | null;
  readonly nextInvoiceAt: number | null;
  readonly previewAt: number | null;
  /** All that the numbers rest on: an approval that finds anything else is refused. */
  readonly basis: readonly (string | number | null)[];
}

/** Asks the owners for a purchase over the spending policy, with its exact numbers (T4). */
export async function requestPurchase(
  transaction: OrganizationTransaction,
  { currency }: Catalog,
  actorId: string,
  { basis, ...purchase }: AskedPurchase,
  call: Pick<Once, 'keyHash' | 'valuesHash'> | null,
): Promise<PurchaseRequestRow> {
  const { writer, organization, databaseNow, logTime } = transaction;
  if ((await countUndecidedPurchaseRequests(writer, organization.id)) >= MOST_OPEN_PURCHASE_REQUESTS)
    throw new Refusal('TOO_MANY_PURCHASE_REQUESTS', null, { limit: MOST_OPEN_PURCHASE_REQUESTS });
  const request: PurchaseRequestRow = {
    ...purchase,
    id: randomUUID(),
    organizationId: organization.id,
    status: 'OPEN',
    requestedBy: actorId,
    requestedAt: logTime,
    lapsesAt: databaseNow + PURCHASE_REQUEST_LASTS,
    basisHash: basisHashOf(basis),
    keyHash: call?.keyHash ?? null,
    valuesHash: call?.valuesHash ?? null,
    decidedAt: null,
    decidedBy: null,
    orderId: null,
  };
  await insertPurchaseRequest(writer, request);
  const { id: purchaseRequestId, kind, planKey, cadence, packKey, amount, lapsesAt } = request;
  transaction.set({ purchaseRequestCount: organization.purchaseRequestCount + 1 });
  transaction.dueBy(lapsesAt);
  transaction.append({
    kind: 'PURCHASE_REQUESTED',
    subjectId: actorId,
    actorId,
    details: { purchaseRequestId, purchase: kind, planKey, cadence, packKey, amount, currency, lapsesAt },
  });
  return request;
}

export function basisHashOf(basis: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(basis)).digest('hex');
}

/**
 * What the same call led to before, where that was a purchase request (T4): the order of its approval. Throws the request while it is
 * open, and where no purchase will be made of it. Null if the call made none. Other values under the key are refused.
 */
export async function orderApprovedFor(
  { writer, organization }: OrganizationTransaction,
  call: Once | null,
): Promise<OrderRow | null> {
  if (call === null || organization.purchaseRequestCount === 0) return null;
  const request = await findPurchaseRequestByKey(writer, organization.id, call.keyHash);
  if (!request) return null;
  wasMade(call, new Map([[call.keyHash, request.valuesHash ?? '']]));
  if (request.status === 'OPEN' || request.status === 'APPROVING') throw approvalRequired(request);
  const order = request.orderId === null ? undefined : await findOrder(writer, organization.id, request.orderId);
  if (request.status === 'APPROVED' && order) return order;
  throw new PurchaseRefusal(request, 'PURCHASE_REQUEST_CLOSED', ['input', 'idempotencyKey']);
}
