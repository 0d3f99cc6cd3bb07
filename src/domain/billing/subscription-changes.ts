import { type Catalog, planOfCatalog } from './catalog';
import type { SubscriptionTerms } from './orders';

/** When a change takes effect (B4): at once, with a charge for the rest of the period, or at the end of the period. */
export type ChangeTiming = 'NOW' | 'AT_PERIOD_END';

/** What the terms cost for one period, in the currency's minor unit. Null if the catalog does not sell them. */
export function priceOf(catalog: Catalog, { planKey, cadence }: SubscriptionTerms): number | null {
  return planOfCatalog(catalog, planKey)?.prices[cadence] ?? null;
}

/**
 * When a change from `current` to `target` takes effect: a lower plan or a lower cadence waits for the end of the period, and
 * every other change is immediate (B4). A plan that is no longer in the catalog counts as the smallest.
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
