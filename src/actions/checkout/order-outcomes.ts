import { deleteOrder, type OrderRow, updateOrder } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { approvalHasFailed, approvalIsMade } from '../spending/purchase-outcomes';

/** The order is paid, or done if nothing had to be paid. */
export async function completeOrder(
  transaction: OrganizationTransaction,
  order: OrderRow,
  values: Partial<OrderRow> = {},
): Promise<void> {
  const chargedAt = order.chargedAt ?? transaction.databaseNow;
  await updateOrder(transaction.writer, order, { ...values, status: 'COMPLETED', chargedAt });
  await approvalIsMade(transaction, order);
}

/** Nothing will come of the order: it was declined, or has expired. */
export async function endOrder(
  transaction: OrganizationTransaction,
  order: OrderRow,
  status: 'DECLINED' | 'EXPIRED',
  values: Partial<OrderRow> = {},
): Promise<void> {
  await updateOrder(transaction.writer, order, { ...values, status });
  await approvalHasFailed(transaction, order, 'DECLINED');
}

/** The order never reached the provider. `why` says what that means for the request that it was made for. */
export async function dropOrder(
  transaction: OrganizationTransaction,
  order: OrderRow,
  why: 'DECLINED' | 'OUTDATED' = 'DECLINED',
): Promise<void> {
  await deleteOrder(transaction.writer, order);
  await approvalHasFailed(transaction, order, why);
}
