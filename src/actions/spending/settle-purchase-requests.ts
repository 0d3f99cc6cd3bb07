import type { OrganizationTransaction } from '../../store/organization-transaction';
import { nextPurchaseLapse, purchaseRequestsToLapse } from '../../store/purchase-requests';
import { decidePurchase } from './purchase-outcomes';

/** Ends the purchase requests whose day is over (T4). Returns when the next one lapses; null if none is open. */
export async function settlePurchaseRequests(transaction: OrganizationTransaction): Promise<number | null> {
  const { writer, organization, databaseNow } = transaction;
  if (organization.purchaseRequestCount === 0) return null;
  for (const request of await purchaseRequestsToLapse(writer, organization.id, databaseNow))
    await decidePurchase(transaction, request, 'LAPSED', { reason: 'EXPIRED' });
  return nextPurchaseLapse(writer, organization.id);
}
