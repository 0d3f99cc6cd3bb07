import { type OrderRow, updateOrder } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import type { PurchaseRequestRow } from '../../store/purchase-requests';
import { decidePurchase } from './purchase-outcomes';

/** Decides against a request. A page that is being made for it is closed when it comes. */
export async function closePurchase(
  transaction: OrganizationTransaction,
  { request, order }: { readonly request: PurchaseRequestRow; readonly order: OrderRow | null },
  status: 'DECLINED' | 'WITHDRAWN',
  actorId: string,
): Promise<PurchaseRequestRow> {
  if (order?.status === 'OPEN') await updateOrder(transaction.writer, order, { status: 'EXPIRED' });
  return decidePurchase(transaction, request, status, { actorId });
}
