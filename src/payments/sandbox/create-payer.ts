import type { Catalog } from '../../domain/billing/catalog';
import { isSame, priceOf, timingOf } from '../../domain/billing/subscription-changes';
import type { SandboxAccount } from './account';
import type { Accounts } from './accounts';
import { closeOpenBill, findBill } from './bills';
import {
  type CheckoutOfOrder,
  DECLINING_CARD,
  declineCheckout,
  dueOf,
  expireCheckout,
  findCheckout,
  GOOD_CARD,
  isPayable,
  payCheckout,
} from './checkouts';
import { giveBack, statusOf } from './orders';
import { portalView } from './portal-view';
import { bringUpTo, settleOverdue } from './renewals';
import type { Outcome, SandboxPayer } from './sandbox-payer';
import { totalOf } from './shown-account';
import { applyOnce, previewOf, scheduleOnce } from './subscription-changes';

/** The payer's side of the accounts. `clock` is the real time, in milliseconds, by which portal sessions end. */
export function createPayer(accounts: Accounts, catalog: Catalog, clock: () => number): SandboxPayer {
  const onCheckout = (
    customerId: string,
    checkoutId: string,
    act: (account: SandboxAccount, order: CheckoutOfOrder, now: number) => boolean,
  ) =>
    accounts.change(customerId, (account, now): Outcome => {
      const order = findCheckout(account, checkoutId);
      return order && act(account, order, now) ? 'DONE' : 'CLOSED';
    });

  /** Acts where there is a subscription that `isOpenFor` it. */
  const schedule = (customerId: string, scheduled: { readonly terms: null } | null) =>
    accounts.change(customerId, (account, now): Outcome => {
      const { subscription } = account;
      if (!subscription || (scheduled === null && subscription.scheduled === null)) return 'CLOSED';
      scheduleOnce(account, null, scheduled, now);
      return 'DONE';
    });

  const move = (account: SandboxAccount, now: number, milliseconds: number): Outcome => {
    if (!(milliseconds > 0)) return 'CLOSED';
    account.clockAhead += milliseconds;
    bringUpTo(account, now + milliseconds);
    return 'DONE';
  };

  return {
    readCheckout: (customerId, checkoutId) =>
      accounts.seek(customerId, (account, now) => {
        const order = findCheckout(account, checkoutId);
        if (!order) return null;
        const { organizationId, organizationName } = account;
        const { item, returnUrl } = order.checkout;
        return {
          ...{ organizationId, organizationName, item, returnUrl, orderId: order.orderId },
          status: statusOf(order, now),
          isPayable: isPayable(account, order, now),
          amount: dueOf(account, order),
          wasDeclined: order.declineId !== null,
        };
      }),
    payCheckout: (customerId, checkoutId) => onCheckout(customerId, checkoutId, payCheckout),
    declineCheckout: (customerId, checkoutId) => onCheckout(customerId, checkoutId, declineCheckout),

    readInvoice: (customerId, key) =>
      accounts.seek(customerId, (account) => {
        const bill = findBill(account, key);
        if (!bill) return null;
        const { organizationId, organizationName, card } = account;
        return { ...bill, organizationId, organizationName, card, total: totalOf(account, bill) };
      }),
    payInvoice: (customerId, key, withNewCard) =>
      accounts.change(customerId, (account, now) => {
        if (findBill(account, key)?.status !== 'OPEN' || account.subscription?.overdue == null) return 'CLOSED';
        if (withNewCard) account.card = GOOD_CARD;
        return settleOverdue(account, now) ? 'DONE' : 'DECLINED';
      }),

    readPortal: (customerId, sessionId) =>
      accounts.seek(customerId, (account, now) => {
        const session = account.portalSessions.find(({ id }) => id === sessionId);
        return session ? portalView(account, catalog, session, now, clock()) : null;
      }),
    putCard: (customerId, isGood) =>
      accounts.change(customerId, (account) => {
        if (account.isGone) return 'CLOSED';
        account.card = isGood ? GOOD_CARD : DECLINING_CARD;
        return 'DONE';
      }),
    removeCard: (customerId) =>
      accounts.change(customerId, (account) => {
        account.card = null;
        return 'DONE';
      }),
    changeSubscription: (customerId, terms) =>
      accounts.change(customerId, (account, now) => {
        const { subscription } = account;
        if (!subscription || isSame(subscription, terms) || priceOf(catalog, terms) === null) return 'CLOSED';
        const change = { ...terms, timing: timingOf(catalog, subscription, terms) };
        return applyOnce(account, catalog, null, change, previewOf(account, catalog, change, now, now), now);
      }),
    cancelSubscription: (customerId) => schedule(customerId, { terms: null }),
    resumeSubscription: (customerId) => schedule(customerId, null),
    settleOverdue: (customerId) =>
      accounts.change(customerId, (account, now) => {
        if (account.subscription?.overdue == null) return 'CLOSED';
        return settleOverdue(account, now) ? 'DONE' : 'DECLINED';
      }),
    refund: (customerId, orderId, amount) =>
      accounts.change(customerId, (account) => (giveBack(account, orderId, amount) ? 'DONE' : 'CLOSED')),
    removeCustomer: (customerId) =>
      accounts.change(customerId, (account) => {
        if (account.isGone) return 'CLOSED';
        Object.assign(account, { isGone: true, subscription: null, card: null });
        closeOpenBill(account, 'VOID');
        for (const order of account.orders) expireCheckout(order);
        return 'DONE';
      }),
    loseDispute: (customerId, orderId) =>
      accounts.change(customerId, (account) =>
        giveBack(account, orderId, Number.MAX_SAFE_INTEGER) ? 'DONE' : 'CLOSED',
      ),
    moveClock: (customerId, milliseconds) =>
      accounts.change(customerId, (account, now) => move(account, now, milliseconds)),
    moveClockToRenewal: (customerId) =>
      accounts.change(customerId, (account, now) =>
        account.subscription ? move(account, now, account.subscription.period.end - now) : 'CLOSED',
      ),
  };
}
