import type { OrderRow } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { findPurchaseRequest, type PurchaseRequestRow, updatePurchaseRequest } from '../../store/purchase-requests';

type Decided = Extract<PurchaseRequestRow['status'], 'APPROVED' | 'DECLINED' | 'WITHDRAWN' | 'LAPSED'>;

const DECISION_KINDS = {
  APPROVED: 'PURCHASE_APPROVED',
  DECLINED: 'PURCHASE_DECLINED',
  WITHDRAWN: 'PURCHASE_WITHDRAWN',
  LAPSED: 'PURCHASE_LAPSED',
} as const satisfies Record<Decided, string>;

/** Why a request lapsed: its day is over, or its numbers are others now. */
type LapseReason = 'EXPIRED' | 'OUTDATED';

/** Ends a purchase request, and tells of it (T4). */
export async function decidePurchase(
  transaction: OrganizationTransaction,
  request: PurchaseRequestRow,
  status: Decided,
  { actorId = null, reason }: { readonly actorId?: string | null; readonly reason?: LapseReason } = {},
): Promise<PurchaseRequestRow> {
  const decided = { status, decidedAt: transaction.logTime, decidedBy: actorId };
  await updatePurchaseRequest(transaction.writer, request, decided);
  transaction.append({
    kind: DECISION_KINDS[status],
    subjectId: request.requestedBy,
    actorId,
    details: { purchaseRequestId: request.id, ...(reason && { reason }) },
  });
  return { ...request, ...decided };
}

/** The purchase of an approved request is made: its order is paid or done, or its page is handed out. */
export async function approvalIsMade(transaction: OrganizationTransaction, order: OrderRow): Promise<void> {
  const request = await requestBehind(transaction, order);
  if (request) await decidePurchase(transaction, request, 'APPROVED', { actorId: order.approvedBy });
}

/** It was not made: the request is open as before, or lapses if its numbers are others now. */
export async function approvalHasFailed(
  transaction: OrganizationTransaction,
  order: OrderRow,
  why: 'DECLINED' | 'OUTDATED',
): Promise<void> {
  const request = await requestBehind(transaction, order);
  if (!request) return;
  if (why === 'OUTDATED') {
    await decidePurchase(transaction, request, 'LAPSED', { reason: 'OUTDATED' });
    return;
  }
  await updatePurchaseRequest(transaction.writer, request, { status: 'OPEN', orderId: null });
  transaction.dueBy(request.lapsesAt);
}

/** The request that waits for what becomes of the order. */
async function requestBehind(
  { writer, organization }: OrganizationTransaction,
  { id, purchaseRequestId }: OrderRow,
): Promise<PurchaseRequestRow | null> {
  if (purchaseRequestId === null) return null;
  const request = await findPurchaseRequest(writer, organization.id, purchaseRequestId);
  return request?.status === 'APPROVING' && request.orderId === id ? request : null;
}
