import { periodFrom } from '../../domain/billing/periods';
import type { SandboxAccount, SandboxSubscription } from './account';
import { addBill, closeOpenBill, collect, openBill } from './bills';

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
  if (ending.scheduled?.terms === null) {
    closeOpenBill(account, 'UNCOLLECTIBLE');
    return null;
  }
  const paidAt = ending.period.end;
  const renewal = { reason: 'RENEWAL', orderId: null, paidAt } as const;
  const overdue = { ...renewal, terms: { planKey: ending.planKey, cadence: ending.cadence } };
  if (ending.overdue !== null && collect(account, ending.overdue, overdue, openBill(account)) === null) {
    closeOpenBill(account, 'UNCOLLECTIBLE');
    return null;
  }

  const { planKey, cadence, price } = ending.scheduled?.terms ?? ending;
  const terms = { planKey, cadence };
  const isPaid = collect(account, price, { ...renewal, terms }) !== null;
  if (!isPaid) addBill(account, { reason: 'RENEWAL', terms, issuedAt: paidAt, status: 'OPEN', total: price });
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
  const { planKey, cadence, period } = subscription;
  const terms = { planKey, cadence };
  const renewal = { reason: 'RENEWAL', orderId: null, paidAt: now, terms } as const;
  const paid = collect(account, subscription.overdue, renewal, openBill(account));
  if (paid === null) return false;
  account.subscription = { ...subscription, overdue: null, paidPlans: [{ planKey, since: period.start }] };
  return true;
}
