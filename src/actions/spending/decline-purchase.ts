import type { PurchaseRequestRow } from '../../store/purchase-requests';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import { closePurchase } from './close-purchase';
import { findUndecidedPurchase, type PurchaseDecision } from './find-undecided-purchase';
import { namingTheRequest } from './naming-the-request';

/** Closes a purchase request without buying anything (T4). */
export function declinePurchase(services: Services, decision: PurchaseDecision): Promise<PurchaseRequestRow> {
  const { actorId, organizationId, requestId } = decision;
  return namingTheRequest(services, decision, () =>
    changeAsMember(services.transactions, organizationId, actorId, 'MANAGE_BILLING_ADMINS', async (transaction) =>
      closePurchase(transaction, await findUndecidedPurchase(transaction, requestId), 'DECLINED', actorId),
    ),
  );
}
