import type { Reader, Value, Writer } from './database';

/** What an organization is at the payment provider. Times in milliseconds since the epoch. */
export interface BillingAccountRow {
  readonly organizationId: string;
  readonly customerId: string;
  /** How many questions were put to the provider, and the newest one whose answer has been taken over. */
  readonly asked: number;
  readonly told: number;
  readonly includedPeriodStart: number | null;
  readonly includedPlanKey: string | null;
  readonly includedMonthStart: number | null;
  readonly includedMonthEnd: number | null;
  readonly includedGiven: number;
  readonly currentPeriodStart: number | null;
  readonly lastInvoiceId: string | null;
  readonly rechargeOrderId: string | null;
  readonly rechargeDeclines: number;
  readonly rechargeMonth: string | null;
  readonly rechargeSpent: number;
  readonly rechargeLimitTold: string | null;
}

const COLUMN_NAMES: Record<keyof BillingAccountRow, string> = {
  organizationId: 'organization_id',
  customerId: 'customer_id',
  asked: 'asked',
  told: 'told',
  includedPeriodStart: 'included_period_start',
  includedPlanKey: 'included_plan_key',
  includedMonthStart: 'included_month_start',
  includedMonthEnd: 'included_month_end',
  includedGiven: 'included_given',
  currentPeriodStart: 'current_period_start',
  lastInvoiceId: 'last_invoice_id',
  rechargeOrderId: 'recharge_order_id',
  rechargeDeclines: 'recharge_declines',
  rechargeMonth: 'recharge_month',
  rechargeSpent: 'recharge_spent',
  rechargeLimitTold: 'recharge_limit_told',
};

const COLUMNS = Object.entries(COLUMN_NAMES)
  .map(([name, column]) => `${column} AS ${name}`)
  .join(', ');

export async function findBillingAccount(
  reader: Reader,
  organizationId: string,
): Promise<BillingAccountRow | undefined> {
  const [row] = await reader.rows<BillingAccountRow>(
    `SELECT ${COLUMNS} FROM billing_accounts WHERE organization_id = ?`,
    [organizationId],
  );
  return row;
}

/** The organization's customer; null where it never had one, or the last one is gone. */
export async function presentCustomerOf(reader: Reader, organizationId: string): Promise<string | null> {
  const [row] = await reader.rows<{ customerId: string }>(
    `SELECT a.customer_id AS customerId FROM billing_accounts a JOIN organizations o ON o.id = a.organization_id
     WHERE a.organization_id = ? AND o.has_customer = 1`,
    [organizationId],
  );
  return row?.customerId ?? null;
}

export async function insertBillingAccount(writer: Writer, organizationId: string, customerId: string): Promise<void> {
  await writer.run(
    'INSERT INTO billing_accounts (organization_id, customer_id, asked, told, recharge_declines, recharge_spent) VALUES (?, ?, 0, 0, 0, 0)',
    [organizationId, customerId],
  );
}

export async function updateBillingAccount(
  writer: Writer,
  organizationId: string,
  values: Partial<BillingAccountRow>,
): Promise<void> {
  const names = Object.keys(values) as (keyof BillingAccountRow)[];
  await writer.run(
    `UPDATE billing_accounts SET ${names.map((name) => `${COLUMN_NAMES[name]} = ?`).join(', ')} WHERE organization_id = ?`,
    [...names.map((name) => values[name] as Value), organizationId],
  );
}

/** The organization that the provider knows by this id; null where it is nobody's here. */
export async function organizationOfCustomer(reader: Reader, customerId: string): Promise<string | null> {
  const [row] = await reader.rows<{ organizationId: string }>(
    'SELECT organization_id AS organizationId FROM billing_accounts WHERE customer_id = ?',
    [customerId],
  );
  return row?.organizationId ?? null;
}

/** A place among the accounts that something is due for: after the one with this time and id. */
export interface DuePosition {
  readonly dueAt: number;
  readonly organizationId: string;
}

/** Organizations whose period is over at `now`, in order of its end, after `after`, at most `limit`. */
export function accountsDue(reader: Reader, now: number, after: DuePosition, limit: number): Promise<DuePosition[]> {
  return reader.rows(
    `SELECT o.id AS organizationId, o.current_period_end AS dueAt FROM organizations o
     JOIN billing_accounts a ON a.organization_id = o.id
     WHERE o.current_period_end >= ? AND o.current_period_end <= ? AND (o.current_period_end > ? OR o.id > ?)
       AND o.removed_at IS NULL
     ORDER BY o.current_period_end, o.id LIMIT ?`,
    [after.dueAt, now, after.dueAt, after.organizationId, limit],
  );
}

/** The same for organizations that pay by the year, and whose present month of included credits is over at `now`. */
export function creditsDue(reader: Reader, now: number, after: DuePosition, limit: number): Promise<DuePosition[]> {
  return reader.rows(
    `SELECT o.id AS organizationId, o.credits_due_at AS dueAt FROM organizations o
     JOIN billing_accounts a ON a.organization_id = o.id
     WHERE o.cadence = 'ANNUAL' AND o.credits_due_at >= ? AND o.credits_due_at <= ? AND (o.credits_due_at > ? OR o.id > ?)
       AND o.removed_at IS NULL
     ORDER BY o.credits_due_at, o.id LIMIT ?`,
    [after.dueAt, now, after.dueAt, after.organizationId, limit],
  );
}

/** Organizations that have been removed and still have a customer at the provider, at most `limit`. */
export function accountsToEnd(
  reader: Reader,
  limit: number,
): Promise<{ organizationId: string; customerId: string }[]> {
  return reader.rows(
    `SELECT a.organization_id AS organizationId, a.customer_id AS customerId FROM billing_accounts a
     JOIN organizations o ON o.id = a.organization_id WHERE o.removed_at IS NOT NULL LIMIT ?`,
    [limit],
  );
}

/** Deletes the customer of a removed organization. */
export async function deleteBillingAccount(writer: Writer, organizationId: string): Promise<void> {
  await writer.run('DELETE FROM billing_accounts WHERE organization_id = ?', [organizationId]);
}
