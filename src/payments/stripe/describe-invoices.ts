import type Stripe from 'stripe';
import type { PaidInvoice } from '../provider';
import { describeOrderLeft } from './order-left';
import { idOf } from './id-of';
import type { StripeDependencies } from './stripe-dependencies';

/** Invoices for another reason do not belong to the plan: they were made by hand. */
const REASONS: Partial<Record<string, PaidInvoice['reason']>> = {
  subscription_create: 'START',
  subscription_update: 'CHANGE',
  subscription_cycle: 'RENEWAL',
};

/** Those of the invoices that were paid for a subscription, in the same order. */
export async function describeInvoices(
  dependencies: Pick<StripeDependencies, 'prices'>,
  invoices: readonly Stripe.Invoice[],
): Promise<PaidInvoice[]> {
  const described: PaidInvoice[] = [];
  for (const invoice of invoices) {
    const reason = REASONS[invoice.billing_reason ?? ''];
    if (!reason || invoice.amount_paid <= 0) continue;
    const orderId = reason === 'RENEWAL' ? null : await orderOf(dependencies, invoice);
    described.push({ id: invoice.id, amount: invoice.amount_paid, reason, orderId });
  }
  return described;
}

/**
 * The order is in the subscription's metadata as they were when the invoice was made. An upgrade on the portal finds
 * there the order before it, which left the subscription to another plan than the one that the invoice is for.
 */
async function orderOf(
  { prices }: Pick<StripeDependencies, 'prices'>,
  invoice: Stripe.Invoice,
): Promise<string | null> {
  const metadata = invoice.parent?.subscription_details?.metadata;
  const price = invoice.lines.data.find(({ amount }) => amount > 0)?.pricing?.price_details?.price;
  if (!metadata?.order_id || !price) return null;
  const left = describeOrderLeft(await prices.termsOf(idOf(price)), null);
  return metadata.order_left === left ? metadata.order_id : null;
}
