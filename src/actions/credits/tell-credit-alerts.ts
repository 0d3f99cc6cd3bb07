import { total } from '../../domain/billing/credits';
import { creditAlertsOf, thresholdsReached } from '../../domain/billing/credit-alerts';
import { monthOf } from '../../domain/billing/periods';
import type { Reader } from '../../store/database';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { usageBetween } from '../../store/usage-totals';

/**
 * Tells of each threshold that the month's usage has reached and that nobody was told of yet, in their order. It runs under the lock of the
 * usage, so that concurrent calls and instances tell once. The month is by the database's clock, which is the same for all of them. Without
 * alerts, and once all of a month are told, it reads nothing.
 */
export async function tellCreditAlerts(transaction: OrganizationTransaction): Promise<void> {
  const { organization, writer, databaseNow } = transaction;
  const settings = creditAlertsOf(organization);
  if (!settings) return;
  const month = monthOf(databaseNow);
  const { creditAlertMonth, creditAlertTold } = organization;
  const told = creditAlertMonth === month ? creditAlertTold : 0;
  if (settings.thresholds.every((threshold) => threshold <= told)) return;
  const { monthlyCredits } = settings;
  const usedCredits = await usedIn(writer, organization.id, month);
  const reached = thresholdsReached(settings, usedCredits).filter((threshold) => threshold > told);
  for (const threshold of reached)
    transaction.append({ kind: 'CREDIT_ALERT', details: { threshold, usedCredits, monthlyCredits, month } });
  const last = reached.at(-1);
  if (last !== undefined) transaction.set({ creditAlertMonth: month, creditAlertTold: last });
}

/** Credits used in a calendar month (YYYY-MM, UTC): one total for each day. */
export async function usedIn(reader: Reader, organizationId: string, month: string): Promise<number> {
  const usage = await usageBetween(reader, organizationId, 'DAY', `${month}-01`, `${month}-31`);
  return usage.reduce((sum, { credits }) => total(sum, credits), 0);
}
