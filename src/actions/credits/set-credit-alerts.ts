import {
  type CreditAlertSettings,
  creditAlertsOf,
  LARGEST_THRESHOLD,
  MOST_MONTHLY_CREDITS,
  MOST_THRESHOLDS,
  thresholdsOf,
  thresholdsReached,
  writtenThresholds,
} from '../../domain/billing/credit-alerts';
import { monthOf } from '../../domain/billing/periods';
import { Refusal } from '../../domain/refusals';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import { usedIn } from './tell-credit-alerts';

interface CreditAlertsCommand {
  readonly actorId: string;
  readonly organizationId: string;
  /** Null: no alerts. */
  readonly monthlyCredits: number | null;
  readonly thresholds: readonly number[];
}

/**
 * Sets at which shares of a month's usage the organization is told. What the present month has reached by then is not told any more: who sets
 * it sees that. A repeat changes nothing.
 */
export function setCreditAlerts({ transactions }: Services, command: CreditAlertsCommand): Promise<void> {
  const { actorId, organizationId } = command;
  return changeAsMember(transactions, organizationId, actorId, 'MANAGE_BILLING', async (transaction) => {
    const { organization, writer, databaseNow } = transaction;
    const settings = settingsOf(command);
    if (isSame(creditAlertsOf(organization), settings)) return;
    const month = monthOf(databaseNow);
    const used = settings ? await usedIn(writer, organizationId, month) : 0;
    const told = settings ? (thresholdsReached(settings, used).at(-1) ?? 0) : 0;
    const thresholds = settings && writtenThresholds(settings.thresholds);
    const monthlyCredits = settings ? settings.monthlyCredits : null;
    transaction.set({
      creditAlertCredits: monthlyCredits,
      creditAlertThresholds: thresholds,
      creditAlertMonth: month,
      creditAlertTold: told,
    });
    transaction.append({
      kind: 'CREDIT_ALERTS_CHANGED',
      actorId,
      details: { monthlyCredits, thresholds, month, told },
    });
  });
}

function settingsOf({ monthlyCredits, thresholds: given }: CreditAlertsCommand): CreditAlertSettings | null {
  if (monthlyCredits === null) return null;
  if (monthlyCredits < 1 || monthlyCredits > MOST_MONTHLY_CREDITS)
    throw new Refusal('MONTHLY_CREDITS_OUT_OF_RANGE', ['input', 'monthlyCredits'], { most: MOST_MONTHLY_CREDITS });
  const thresholds = thresholdsOf(given);
  if (!thresholds)
    throw new Refusal('THRESHOLDS_OUT_OF_RANGE', ['input', 'thresholds'], {
      count: MOST_THRESHOLDS,
      most: LARGEST_THRESHOLD,
    });
  return { monthlyCredits, thresholds };
}

function isSame(one: CreditAlertSettings | null, other: CreditAlertSettings | null): boolean {
  if (!one || !other) return one === other;
  return (
    one.monthlyCredits === other.monthlyCredits &&
    writtenThresholds(one.thresholds) === writtenThresholds(other.thresholds)
  );
}
