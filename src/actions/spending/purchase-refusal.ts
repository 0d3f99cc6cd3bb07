import type { RefusalArguments } from '../../domain/refusal-messages';
import { Refusal } from '../../domain/refusals';
import type { PurchaseRequestRow } from '../../store/purchase-requests';

/** A purchase that was not made, and the request that there is of it. */
export class PurchaseRefusal extends Refusal {
  constructor(
    readonly request: PurchaseRequestRow,
    ...given: RefusalArguments
  ) {
    super(...given);
  }
}

export function approvalRequired(request: PurchaseRequestRow): PurchaseRefusal {
  return new PurchaseRefusal(request, 'APPROVAL_REQUIRED');
}
