import type Stripe from 'stripe';
import type { InvoiceStatus } from '../../domain/billing/invoices';
import type { ShownInvoice } from '../provider';
import { fromStripeTime } from './stripe-time';
import { fromStripeAmount } from './stripe-units';

const STATUSES: Partial<Record<string, InvoiceStatus>> = {
  draft: 'DRAFT',
  open: 'OPEN',
  paid: 'PAID',
  void: 'VOID',
  uncollectible: 'UNCOLLECTIBLE',
};

/**
 * Those of the invoices that the payer is shown. A draft that was made by hand is not: somebody is still writing it, and may delete it.
 * One of a subscription becomes final by itself, and Stripe deletes none.
 */
export function describeShownInvoices(invoices: readonly Stripe.Invoice[]): ShownInvoice[] {
  return invoices.flatMap((invoice) => {
    const { id, number, parent, created, hosted_invoice_url: hostedUrl, invoice_pdf: pdfUrl } = invoice;
    const status = STATUSES[invoice.status ?? ''];
    if (!status || (status === 'DRAFT' && !parent?.subscription_details)) return [];
    const { amount: total, currency } = fromStripeAmount(invoice.total, invoice.currency);
    const issuedAt = fromStripeTime(created);
    return [{ id, number, status, total, currency, issuedAt, hostedUrl: hostedUrl ?? null, pdfUrl: pdfUrl ?? null }];
  });
}
