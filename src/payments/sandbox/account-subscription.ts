import type { AccountSubscription, PaidPlan } from '../provider';
import type { SandboxSubscription } from './account';

/** The subscription as the provider reports it. The sandbox has no trials. */
export function accountSubscription(subscription: SandboxSubscription): AccountSubscription {
  const { planKey, cadence, period, overdue, scheduled, orderId } = subscription;
  return {
    ...{ planKey, cadence, period, orderId },
    paidPlans: paidPlansOf(subscription),
    status: overdue === null ? 'ACTIVE' : 'PAST_DUE',
    scheduled: scheduled && {
      terms: scheduled.terms && { planKey: scheduled.terms.planKey, cadence: scheduled.terms.cadence },
      at: period.end,
    },
  };
}

/** What was paid for in the present period so far. */
export function paidPlansOf({ planKey, planSince, overdue, paidPlans }: SandboxSubscription): readonly PaidPlan[] {
  return paidPlans ?? (overdue === null ? [{ planKey, since: planSince }] : []);
}
