import type { AccountSubscription } from '../provider';
import type { SandboxSubscription } from './account';

/** The subscription as the provider tells of it. The sandbox has no trials. */
export function accountSubscription(subscription: SandboxSubscription): AccountSubscription {
  const { planKey, cadence, period, planSince, overdue, scheduled, orderId } = subscription;
  const isPeriodPaid = overdue === null;
  return {
    ...{ planKey, cadence, period, planSince, orderId, isPeriodPaid },
    status: isPeriodPaid ? 'ACTIVE' : 'PAST_DUE',
    scheduled: scheduled && {
      terms: scheduled.terms && { planKey: scheduled.terms.planKey, cadence: scheduled.terms.cadence },
      at: period.end,
    },
  };
}
