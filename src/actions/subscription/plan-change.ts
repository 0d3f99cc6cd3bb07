import type { Catalog } from '../../domain/billing/catalog';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import { countedForChange } from '../../domain/billing/spending';
import { isSame, priceOf, timingOf } from '../../domain/billing/subscription-changes';
import { Refusal } from '../../domain/refusals';
import type { PlannedChange } from '../../payments/provider';
import type { OrganizationRow } from '../../store/organizations';
import { termsOf } from '../payments/subscription-entries';

/** A first subscription, which the payer begins on the provider's page, or a change of the one there is (B4). */
export type SubscriptionPlan =
  | { readonly kind: 'START'; readonly terms: SubscriptionTerms; readonly price: number }
  | { readonly kind: 'CHANGE'; readonly change: PlannedChange };

/**
 * What `target` means for the organization. Refuses what the catalog does not sell, and what would change nothing: the terms
 * there are, unless something else is scheduled, and those that are scheduled already.
 */
export function planChange(
  catalog: Catalog,
  organization: OrganizationRow,
  { planKey, cadence }: SubscriptionTerms,
): SubscriptionPlan {
  const target = { planKey, cadence };
  if (!catalog.plans.some(({ key }) => key === planKey)) throw new Refusal('PLAN_NOT_FOUND', ['input', 'planKey']);
  const price = priceOf(catalog, target);
  if (price === null) throw new Refusal('CADENCE_NOT_SOLD', ['input', 'cadence']);
  const current = termsOf(organization);
  if (!current) return { kind: 'START', terms: target, price };

  const { scheduledAt, scheduledPlanKey, scheduledCadence } = organization;
  const isThere = isSame(current, target) && scheduledAt === null;
  const isComing = scheduledPlanKey === planKey && scheduledCadence === cadence;
  if (isThere || isComing) throw new Refusal('CHANGE_WITHOUT_EFFECT', ['input', 'planKey']);
  return { kind: 'CHANGE', change: { ...target, timing: timingOf(catalog, current, target) } };
}

/** What a purchase of it counts as under the spending policy (T4). */
export function countedFor(
  catalog: Catalog,
  organization: OrganizationRow,
  plan: SubscriptionPlan,
  amountDueNow: number,
): number {
  if (plan.kind === 'START') return plan.price;
  const current = termsOf(organization);
  return countedForChange(amountDueNow, current && priceOf(catalog, current), priceOf(catalog, plan.change));
}
