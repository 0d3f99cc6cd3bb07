import { createHash } from 'node:crypto';
import type { Account, PaymentMethodSummary, ShownInvoice } from '../../payments/provider';
import type { BillingAccountRow } from '../../store/billing-accounts';
import { type DetailColumns, NO_DETAILS } from '../../store/billing-details';
import { areNews, type InvoiceRow, storeInvoices } from '../../store/invoices';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/**
 * Takes over what a page shows (B12), and returns the new columns of the account. If that is other than before, and nothing else of this
 * change tells subscribers, an entry does.
 */
export async function takeOverDetails(
  transaction: OrganizationTransaction,
  known: DetailColumns & Pick<BillingAccountRow, 'invoicesHash'>,
  account: Pick<Account, 'paymentMethod' | 'upcomingInvoice' | 'overdue' | 'shownInvoices'>,
): Promise<DetailColumns & Pick<BillingAccountRow, 'invoicesHash'>> {
  const details = columnsOf(account);
  if (isReplaced(known, details)) transaction.append({ kind: 'PAYMENT_METHOD_CHANGED' });
  const isTold = () => transaction.appended.length > 0;

  const { writer, organization } = transaction;
  const invoices = account.shownInvoices.map(rowOf).sort((one, other) => (one.id < other.id ? -1 : 1));
  const invoicesHash = createHash('sha256').update(JSON.stringify(invoices)).digest('hex');
  let isNews = TOLD.some((name) => known[name] !== details[name]);
  if (invoicesHash !== known.invoicesHash) {
    isNews ||= !isTold() && (await areNews(writer, organization.id, invoices));
    await storeInvoices(writer, organization.id, invoices);
  }
  if (isNews && !isTold()) transaction.append({ kind: 'BILLING_DETAILS_CHANGED' });
  return { ...details, invoicesHash };
}

/** A provider may give another address with each answer. */
const TOLD = (Object.keys(NO_DETAILS) as (keyof DetailColumns)[]).filter((name) => name !== 'overduePayUrl');

const METHOD = ['methodKind', 'methodBrand', 'methodLast4', 'methodExpiresMonth', 'methodExpiresYear'] as const;

/** Another one in place of the one there was; that there is one at all is told otherwise. */
function isReplaced(known: DetailColumns, details: DetailColumns): boolean {
  if (known.methodKind === null || details.methodKind === null) return false;
  return METHOD.some((name) => known[name] !== details[name]);
}

function columnsOf({
  paymentMethod,
  upcomingInvoice,
  overdue,
}: Pick<Account, 'paymentMethod' | 'upcomingInvoice' | 'overdue'>): DetailColumns {
  return {
    ...NO_DETAILS,
    ...(paymentMethod && methodColumns(paymentMethod)),
    ...(upcomingInvoice && {
      upcomingAmount: upcomingInvoice.amount,
      upcomingCurrency: upcomingInvoice.currency,
      upcomingDueAt: upcomingInvoice.dueAt,
    }),
    ...(overdue && {
      overdueAmount: overdue.amount,
      overdueCurrency: overdue.currency,
      overdueSince: overdue.since,
      overdueNextAttemptAt: overdue.nextAttemptAt,
      overduePayUrl: address(overdue.payUrl),
    }),
  };
}

function methodColumns({ kind, brand, last4, expires }: PaymentMethodSummary): Partial<DetailColumns> {
  return {
    methodKind: short(kind, 32),
    methodBrand: brand === null ? null : short(brand, 64),
    methodLast4: last4 === null ? null : short(last4, 8),
    methodExpiresMonth: expires?.month ?? null,
    methodExpiresYear: expires?.year ?? null,
  };
}

function rowOf({ hostedUrl, pdfUrl, number, ...invoice }: ShownInvoice): InvoiceRow {
  return {
    ...invoice,
    number: number === null ? null : short(number, 64),
    hostedUrl: address(hostedUrl),
    pdfUrl: address(pdfUrl),
  };
}

/** The columns are as long as anything that providers say today, and no longer text keeps the rest from being stored. */
function short(text: string, characters: number): string {
  return [...text].slice(0, characters).join('');
}

/** An address that is cut would lead nowhere. */
function address(url: string | null): string | null {
  return url !== null && url.length <= 2048 ? url : null;
}
