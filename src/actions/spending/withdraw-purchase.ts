import { Refusal } from '../../domain/refusals';
import type { PurchaseRequestRow } from '../../store/purchase-requests';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import { closePurchase } from './close-purchase';
import { findUndecidedPurchase, type PurchaseDecision } from './find-undecided-purchase';
import { namingTheRequest } from './naming-the-request';

/** Withdraws the actor's own purchase request (T4). */
export function withdrawPurchase(services: Services, decision: PurchaseDecision): Promise<PurchaseRequestRow> {
  const { actorId, organizationId, requestId } = decision;
  return namingTheRequest(services, decision, () =>
    changeAsMember(services.transactions, organizationId, actorId, 'MANAGE_BILLING', async (transaction) => {
      const undecided = await findUndecidedPurchase(transaction, requestId);
      if (undecided.request.requestedBy !== actorId)
        throw new Refusal('NOT_YOUR_PURCHASE_REQUEST', ['input', 'requestId']);
      return closePurchase(transaction, undecided, 'WITHDRAWN', actorId);
    }),
  );
}
