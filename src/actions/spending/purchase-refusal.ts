import { Refusal, type RefusalCode } from '../../domain/refusals';
import type { PurchaseRequestRow } from '../../store/purchase-requests';

/** A purchase that was not made, and the request that there is of it. */
export class PurchaseRefusal extends Refusal {
  constructor(
    readonly request: PurchaseRequestRow,
    code: RefusalCode,
    message: string,
    field: readonly string[] | null = null,
  ) {
    super(code, message, field);
  }
}

export function approvalRequired(request: PurchaseRequestRow): PurchaseRefusal {
  return new PurchaseRefusal(
    request,
    'APPROVAL_REQUIRED',
    'This purchase is over the spending policy. An owner has been asked to approve it.',
  );
}
