import type { PurchaseRequest } from '../documents/purchase-documents';
import { formatMoney, formatNumber } from '../look/numbers';

/** What would be bought. */
export function purchaseWords({ creditPack, summary }: PurchaseRequest): string {
  return creditPack ? `${formatNumber(creditPack.credits)} credits` : summary;
}

/** What it costs, now and later. */
export function costWords({ amount, nextInvoice }: PurchaseRequest): string {
  const later = nextInvoice ? `, next invoice ${formatMoney(nextInvoice)}` : '';
  return `${formatMoney(amount)} due now${later}`;
}
