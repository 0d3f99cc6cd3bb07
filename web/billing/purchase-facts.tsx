import type { PurchaseRequest } from '../documents/purchase-documents';
import { formatMoney } from '../look/numbers';
import { purchaseWords } from './purchase-words';

/** The numbers of a purchase, exactly. */
export function PurchaseFacts({ request }: { readonly request: PurchaseRequest }) {
  const { amount, nextInvoice } = request;
  return (
    <dl className="facts sunken">
      <div>
        <dt>Purchase</dt>
        <dd>{purchaseWords(request)}</dd>
      </div>
      <div>
        <dt>Due now</dt>
        <dd>{formatMoney(amount)}</dd>
      </div>
      {nextInvoice && (
        <div>
          <dt>Next invoice</dt>
          <dd>{formatMoney(nextInvoice)}</dd>
        </div>
      )}
    </dl>
  );
}
