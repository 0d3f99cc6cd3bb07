import { Refusal } from '../../domain/refusals';
import { findPurchaseRequest } from '../../store/purchase-requests';
import type { Services } from '../services';
import type { PurchaseDecision } from './find-undecided-purchase';
import { PurchaseRefusal } from './purchase-refusal';

/** Lets a refusal name the request as it is then, if there is one. */
export async function namingTheRequest<T>(
  { database }: Services,
  { organizationId, requestId }: PurchaseDecision,
  decide: () => Promise<T>,
): Promise<T> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const request = await findPurchaseRequest(database.reader, organizationId, requestId);
    throw request ? new PurchaseRefusal(request, ...error.given) : error;
  }
}
