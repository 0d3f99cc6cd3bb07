import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import { shareOfRest } from '../../domain/billing/periods';
import type { AccountSubscription } from '../../payments/provider';
import type { BillingAccountRow } from '../../store/billing-accounts';
import type { Change } from '../../store/open-change';

type Included = Pick<BillingAccountRow, 'includedPeriodStart' | 'includedPlanKey'>;

/**
 * Lets the included credits of a period that is over expire, and gives those of the present one once it is paid for (B5). A
 * larger plan within a period gives the difference for the rest of it, as its price is the difference for the rest: all of it
 * would make a month's credits of the last day's few cents. Returns what the balance's included credits are for.
 */
export function renewIncludedCredits(
  change: Change,
  catalog: Catalog,
  known: Included,
  subscription: AccountSubscription | null,
): Included {
  const isOver = known.includedPeriodStart !== null && known.includedPeriodStart !== subscription?.period.start;
  if (isOver && change.balance.included > 0) {
    const credits = 0 - change.balance.included;
    change.post({ kind: 'EXPIRY', credits: { included: credits, topUp: 0 } });
    change.append({ kind: 'INCLUDED_CREDITS_EXPIRED', details: { credits } });
  }
  if (!subscription) return { includedPeriodStart: null, includedPlanKey: null };

  const { period, planKey, planSince, isPeriodPaid } = subscription;
  const had = known.includedPeriodStart === period.start ? known.includedPlanKey : null;
  if (!isPeriodPaid || had === planKey) return { includedPeriodStart: period.start, includedPlanKey: had };

  const includedIn = (key: string) => planOfCatalog(catalog, key)?.includedCredits ?? 0;
  const more = had === null ? includedIn(planKey) : Math.max(0, includedIn(planKey) - includedIn(had));
  const credits = had === null ? more : shareOfRest(more, period, planSince);
  if (credits > 0) {
    change.post({ kind: 'INCLUDED', credits: { included: credits, topUp: 0 } });
    change.append({ kind: 'INCLUDED_CREDITS_GRANTED', details: { credits, planKey } });
  }
  return { includedPeriodStart: period.start, includedPlanKey: planKey };
}
