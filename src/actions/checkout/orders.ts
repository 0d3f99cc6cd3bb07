import { randomUUID } from 'node:crypto';
import { type OrderRow, findOrderByKey, insertOrder } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { type Once, once, wasMade } from '../credits/idempotency';

type Ordered = Pick<OrderRow, 'kind' | 'actorId'> &
  Partial<
    Pick<
      OrderRow,
      | 'planKey'
      | 'cadence'
      | 'packKey'
      | 'credits'
      | 'amount'
      | 'customerId'
      | 'countedAmount'
      | 'purchaseRequestId'
      | 'approvedBy'
      | 'cancelReason'
    >
  >;

/** Notes what is going to be asked of the provider, before it is. */
export async function placeOrder(
  transaction: OrganizationTransaction,
  ordered: Ordered,
  call: Once | null,
): Promise<OrderRow> {
  const order: OrderRow = {
    planKey: null,
    cadence: null,
    packKey: null,
    credits: 0,
    amount: 0,
    customerId: null,
    countedAmount: null,
    purchaseRequestId: null,
    approvedBy: null,
    cancelReason: null,
    ...ordered,
    id: randomUUID(),
    organizationId: transaction.organization.id,
    status: 'OPEN',
    checkoutId: null,
    checkoutUrl: null,
    declineId: null,
    returnedAmount: 0,
    returnedCredits: 0,
    told: 0,
    keyHash: call?.keyHash ?? null,
    valuesHash: call?.valuesHash ?? null,
    createdAt: transaction.now,
    chargedAt: null,
  };
  await insertOrder(transaction.writer, order);
  return order;
}

/** What makes a call of `mutation` with this key happen once (B8); null without a key. */
export function onceFor(
  mutation: string,
  key: string | null,
  values: readonly (string | number | null)[],
): Once | null {
  return key === null ? null : once(JSON.stringify([mutation, key]), values);
}

/** The order that the same call made before; other values under its key are refused. */
export async function orderMadeBy(
  { writer, organization }: OrganizationTransaction,
  call: Once | null,
): Promise<OrderRow | null> {
  const order = call && (await findOrderByKey(writer, organization.id, call.keyHash));
  if (!call || !order) return null;
  wasMade(call, new Map([[call.keyHash, order.valuesHash ?? '']]));
  return order;
}
