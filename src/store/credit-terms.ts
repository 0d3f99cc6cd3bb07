import type { Reader } from './database';
import { inList } from './prepared-sizes';
import { expression, type RowOf, select } from './schema/select';
import { billingAccounts, organizations } from './schema/tables';

const o = organizations.as('o');
const a = billingAccounts.as('a');

const SELECTED = select({
  organizationId: o.id,
  createdAt: o.createdAt,
  scheduledAt: o.scheduledAt,
  scheduledPlanKey: o.scheduledPlanKey,
  creditAlertCredits: o.creditAlertCredits,
  creditAlertThresholds: o.creditAlertThresholds,
  includedPlanKey: a.includedPlanKey,
  includedMonthEnd: a.includedMonthEnd,
  rechargeMonth: a.rechargeMonth,
  // Null without an account.
  includedGiven: expression<number | null>('a.included_given'),
  rechargeSpent: expression<number | null>('a.recharge_spent'),
});

/** What is known of an organization's credits beyond the balance. */
export type CreditTerms = RowOf<typeof SELECTED.expressions>;

export function creditTermsOf(reader: Reader, organizationIds: readonly string[]): Promise<CreditTerms[]> {
  const among = inList(organizationIds);
  return SELECTED.rows(
    reader,
    `FROM organizations o LEFT JOIN billing_accounts a ON a.organization_id = o.id WHERE o.id ${among.sql}`,
    among.values,
  );
}
