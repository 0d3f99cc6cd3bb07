import type { OrderKind } from '../domain/billing/orders';
import { compareAsBytes } from './byte-order';
import type { Reader, Writer } from './database';
import { inList } from './prepared-sizes';
import { expression, type RowOf, select } from './schema/select';
import { billingOrders } from './schema/tables';

const ORDER = select(billingOrders.all);

/** An order to the payment provider. Amounts in the catalog's minor unit, times in milliseconds since the epoch. */
export type OrderRow = RowOf<typeof billingOrders.all>;

export async function insertOrder(writer: Writer, order: OrderRow): Promise<void> {
  await billingOrders.insert(writer, order);
}

export async function updateOrder(
  writer: Writer,
  { id }: Pick<OrderRow, 'id'>,
  values: Partial<OrderRow>,
): Promise<void> {
  await billingOrders.update(writer, { id }, values);
}

/** Deletes an order that never reached the provider. Its idempotency key may be used again. */
export async function deleteOrder(writer: Writer, { id }: Pick<OrderRow, 'id'>): Promise<void> {
  await billingOrders.delete(writer, { id });
}

/** The order, if it is this organization's. */
export function findOrder(reader: Reader, organizationId: string, id: string): Promise<OrderRow | undefined> {
  return ORDER.first(reader, 'FROM billing_orders WHERE organization_id = ? AND id = ?', [organizationId, id]);
}

export function findOrderByKey(reader: Reader, organizationId: string, keyHash: string): Promise<OrderRow | undefined> {
  const rest = 'FROM billing_orders WHERE organization_id = ? AND key_hash = ?';
  return ORDER.first(reader, rest, [organizationId, keyHash]);
}

/**
 * The organization's open orders of this kind, oldest first. Sorted here: asked for that order, a planner prefers the index that has
 * it, and reads everybody's open orders.
 */
export async function openOrdersOf(reader: Reader, organizationId: string, kind: OrderKind): Promise<OrderRow[]> {
  const rest = "FROM billing_orders WHERE organization_id = ? AND status = 'OPEN' AND kind = ?";
  const rows = await ORDER.rows(reader, rest, [organizationId, kind]);
  return rows.sort((one, other) => one.createdAt - other.createdAt || compareAsBytes(one.id, other.id));
}

const PAGE = select({ id: billingOrders.all.id, checkoutUrl: billingOrders.all.checkoutUrl });

/** The addresses of those of the orders whose page is open, by order. */
export async function pagesOfOrders(
  reader: Reader,
  organizationId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const among = inList(ids);
  const rows = await PAGE.rows(
    reader,
    `FROM billing_orders WHERE organization_id = ? AND status = 'OPEN' AND id ${among.sql}`,
    [organizationId, ...among.values],
  );
  return new Map(rows.flatMap(({ id, checkoutUrl }) => (checkoutUrl === null ? [] : [[id, checkoutUrl] as const])));
}

const AMOUNT = select({ amount: expression<number | string | null>('SUM(amount)') });

/** The price of the organization's recharges that were ordered in the period, in flight or paid; at most 2^53 - 1. */
export async function rechargedIn(
  reader: Reader,
  organizationId: string,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<number> {
  const row = await AMOUNT.first(
    reader,
    `FROM billing_orders
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
  return ORDER.rows(
    reader,
    `FROM billing_orders WHERE status = 'OPEN' AND created_at >= ? AND (created_at < ? OR created_at > ?) AND (created_at > ? OR id > ?)
       AND kind IN (${kinds.map(() => '?').join(', ')})
     ORDER BY created_at, id LIMIT ?`,
    [after.createdAt, madeBefore, madeAfter, after.createdAt, after.id, ...kinds, limit],
  );
}
