import { creditsReturned } from '../../domain/billing/returned-credits';
import type { Payment } from '../../payments/provider';
import { findOrder, type OrderRow, updateOrder } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { completeOrder, endOrder } from '../checkout/order-outcomes';
import { once } from '../credits/idempotency';
import { rechargeIsDeclined, rechargeIsPaid } from '../recharge/recharge-outcomes';

/**
 * Takes over how the payment of an order stands (B6): its credits come once, however often and by whatever news this is called,
 * and what the payer got back takes them away again. `asked` is the ticket of the answer; one that was overtaken is dropped.
 */
export async function applyPayment(
  transaction: OrganizationTransaction,
  currency: string,
  orderId: string,
  payment: Payment,
  asked: number,
): Promise<void> {
  const order = await findOrder(transaction.writer, transaction.organization.id, orderId);
  if (!order || order.told >= asked) return;
  const money = { orderId, amount: order.amount, currency };

  if (payment.status === 'PAID') {
    if (order.status !== 'COMPLETED') await complete(transaction, order, money);
    const { returnedAmount, returnedCredits } = takeBack(transaction, order, payment.amountReturned, currency);
    await completeOrder(transaction, order, { returnedAmount, returnedCredits, told: asked });
    return;
  }
  const isFirstNews = payment.declineId !== null && payment.declineId !== order.declineId;
  if (order.status === 'OPEN') {
    if (order.kind === 'RECHARGE' && payment.status !== 'OPEN') await rechargeIsDeclined(transaction, order, money);
    else if (isFirstNews) transaction.append({ kind: 'PAYMENT_DECLINED', actorId: order.actorId, details: money });
  }
  const news = { declineId: payment.declineId, told: asked };
  if (order.status === 'OPEN' && payment.status !== 'OPEN') await endOrder(transaction, order, payment.status, news);
  else await updateOrder(transaction.writer, order, news);
}

type Money = Readonly<{ orderId: string; amount: number; currency: string }>;

async function complete(transaction: OrganizationTransaction, order: OrderRow, money: Money): Promise<void> {
  const { credits, actorId, kind } = order;
  if (kind !== 'TOP_UP' && kind !== 'RECHARGE') return;
  transaction.post({ kind, credits: { included: 0, topUp: credits }, once: once(order.id, [credits]) });
  transaction.append({
    kind: kind === 'TOP_UP' ? 'TOP_UP_PAID' : 'RECHARGE_PAID',
    actorId,
    details: { ...money, credits, packKey: order.packKey },
  });
  if (kind === 'RECHARGE') await rechargeIsPaid(transaction, order);
}

/** Credits follow the money, either way: a refund may fail after it was made. */
function takeBack(
  transaction: OrganizationTransaction,
  order: OrderRow,
  returnedAmount: number,
  currency: string,
): Pick<OrderRow, 'returnedAmount' | 'returnedCredits'> {
  const returnedCredits = creditsReturned(order.credits, order.amount, returnedAmount);
  const credits = order.returnedCredits - returnedCredits;
  if (credits !== 0) transaction.post({ kind: 'REFUND', credits: { included: 0, topUp: credits } });
  if (returnedAmount !== order.returnedAmount)
    transaction.append({
      kind: 'PAYMENT_RETURNED',
      details: { orderId: order.id, amount: order.returnedAmount - returnedAmount, currency, credits },
    });
  return { returnedAmount, returnedCredits };
}
