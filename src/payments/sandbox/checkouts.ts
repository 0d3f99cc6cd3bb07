import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import { priceOf } from '../../domain/billing/subscription-changes';
import { periodFrom } from '../../domain/billing/periods';
import type { CheckoutOrder } from '../provider';
import type { SandboxAccount, SandboxCard, SandboxCheckout, SandboxOrder } from './account';
import { collect, setAgainstCredit } from './bills';
import { addOrder, findOrder, noteDecline, statusOf } from './orders';
import { randomId } from './random-id';

/** How long a checkout may be paid, in milliseconds of the customer's time. */
const CHECKOUT_LIFE = 24 * 60 * 60 * 1000;

export const GOOD_CARD: SandboxCard = { lastDigits: '4242', isGood: true };
export const DECLINING_CARD: SandboxCard = { lastDigits: '0002', isGood: false };

/** An order with a page to pay on. */
export type CheckoutOfOrder = SandboxOrder & { readonly checkout: SandboxCheckout };

/** The order's checkout, created if necessary. */
export function openCheckout(
  account: SandboxAccount,
  catalog: Catalog,
  { orderId, item, returnUrl }: CheckoutOrder,
  now: number,
): CheckoutOfOrder {
  const known = findOrder(account, orderId);
  if (known && hasCheckout(known)) return known;
  if (known) throw new Error(`The order ${orderId} is one of another kind.`);
  const order = addOrder(account, {
    ...{ orderId, ...soldAs(catalog, item) },
    kind: 'CHECKOUT',
    createdAt: now,
    checkout: { id: randomId('cs'), item, returnUrl, expiresAt: now + CHECKOUT_LIFE },
  }) as CheckoutOfOrder;
  if (account.hasEnded) order.status = 'EXPIRED';
  return order;
}

export function findCheckout({ orders }: SandboxAccount, checkoutId: string): CheckoutOfOrder | undefined {
  return orders.filter(hasCheckout).find(({ checkout }) => checkout.id === checkoutId);
}

export function expireCheckout(order: SandboxOrder): void {
  if (order.status === 'OPEN') order.status = 'EXPIRED';
}

/** Whether the payer can pay now: nobody needs a second subscription. */
export function isPayable(account: SandboxAccount, order: CheckoutOfOrder, now: number): boolean {
  const isSecond = order.checkout.item.kind === 'SUBSCRIPTION' && account.subscription !== null;
  return statusOf(order, now) === 'OPEN' && !isSecond;
}

/** What the payer would pay now. */
export function dueOf(account: SandboxAccount, order: CheckoutOfOrder): number {
  return order.checkout.item.kind === 'SUBSCRIPTION' && order.status !== 'PAID'
    ? setAgainstCredit(order.amount, account.credit).due
    : order.amount;
}

/** Pays with a good card, which is kept on file. False if it can't be paid. */
export function payCheckout(account: SandboxAccount, order: CheckoutOfOrder, now: number): boolean {
  if (!isPayable(account, order, now)) return false;
  account.card = GOOD_CARD;
  const { item } = order.checkout;
  if (item.kind === 'SUBSCRIPTION') {
    const { planKey, cadence } = item;
    const { orderId, amount: price } = order;
    order.amount =
      collect(account, price, { reason: 'START', orderId, terms: { planKey, cadence }, paidAt: now }) ?? price;
    const period = periodFrom(now, now, cadence);
    account.subscription = {
      ...{ planKey, cadence, price, period, orderId },
      anchor: now,
      planSince: now,
      paidPlans: [{ planKey, since: now }],
      overdue: null,
      scheduled: null,
    };
  }
  order.status = 'PAID';
  return true;
}

/** Tries with a card that is declined: the page stays open, and no card is kept. False if it can't be paid anyway. */
export function declineCheckout(account: SandboxAccount, order: CheckoutOfOrder, now: number): boolean {
  if (!isPayable(account, order, now)) return false;
  noteDecline(order, 'OPEN');
  return true;
}

function hasCheckout(order: SandboxOrder): order is CheckoutOfOrder {
  return order.checkout !== null;
}

function soldAs(catalog: Catalog, item: CheckoutOrder['item']): { amount: number; description: string } {
  if (item.kind === 'CREDIT_PACK')
    return { amount: item.amount, description: `${item.credits.toLocaleString('en')} credits` };
  const amount = priceOf(catalog, item);
  if (amount === null) throw new Error(`The catalog does not sell ${item.planKey} ${item.cadence}.`);
  return { amount, description: planOfCatalog(catalog, item.planKey)?.name ?? item.planKey };
}
