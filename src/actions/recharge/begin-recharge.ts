import { creditPackOfCatalog } from '../../domain/billing/catalog';
import { reasonClosed } from '../../domain/billing/controls';
import { available } from '../../domain/billing/credits';
import { monthOf, monthPeriod } from '../../domain/billing/periods';
import { isLimiting } from '../../domain/billing/spending';
import { type BillingAccountRow, findBillingAccount, updateBillingAccount } from '../../store/billing-accounts';
import { type OrderRow, rechargedIn } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { situationOf } from '../billing/situation';
import { placeOrder } from '../checkout/orders';
import type { Services } from '../services';
import { judgePurchase, limitsOf } from '../spending/judge-purchase';

/**
 * Orders the pack that auto-recharge buys where usage has left the balance below the threshold (B7), in the usage's own
 * transaction: under the organization's lock there is one charge in flight, however many notice, and what is in flight counts in
 * the month. The caller charges it once that has committed. Null if nothing is to be bought.
 */
export async function beginRecharge(
  services: Services,
  transaction: OrganizationTransaction,
): Promise<OrderRow | null> {
  const { organization, writer, balance, now } = transaction;
  const { autoRechargeEnabled, autoRechargeThreshold, autoRechargePackKey, autoRechargeMonthlyLimit } = organization;
  if (autoRechargeEnabled !== 1 || available(balance) >= autoRechargeThreshold) return null;
  // No billing role is checked: the user who switched it on had the access.
  if (reasonClosed('AUTO_RECHARGE', situationOf(organization, 'OWNER', services.checkout))) return null;
  const pack = creditPackOfCatalog(services.catalog, autoRechargePackKey);
  const account = await findBillingAccount(writer, organization.id);
  if (!pack || !account || account.rechargeOrderId !== null) return null;

  const { key: packKey, credits, price: amount } = pack;
  const { currency } = services.catalog;
  const month = monthOf(now);
  // The months need not come in order where the clock was ahead once.
  const before =
    account.rechargeMonth === month
      ? account.rechargeSpent
      : await rechargedIn(writer, organization.id, monthPeriod(now));
  const spent = before + amount;
  const limit = autoRechargeMonthlyLimit ?? services.autoRechargeMaxMonthly;
  if (spent > limit) {
    if (account.rechargeLimitTold === month) return null;
    await updateBillingAccount(writer, organization.id, { rechargeLimitTold: month });
    transaction.append({ kind: 'RECHARGE_LIMIT_REACHED', details: { amount: limit, currency, month } });
    return null;
  }
  if (await isOverPolicy(services, transaction, account, amount)) return null;
  const { customerId } = account;
  const order = await placeOrder(
    transaction,
    { kind: 'RECHARGE', actorId: null, packKey, credits, amount, customerId, countedAmount: amount },
    null,
  );
  await updateBillingAccount(writer, organization.id, {
    rechargeOrderId: order.id,
    rechargeMonth: month,
    rechargeSpent: spent,
  });
  transaction.append({ kind: 'RECHARGE_STARTED', details: { orderId: order.id, packKey, amount, currency } });
  return order;
}

/** Nobody is there to ask an owner: a recharge over the spending policy is told once a month, and not made (T4). */
async function isOverPolicy(
  { catalog }: Services,
  transaction: OrganizationTransaction,
  { rechargePolicyTold }: BillingAccountRow,
  amount: number,
): Promise<boolean> {
  const { organization, writer, databaseNow } = transaction;
  if (!isLimiting(limitsOf(organization))) return false;
  const reason = await judgePurchase(transaction, 'RECHARGE', amount);
  if (!reason) return false;
  const month = monthOf(databaseNow);
  if (rechargePolicyTold === month) return true;
  await updateBillingAccount(writer, organization.id, { rechargePolicyTold: month });
  transaction.append({ kind: 'RECHARGE_OVER_POLICY', details: { amount, currency: catalog.currency, month, reason } });
  return true;
}
