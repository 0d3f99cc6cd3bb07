import type { SubscriptionTerms } from '../../domain/billing/orders';
import { isSame } from '../../domain/billing/subscription-changes';
import type { CancellationReason } from '../../domain/billing/terms';
import type { BillingLogKind } from '../../domain/log/kinds';
import type { AccountSubscription } from '../../payments/provider';
import type { LogDetails } from '../../store/log/log-entries';
import type { NewLogEntry } from '../../store/organization-transaction';
import type { OrganizationRow } from '../../store/organizations';

/** The terms that the organization is on. Null if it has no subscription, or one that has ended. */
export function termsOf({ status, planKey, cadence }: OrganizationRow): SubscriptionTerms | null {
  if (status === 'NONE' || status === 'CANCELED' || planKey === null || cadence === null) return null;
  return { planKey, cadence };
}

/** Who changed a subscription: the author of an order, or nobody here. */
interface ChangeAuthor {
  readonly actorId: string | null;
  /** Whether an order of this service led to the subscription as it is. */
  readonly isOrdered: boolean;
  /** Why it is canceled, if the order says so. */
  readonly cancelReason: CancellationReason | null;
}

/** What to log of a subscription that is `after` where the organization's row and `periodStart` say what it was before. */
export function subscriptionEntries(
  before: OrganizationRow,
  periodStart: number | null,
  after: AccountSubscription | null,
  { actorId, isOrdered, cancelReason }: ChangeAuthor,
): NewLogEntry[] {
  const entries: NewLogEntry[] = [];
  const say = (kind: BillingLogKind, details: LogDetails = {}) => entries.push({ kind, actorId, details });
  const sayChange = (kind: BillingLogKind, details: LogDetails = {}) =>
    say(kind, { ...details, ...(!isOrdered && source(before, after)) });
  const terms = termsOf(before);

  if (!after) {
    if (terms) say('SUBSCRIPTION_ENDED', { ...terms });
    return entries;
  }
  const { planKey, cadence, period, scheduled, status } = after;
  if (!terms) {
    say('SUBSCRIPTION_STARTED', { planKey, cadence });
  } else {
    const isRenewed = period.start !== periodStart;
    if (!isSame(terms, after))
      sayChange('SUBSCRIPTION_CHANGED', { planKey, cadence, fromPlanKey: terms.planKey, fromCadence: terms.cadence });
    else if (isRenewed) say('SUBSCRIPTION_RENEWED', { planKey, cadence });
    // What was scheduled has come about, or was replaced by what has.
    else if (!scheduled && before.scheduledAt !== null)
      sayChange(before.scheduledPlanKey === null ? 'SUBSCRIPTION_RESUMED' : 'SUBSCRIPTION_CHANGE_DROPPED');
  }
  if (scheduled && !isScheduled(before, scheduled)) {
    if (scheduled.terms) sayChange('SUBSCRIPTION_CHANGE_SCHEDULED', { ...scheduled.terms, effectiveAt: scheduled.at });
    else
      sayChange('SUBSCRIPTION_CANCEL_SCHEDULED', {
        effectiveAt: scheduled.at,
        ...(cancelReason !== null && { reason: cancelReason }),
      });
  }
  if (status === 'PAST_DUE' && before.status !== 'PAST_DUE') say('SUBSCRIPTION_PAST_DUE');
  if (status !== 'PAST_DUE' && before.status === 'PAST_DUE') say('SUBSCRIPTION_SETTLED');
  // Whatever else can be seen of it has to be told as well: a longer trial, say.
  if (entries.length === 0 && (status !== before.status || period.end !== before.currentPeriodEnd))
    sayChange('SUBSCRIPTION_CHANGED', { planKey, cadence });
  return entries;
}

/**
 * Says of a change that it was made at the provider: the spending policy does not see it (T4). A scheduled change that comes about was
 * told when it was scheduled.
 */
function source(
  { scheduledPlanKey, scheduledCadence }: OrganizationRow,
  after: AccountSubscription | null,
): LogDetails {
  const hasComeAbout = scheduledPlanKey === after?.planKey && scheduledCadence === after?.cadence;
  return hasComeAbout ? {} : { source: 'PROVIDER' };
}

function isScheduled(
  { scheduledAt, scheduledPlanKey, scheduledCadence }: OrganizationRow,
  { at, terms }: NonNullable<AccountSubscription['scheduled']>,
): boolean {
  return (
    scheduledAt === at && scheduledPlanKey === (terms?.planKey ?? null) && scheduledCadence === (terms?.cadence ?? null)
  );
}
