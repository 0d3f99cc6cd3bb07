import { monthOf } from '../../domain/billing/periods';
import { findBillingAccount, updateBillingAccount } from '../../store/billing-accounts';
import type { OrderRow } from '../../store/billing-orders';
import type { LogDetails } from '../../store/log/log-entries';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { disableAutoRecharge } from './disable-auto-recharge';

/** So many declines in a row switch auto-recharge off (B7). */
const MOST_DECLINES = 3;

/** The charge has gone through: the next may follow. */
export async function rechargeIsPaid(
  { writer, organization }: OrganizationTransaction,
  order: OrderRow,
): Promise<void> {
  const account = await findBillingAccount(writer, organization.id);
  if (!account) return;
  // One that had been given up for declined counts again.
  const countsAgain = order.status !== 'OPEN' && account.rechargeMonth === monthOf(order.createdAt);
  await updateBillingAccount(writer, organization.id, {
    ...(account.rechargeOrderId === order.id && { rechargeOrderId: null }),
    ...(countsAgain && { rechargeSpent: Math.min(account.rechargeSpent + order.amount, Number.MAX_SAFE_INTEGER) }),
    rechargeDeclines: 0,
  });
}

/** The charge was declined: it counts in no month, and the third in a row is the last. */
export async function rechargeIsDeclined(
  transaction: OrganizationTransaction,
  order: OrderRow,
  money: LogDetails,
): Promise<void> {
  const { writer, organization } = transaction;
  transaction.append({ kind: 'RECHARGE_DECLINED', details: money });
  const account = await findBillingAccount(writer, organization.id);
  if (!account) return;
  const declines = account.rechargeDeclines + 1;
  const isOfThisMonth = account.rechargeMonth === monthOf(order.createdAt);
  await updateBillingAccount(writer, organization.id, {
    ...(account.rechargeOrderId === order.id && { rechargeOrderId: null }),
    ...(isOfThisMonth && { rechargeSpent: account.rechargeSpent - order.amount }),
    rechargeDeclines: declines,
  });
  if (declines >= MOST_DECLINES && organization.autoRechargeEnabled === 1)
    disableAutoRecharge(transaction, 'DECLINED', null);
}
