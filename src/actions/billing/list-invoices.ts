import { type InvoicePosition, type InvoiceRow, invoicesAfter } from '../../store/invoices';
import type { Services } from '../services';

/** An organization's invoices as the provider last told them, newest first, after a place (null: from the newest) (B12). */
export function listInvoices(
  { database }: Services,
  organizationId: string,
  { after, limit }: { after: InvoicePosition | null; limit: number },
): Promise<InvoiceRow[]> {
  return invoicesAfter(database.reader, organizationId, after, limit);
}
