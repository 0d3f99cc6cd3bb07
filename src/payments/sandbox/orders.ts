import type { ChargeOrder, Payment } from '../provider';
import type { SandboxAccount, SandboxOrder } from './account';
import { present } from './accounts';
import { canPay } from './bills';
import { randomId } from './random-id';

export function findOrder({ orders }: SandboxAccount, orderId: string): SandboxOrder | undefined {
  return orders.find((order) => order.orderId === orderId);
}

/** Writes down an order of which nothing has come yet. */
export function addOrder(
  { orders }: SandboxAccount,
  order: Pick<SandboxOrder, 'orderId' | 'kind' | 'description' | 'amount' | 'createdAt' | 'checkout'>,
): SandboxOrder {
  const added: SandboxOrder = { ...order, status: 'OPEN', amountReturned: 0, declineId: null };
  orders.push(added);
  return added;
}

/** Another try to pay was declined; whether there may be a next one is said by the status. */
export function noteDecline(order: SandboxOrder, status: 'OPEN' | 'DECLINED'): void {
  order.status = status;
  order.declineId = randomId('dcl');
}

/** How the order's payment stands. Null for a change that cost nothing. */
export function paymentOf(order: SandboxOrder, now: number): Payment | null {
  if (order.kind === 'CHANGE' && order.status === 'PAID' && order.amount === 0) return null;
  const { amountReturned, declineId } = order;
  return { status: statusOf(order, now), amountReturned, declineId };
}

export function statusOf({ status, checkout }: SandboxOrder, now: number): Payment['status'] {
  return status === 'OPEN' && checkout && checkout.expiresAt <= now ? 'EXPIRED' : status;
}

/** Charges the card on file for the order, once; a declined order stays declined. Throws `CustomerGone`. */
export function chargeOnce(account: SandboxAccount, charge: ChargeOrder, now: number): SandboxOrder {
  const known = findOrder(account, charge.orderId);
  if (known) return known;
  const { orderId, amount, description } = charge;
  const order = addOrder(present(account), {
    orderId,
    kind: 'CHARGE',
    description,
    amount,
    createdAt: now,
    checkout: null,
  });
  if (!canPay(account, amount)) noteDecline(order, 'DECLINED');
  else order.status = 'PAID';
  return order;
}

/** Gives back so much of what was paid for the order, or what is left of it. False if nothing is. */
export function giveBack(account: SandboxAccount, orderId: string, amount: number): boolean {
  const order = findOrder(account, orderId);
  if (order?.status !== 'PAID' || amount <= 0 || order.amountReturned === order.amount) return false;
  order.amountReturned = Math.min(order.amount, order.amountReturned + amount);
  return true;
}
