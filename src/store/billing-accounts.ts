import type { Reader, Writer } from './database';
import { expression, type RowOf, select } from './schema/select';
import { billingAccounts, organizations } from './schema/tables';

const SELECTED = select(billingAccounts.all);

/** An organization's account at the payment provider. Times in milliseconds since the epoch. */
export type BillingAccountRow = RowOf<typeof billingAccounts.all>;

export function findBillingAccount(reader: Reader, organizationId: string): Promise<BillingAccountRow | undefined> {
  return SELECTED.first(reader, 'FROM billing_accounts WHERE organization_id = ?', [organizationId]);
}

const a = billingAccounts.as('a');
const CUSTOMER = select({ customerId: a.customerId });
const OF_CUSTOMER = select({ organizationId: a.organizationId });
const CUSTOMER_OF = select({ organizationId: a.organizationId, customerId: a.customerId });

/** The organization's customer. Null if it never had one, or the last one is gone. */
export async function presentCustomerOf(reader: Reader, organizationId: string): Promise<string | null> {
  const row = await CUSTOMER.first(
    reader,
    `FROM billing_accounts a JOIN organizations o ON o.id = a.organization_id
     WHERE a.organization_id = ? AND o.has_customer = 1`,
    [organizationId],
  );
  return row?.customerId ?? null;
}

export async function insertBillingAccount(
  writer: Writer,
  organizationId: string,
  customerId: string,
  readAgainAt: number,
): Promise<void> {
  const nothing = { asked: 0, told: 0, rechargeDeclines: 0, rechargeSpent: 0 };
  await billingAccounts.insert(writer, { organizationId, customerId, readAgainAt, ...nothing });
}

export async function updateBillingAccount(
  writer: Writer,
  organizationId: string,
  values: Partial<BillingAccountRow>,
): Promise<void> {
  await billingAccounts.update(writer, { organizationId }, values);
}

/** The organization that the provider knows by this id. Null if it is nobody's here. */
export async function organizationOfCustomer(reader: Reader, customerId: string): Promise<string | null> {
  const row = await OF_CUSTOMER.first(reader, 'FROM billing_accounts a WHERE a.customer_id = ?', [customerId]);
  return row?.organizationId ?? null;
}

/** A place among the accounts that something is due for: after the one with this time and id. */
export interface DuePosition {
  readonly dueAt: number;
  readonly organizationId: string;
}

const o = organizations.as('o');
const PERIOD_DUE = select({ organizationId: o.id, dueAt: expression<number>('o.current_period_end') });
const CREDITS_DUE = select({ organizationId: o.id, dueAt: o.creditsDueAt });

/** Organizations whose period is over at `now`, in order of its end, after `after`, at most `limit`. */
export function accountsDue(reader: Reader, now: number, after: DuePosition, limit: number): Promise<DuePosition[]> {
  return PERIOD_DUE.rows(
    reader,
    `FROM organizations o
     JOIN billing_accounts a ON a.organization_id = o.id
     WHERE o.current_period_end >= ? AND o.current_period_end <= ? AND (o.current_period_end > ? OR o.id > ?)
       AND o.removed_at IS NULL
     ORDER BY o.current_period_end, o.id LIMIT ?`,
    [after.dueAt, now, after.dueAt, after.organizationId, limit],
  );
}

/** The same for organizations that pay by the year, and whose present month of included credits is over at `now`. */
export function creditsDue(reader: Reader, now: number, after: DuePosition, limit: number): Promise<DuePosition[]> {
  return CREDITS_DUE.rows(
    reader,
    `FROM organizations o
     JOIN billing_accounts a ON a.organization_id = o.id
     WHERE o.cadence = 'ANNUAL' AND o.credits_due_at >= ? AND o.credits_due_at <= ? AND (o.credits_due_at > ? OR o.id > ?)
       AND o.removed_at IS NULL
     ORDER BY o.credits_due_at, o.id LIMIT ?`,
    [after.dueAt, now, after.dueAt, after.organizationId, limit],
  );
}

/** Organizations whose account is to be read again at `now`, without news: those that wait longest, at most `limit`. */
export async function accountsToReadAgain(reader: Reader, now: number, limit: number): Promise<string[]> {
  const rows = await OF_CUSTOMER.rows(
    reader,
    `FROM billing_accounts a
     JOIN organizations o ON o.id = a.organization_id
     WHERE a.read_again_at <= ? AND o.has_customer = 1 AND o.removed_at IS NULL
     ORDER BY a.read_again_at, a.organization_id LIMIT ?`,
    [now, limit],
  );
  return rows.map(({ organizationId }) => organizationId);
}

/** Organizations that have been removed and still have a customer at the provider, at most `limit`. */
export function accountsToEnd(
  reader: Reader,
  limit: number,
): Promise<{ organizationId: string; customerId: string }[]> {
  return CUSTOMER_OF.rows(
    reader,
    `FROM billing_accounts a
     JOIN organizations o ON o.id = a.organization_id WHERE o.removed_at IS NOT NULL LIMIT ?`,
    [limit],
  );
}

/** Deletes the customer of a removed organization. */
export async function deleteBillingAccount(writer: Writer, organizationId: string): Promise<void> {
  await billingAccounts.delete(writer, { organizationId });
}
