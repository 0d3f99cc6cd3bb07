import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import { monthsOf, type Period, shareOfRest } from '../../domain/billing/periods';
import type { Account, AccountSubscription, PaidPlan } from '../../payments/provider';
import type { BillingAccountRow } from '../../store/billing-accounts';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/** What the balance's included credits are for: a month, the largest plan that counts in it, and what was given in it so far. */
export type Included = Pick<
  BillingAccountRow,
  'includedPeriodStart' | 'includedPlanKey' | 'includedMonthStart' | 'includedMonthEnd' | 'includedGiven'
>;

const NONE: Included = {
  includedPeriodStart: null,
  includedPlanKey: null,
  includedMonthStart: null,
  includedMonthEnd: null,
  includedGiven: 0,
};

/**
 * Brings the included credits to the present month (B5): those of a month that is over expire, and those of each month that is
 * paid for are given, also of months that nobody looked at while they were there. Returns what the balance is for then.
 *
 * What was given in the month counts, and not the last plan: a larger plan brings the difference to the largest one before for
 * the rest of the month, as its price is the difference for the rest.
 */
export function renewIncludedCredits(
  transaction: OrganizationTransaction,
  catalog: Catalog,
  known: Included,
  { subscription, now }: Pick<Account, 'subscription' | 'now'>,
): Included {
  if (!subscription) return leaveMonth(transaction, catalog, known, now);
  let included = adopt(catalog, known, subscription, now);
  for (const month of monthsToCome(included, subscription, now)) {
    if (month.start !== included.includedMonthStart) included = enterMonth(transaction, catalog, included, month);
    for (const plan of plansIn(month, subscription.paidPlans))
      included = give(transaction, catalog, included, month, plan);
    included = { ...included, includedMonthEnd: month.end };
  }
  return { ...included, includedPeriodStart: subscription.period.start };
}

/**
 * A version that knows no months has given the period's credits, before an upgrade or beside this one: they are for the present
 * month, and the next one brings its own.
 */
function adopt(catalog: Catalog, known: Included, { period, cadence }: AccountSubscription, now: number): Included {
  const { includedPeriodStart, includedPlanKey, includedMonthStart } = known;
  const isOfBefore = includedMonthStart === null || includedMonthStart < period.start;
  if (includedPeriodStart !== period.start || !isOfBefore) return known;
  const months = monthsOf(period, cadence);
  const month = months.findLast(({ start }) => start <= now) ?? period;
  return {
    ...known,
    includedMonthStart: month.start,
    includedMonthEnd: month.end,
    includedGiven: includedPlanKey === null ? 0 : includedIn(catalog, includedPlanKey),
  };
}

/** The months of the period from the known one, or from its first, up to the present one. */
function monthsToCome(
  { includedPeriodStart, includedMonthStart }: Included,
  subscription: AccountSubscription,
  now: number,
) {
  const { period, cadence } = subscription;
  const isKnown = includedPeriodStart === period.start;
  return monthsOf(period, cadence).filter(
    ({ start }, index) => (index === 0 || start <= now) && (!isKnown || start >= (includedMonthStart ?? period.start)),
  );
}

/** The plan that is paid for when the month begins, and those that were changed to within it. */
function plansIn({ start, end }: Period, paidPlans: readonly PaidPlan[]): readonly PaidPlan[] {
  const paid = paidPlans.filter(({ since }) => since < end);
  const first = Math.max(
    0,
    paid.findLastIndex(({ since }) => since <= start),
  );
  return paid.slice(first);
}

/** Gives what the plan includes, or what it includes more than the largest one so far; never more than that plan in all. */
function give(
  transaction: OrganizationTransaction,
  catalog: Catalog,
  included: Included,
  month: Period,
  { planKey, since }: PaidPlan,
): Included {
  const { includedPlanKey: largest, includedGiven } = included;
  const worth = includedIn(catalog, planKey);
  const difference = largest === null ? worth : worth - includedIn(catalog, largest);
  if (largest !== null && difference <= 0) return included;
  const wanted = largest === null ? worth : shareOfRest(difference, month, since);
  const credits = Math.max(0, Math.min(wanted, worth - includedGiven));
  if (credits > 0) {
    const occurredAt = Math.max(month.start, since);
    transaction.post({ kind: 'INCLUDED', credits: { included: credits, topUp: 0 }, occurredAt });
    transaction.append({ kind: 'INCLUDED_CREDITS_GRANTED', details: { credits, planKey } });
  }
  return { ...included, includedPlanKey: planKey, includedGiven: includedGiven + credits };
}

function enterMonth(
  transaction: OrganizationTransaction,
  catalog: Catalog,
  included: Included,
  { start, end }: Period,
): Included {
  const includedGiven = expire(transaction, catalog, included, start);
  return { ...included, includedPlanKey: null, includedMonthStart: start, includedMonthEnd: end, includedGiven };
}

/** Without a subscription. What was used of a month that breaks off is remembered until the month would have ended. */
function leaveMonth(transaction: OrganizationTransaction, catalog: Catalog, included: Included, at: number): Included {
  const { includedMonthEnd } = included;
  const includedGiven = expire(transaction, catalog, included, at);
  if (includedGiven === 0) return NONE;
  return { ...NONE, includedMonthStart: at, includedMonthEnd, includedGiven };
}

/**
 * Lets go of what is left at the end of the month, or at `at` where it breaks off before: another subscription or cadence has
 * begun. Its price for the rest of the month was given back, so what was used of the rest's credits is returned: it counts in the
 * month that begins then. Otherwise each change back and forth would bring a month's credits.
 */
function expire(transaction: OrganizationTransaction, catalog: Catalog, included: Included, at: number): number {
  const { includedMonthStart: start, includedMonthEnd: end, includedPlanKey: largest, includedGiven } = included;
  const left = transaction.balance.included;
  if (left > 0) {
    transaction.post({
      kind: 'EXPIRY',
      credits: { included: 0 - left, topUp: 0 },
      occurredAt: Math.min(at, end ?? at),
    });
    transaction.append({ kind: 'INCLUDED_CREDITS_EXPIRED', details: { credits: 0 - left } });
  }
  if (start === null || end === null) return 0;
  // A plan that started within the month has brought credits for the rest of the month only, and all of them.
  const worth = largest === null ? includedGiven : includedIn(catalog, largest);
  return Math.max(0, Math.min(includedGiven, shareOfRest(worth, { start, end }, at) - left));
}

function includedIn(catalog: Catalog, planKey: string): number {
  return planOfCatalog(catalog, planKey)?.includedCredits ?? 0;
}
