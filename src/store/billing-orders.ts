import type { OrderKind, OrderStatus } from '../domain/billing/orders';
import type { BillingCadence } from '../domain/billing/terms';
import { compareAsBytes } from './byte-order';
import type { Reader, Value, Writer } from './database';

/** Something that was asked of the payment provider. Amounts in the catalog's minor unit, times in milliseconds since the epoch. */
export interface OrderRow {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  /** Null where the service itself asked. */
  readonly actorId: string | null;
  readonly planKey: string | null;
  readonly cadence: BillingCadence | null;
  readonly packKey: string | null;
  readonly credits: number;
  readonly amount: number;
  /** Whom the provider was asked about: the organization's customer may be another one by now. Null: nobody yet, or it was not noted. */
  readonly customerId: string | null;
  readonly checkoutId: string | null;
  readonly checkoutUrl: string | null;
  readonly declineId: string | null;
  readonly returnedAmount: number;
  readonly returnedCredits: number;
  readonly told: number;
  readonly keyHash: string | null;
  readonly valuesHash: string | null;
  readonly createdAt: number;
}

const COLUMN_NAMES: Record<keyof OrderRow, string> = {
  id: 'id',
  organizationId: 'organization_id',
  kind: 'kind',
  status: 'status',
  actorId: 'actor_id',
  planKey: 'plan_key',
  cadence: 'cadence',
  packKey: 'pack_key',
  credits: 'credits',
  amount: 'amount',
  customerId: 'customer_id',
  checkoutId: 'checkout_id',
  checkoutUrl: 'checkout_url',
  declineId: 'decline_id',
  returnedAmount: 'returned_amount',
  returnedCredits: 'returned_credits',
  told: 'told',
  keyHash: 'key_hash',
  valuesHash: 'values_hash',
  createdAt: 'created_at',
};

const SELECT = `SELECT ${Object.entries(COLUMN_NAMES)
  .map(([name, column]) => `${column} AS ${name}`)
  .join(', ')} FROM billing_orders`;

export async function insertOrder(writer: Writer, order: OrderRow): Promise<void> {
  const names = Object.keys(COLUMN_NAMES) as (keyof OrderRow)[];
  await writer.run(
    `INSERT INTO billing_orders (${names.map((name) => COLUMN_NAMES[name]).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    names.map((name) => order[name]),
  );
}

export async function updateOrder(
  writer: Writer,
  { id }: Pick<OrderRow, 'id'>,
  values: Partial<OrderRow>,
): Promise<void> {
  const names = Object.keys(values) as (keyof OrderRow)[];
  await writer.run(
    `UPDATE billing_orders SET ${names.map((name) => `${COLUMN_NAMES[name]} = ?`).join(', ')} WHERE id = ?`,
    [...names.map((name) => values[name] as Value), id],
  );
}

/** Forgets an order of which the provider was asked nothing: its idempotency key is as good as new. */
export async function deleteOrder(writer: Writer, { id }: Pick<OrderRow, 'id'>): Promise<void> {
  await writer.run('DELETE FROM billing_orders WHERE id = ?', [id]);
}

/** The order, if it is this organization's. */
export async function findOrder(reader: Reader, organizationId: string, id: string): Promise<OrderRow | undefined> {
  const [row] = await reader.rows<OrderRow>(`${SELECT} WHERE organization_id = ? AND id = ?`, [organizationId, id]);
  return row;
}

export async function findOrderByKey(
  reader: Reader,
  organizationId: string,
  keyHash: string,
): Promise<OrderRow | undefined> {
  const [row] = await reader.rows<OrderRow>(`${SELECT} WHERE organization_id = ? AND key_hash = ?`, [
    organizationId,
    keyHash,
  ]);
  return row;
}

/**
 * The organization's open orders of this kind, oldest first. Sorted here: asked for that order, a planner prefers the index that has
 * it, and reads everybody's open orders.
 */
export async function openOrdersOf(reader: Reader, organizationId: string, kind: OrderKind): Promise<OrderRow[]> {
  const rows = await reader.rows<OrderRow>(`${SELECT} WHERE organization_id = ? AND status = 'OPEN' AND kind = ?`, [
    organizationId,
    kind,
  ]);
  return rows.sort((one, other) => one.createdAt - other.createdAt || compareAsBytes(one.id, other.id));
}

/** The price of the organization's recharges that were ordered in the period, in flight or paid; at most 2^53 - 1. */
export async function rechargedIn(
  reader: Reader,
  organizationId: string,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<number> {
  const [row] = await reader.rows<{ amount: number | string | null }>(
    `SELECT SUM(amount) AS amount FROM billing_orders
     WHERE organization_id = ? AND status IN ('OPEN', 'COMPLETED') AND kind = 'RECHARGE' AND created_at >= ? AND created_at < ?`,
    [organizationId, start, end],
  );
  return Math.min(Number(row?.amount ?? 0), Number.MAX_SAFE_INTEGER);
}

/** A place among the open orders: after the one that was made then, with this id. */
export type OrderPosition = Pick<OrderRow, 'createdAt' | 'id'>;

/**
 * Open orders of these kinds, of all organizations, that were made before `madeBefore`, or by a clock that was ahead, after
 * `madeAfter`; in order of their time, after `after`, at most `limit`.
 */
export function openOrders(
  reader: Reader,
  kinds: readonly OrderKind[],
  { madeBefore, madeAfter }: { readonly madeBefore: number; readonly madeAfter: number },
  after: OrderPosition,
  limit: number,
): Promise<OrderRow[]> {
  return reader.rows<OrderRow>(
    `${SELECT} WHERE status = 'OPEN' AND created_at >= ? AND (created_at < ? OR created_at > ?) AND (created_at > ? OR id > ?)
       AND kind IN (${kinds.map(() => '?').join(', ')})
     ORDER BY created_at, id LIMIT ?`,
    [after.createdAt, madeBefore, madeAfter, after.createdAt, after.id, ...kinds, limit],
  );
}
