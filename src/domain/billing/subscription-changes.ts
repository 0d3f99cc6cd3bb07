import { type Catalog, planOfCatalog } from './catalog';
import type { SubscriptionTerms } from './orders';

/** When a change takes effect (B4): at once, with what is owed for the rest of the period, or when the period ends. */
export type ChangeTiming = 'NOW' | 'AT_PERIOD_END';

/** What the terms cost for one period, in the currency's minor unit; null where the catalog does not sell them. */
export function priceOf(catalog: Catalog, { planKey, cadence }: SubscriptionTerms): number | null {
  return planOfCatalog(catalog, planKey)?.prices[cadence] ?? null;
}

/**
 * When a change from `current` to `target` takes effect: what lowers the plan or the cadence, in either respect, waits for the
 * end of the period, and everything else is at once (B4). A plan that has left the catalog is the least of all.
 */
export function timingOf(catalog: Catalog, current: SubscriptionTerms, target: SubscriptionTerms): ChangeTiming {
  const rank = (key: string) => catalog.plans.findIndex((plan) => plan.key === key);
  const lowersPlan = rank(target.planKey) < rank(current.planKey);
  const lowersCadence = current.cadence === 'ANNUAL' && target.cadence === 'MONTHLY';
  return lowersPlan || lowersCadence ? 'AT_PERIOD_END' : 'NOW';
}

export function isSame(one: SubscriptionTerms, other: SubscriptionTerms): boolean {
  return one.planKey === other.planKey && one.cadence === other.cadence;
}
