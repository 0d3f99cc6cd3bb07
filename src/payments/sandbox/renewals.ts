import { periodFrom } from '../../domain/billing/periods';
import type { SandboxAccount, SandboxSubscription } from './account';
import { collect } from './bills';

/** Whether a period has ended of which nothing has come yet. */
export function isBehind({ subscription }: SandboxAccount, now: number): boolean {
  return subscription !== null && subscription.period.end <= now;
}

/** Lets everything happen that fell due up to `now`, one period after the other. */
export function bringUpTo(account: SandboxAccount, now: number): void {
  while (account.subscription && isBehind(account, now)) {
    account.subscription = afterPeriod(account, account.subscription);
  }
}

/**
 * The subscription after its period. If the card does not pay for the next period, the subscription continues unpaid for that one.
 * If the overdue amount can't be charged at its end either, the subscription ends.
 */
function afterPeriod(account: SandboxAccount, ending: SandboxSubscription): SandboxSubscription | null {
  if (ending.scheduled?.terms === null) return null;
  const paidAt = ending.period.end;
  const renewal = { reason: 'RENEWAL', orderId: null, paidAt } as const;
  if (ending.overdue !== null && collect(account, ending.overdue, renewal) === null) return null;

  const { planKey, cadence, price } = ending.scheduled?.terms ?? ending;
  const isPaid = collect(account, price, renewal) !== null;
  const period = periodFrom(ending.anchor, paidAt, cadence);
  return {
    ...ending,
    ...{ planKey, cadence, price, period },
    planSince: period.start,
    paidPlans: isPaid ? [{ planKey, since: period.start }] : [],
    overdue: isPaid ? null : price,
    scheduled: null,
  };
}

/** Pays for the present period where that is overdue. False if the card was declined. */
export function settleOverdue(account: SandboxAccount, now: number): boolean {
  const { subscription } = account;
  if (!subscription || subscription.overdue === null) return true;
  const paid = collect(account, subscription.overdue, { reason: 'RENEWAL', orderId: null, paidAt: now });
  if (paid === null) return false;
  const { planKey, period } = subscription;
  account.subscription = { ...subscription, overdue: null, paidPlans: [{ planKey, since: period.start }] };
  return true;
}
