import { permits } from '../../domain/access/permissions';
import { monthPeriod } from '../../domain/billing/periods';
import {
  isLimiting,
  passedLimit,
  type PassedLimit,
  type PurchaseKind,
  type SpendingLimits,
} from '../../domain/billing/spending';
import type { MemberRow } from '../../store/members';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import type { OrganizationRow } from '../../store/organizations';
import { heldByFirstSubscriptions, spendingIn } from '../../store/spending';

/** The organization's spending policy (T4). */
export function limitsOf({
  spendingPerPurchase,
  spendingPerMonth,
}: Pick<OrganizationRow, 'spendingPerPurchase' | 'spendingPerMonth'>): SpendingLimits {
  return { perPurchase: spendingPerPurchase, perMonth: spendingPerMonth };
}

/** Whether what the member buys counts under the spending policy: owners are not limited (T4). */
export function countsFor({ billingRole }: Pick<MemberRow, 'billingRole'>): boolean {
  return !permits(billingRole, 'MANAGE_BILLING_ADMINS');
}

/** Whether the member's purchases have to be judged at all. */
export function isLimited(organization: OrganizationRow, actor: Pick<MemberRow, 'billingRole'>): boolean {
  return isLimiting(limitsOf(organization)) && countsFor(actor);
}

/**
 * The limit that a purchase would pass, if any, under the organization's lock: what two purchases count is then known to one of them. A
 * month is one by the database's clock, so that all instances mean the same one.
 */
export async function judgePurchase(
  { organization, writer, databaseNow }: OrganizationTransaction,
  kind: PurchaseKind | 'RECHARGE',
  counted: number,
): Promise<PassedLimit | null> {
  const limits = limitsOf(organization);
  if (limits.perMonth === null) return passedLimit(limits, counted, 0);
  const { spent, held } = await spendingIn(writer, organization.id, monthPeriod(databaseNow));
  // Earlier pages are closed before the new one is handed out.
  const replaced = kind === 'SUBSCRIPTION' ? await heldByFirstSubscriptions(writer, organization.id) : 0;
  return passedLimit(limits, counted, spent + held - replaced);
}
