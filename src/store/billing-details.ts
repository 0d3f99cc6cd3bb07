import type { Reader, Writer } from './database';
import { type RowOf, select } from './schema/select';
import { billingAccounts, invoices } from './schema/tables';

const a = billingAccounts.as('a');

/** What a page shows of an organization's account at the payment provider, beside its invoices (B12). */
const DETAILS = {
  methodKind: a.methodKind,
  methodBrand: a.methodBrand,
  methodLast4: a.methodLast4,
  methodExpiresMonth: a.methodExpiresMonth,
  methodExpiresYear: a.methodExpiresYear,
  upcomingAmount: a.upcomingAmount,
  upcomingCurrency: a.upcomingCurrency,
  upcomingDueAt: a.upcomingDueAt,
  overdueAmount: a.overdueAmount,
  overdueCurrency: a.overdueCurrency,
  overdueSince: a.overdueSince,
  overdueNextAttemptAt: a.overdueNextAttemptAt,
  overduePayUrl: a.overduePayUrl,
};

const SELECTED = select({ organizationId: a.organizationId, ...DETAILS, dataAsOf: a.dataAsOf });

export type DetailColumns = RowOf<typeof DETAILS>;

export type BillingDetailsRow = RowOf<typeof SELECTED.expressions>;

/** Those of the organizations that the provider has known. */
export function billingDetailsOf(reader: Reader, organizationIds: readonly string[]): Promise<BillingDetailsRow[]> {
  const places = organizationIds.map(() => '?').join(', ');
  return SELECTED.rows(reader, `FROM billing_accounts a WHERE a.organization_id IN (${places})`, organizationIds);
}

/** Without any. */
export const NO_DETAILS: DetailColumns = {
  ...{ methodKind: null, methodBrand: null, methodLast4: null, methodExpiresMonth: null, methodExpiresYear: null },
  ...{ upcomingAmount: null, upcomingCurrency: null, upcomingDueAt: null },
  ...{ overdueAmount: null, overdueCurrency: null, overdueSince: null },
  ...{ overdueNextAttemptAt: null, overduePayUrl: null },
};

/** Forgets all that a page showed of the account, with its invoices. */
export async function forgetDetails(writer: Writer, organizationId: string): Promise<void> {
  await billingAccounts.update(writer, { organizationId }, { ...NO_DETAILS, invoicesHash: null });
  await invoices.delete(writer, { organizationId });
}
