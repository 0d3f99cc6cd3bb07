import type { Services } from '../../../src/actions/services';
import { settleDueOrganizations } from '../../../src/actions/due/settle-due-organizations';
import { approvePurchase } from '../../../src/actions/spending/approve-purchase';
import { declinePurchase } from '../../../src/actions/spending/decline-purchase';
import { listPurchaseRequests, type ShownPurchaseRequest } from '../../../src/actions/spending/list-purchase-requests';
import { PurchaseRefusal } from '../../../src/actions/spending/purchase-refusal';
import { reportSpending } from '../../../src/actions/spending/report-spending';
import { setSpendingPolicy } from '../../../src/actions/spending/set-spending-policy';
import { withdrawPurchase } from '../../../src/actions/spending/withdraw-purchase';
import type { PurchaseRequestRow } from '../../../src/store/purchase-requests';
import type { OrderRow } from '../../../src/store/billing-orders';

/** What an organization does about its spending policy (T4), in words. */
export function buying(services: Services, organizationId: string) {
  const about = (actorId: string, requestId: string) => ({ actorId, organizationId, requestId });
  return {
    allows: (perPurchaseAmount: number | null, perMonthAmount: number | null, actorId = 'olivia') =>
      setSpendingPolicy(services, { actorId, organizationId, perPurchaseAmount, perMonthAmount }),
    approves: (
      actorId: string,
      requestId: string,
      returnUrl: string | null = `${services.returnUrlOrigins()[0]}/billing`,
    ) => approvePurchase(services, { ...about(actorId, requestId), returnUrl }),
    declines: (actorId: string, requestId: string) => declinePurchase(services, about(actorId, requestId)),
    withdraws: (actorId: string, requestId: string) => withdrawPurchase(services, about(actorId, requestId)),
    /** The newest first. */
    requests: (): Promise<ShownPurchaseRequest[]> => listPurchaseRequests(services, organizationId),
    statusOf: async (id: string) =>
      (await listPurchaseRequests(services, organizationId)).find((request) => request.id === id)?.status,
    spending: () => reportSpending(services, organizationId),
    /** What falls due by the clock is written, as each instance does every second. */
    isSettled: () => settleDueOrganizations(services),
  };
}

/** The request that a purchase became. Fails where it was made. */
export async function requestOf(purchase: Promise<unknown>): Promise<PurchaseRequestRow> {
  const error = await purchase.then(
    () => new Error('A purchase request was expected.'),
    (failure: unknown) => failure,
  );
  if (error instanceof PurchaseRefusal && error.code === 'APPROVAL_REQUIRED') return error.request;
  throw error;
}

/** An organization's orders, oldest first. */
export function ordersOf({ database }: Pick<Services, 'database'>, organizationId: string) {
  return database.reader.rows<
    Pick<
      OrderRow,
      'id' | 'kind' | 'status' | 'actorId' | 'amount' | 'countedAmount' | 'chargedAt' | 'purchaseRequestId'
    >
  >(
    `SELECT id, kind, status, actor_id AS actorId, amount, counted_amount AS countedAmount, charged_at AS chargedAt,
       purchase_request_id AS purchaseRequestId
     FROM billing_orders WHERE organization_id = ? ORDER BY created_at, id`,
    [organizationId],
  );
}
