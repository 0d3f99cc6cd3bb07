import type { PlainMessageCode } from '../../domain/refusal-messages';
import { Refusal } from '../../domain/refusals';
import type { CancellationReason } from '../../domain/billing/terms';
import { insertCancellationComment } from '../../store/cancellation-comments';
import type { OrderRow } from '../../store/billing-orders';
import type { OrganizationRow } from '../../store/organizations';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsMember } from '../change-organization';
import { placeOrder } from '../checkout/orders';
import { termsOf } from '../payments/subscription-entries';
import type { Services } from '../services';
import { requireNoChangeUnderWay } from './order-change';

export interface SubscriptionCommand {
  readonly actorId: string;
  readonly organizationId: string;
}

/** Why a subscription is canceled. */
export interface Cancellation {
  readonly reason: CancellationReason | null;
  /** It never enters the log (R13). */
  readonly comment: string | null;
}

/** Orders something of the subscription that there is, unless `whyNot` says that it would change nothing. */
export function placeChange(
  { transactions, checkout }: Services,
  { actorId, organizationId }: SubscriptionCommand,
  whyNot: (organization: OrganizationRow) => PlainMessageCode | null,
  { reason, comment }: Cancellation = { reason: null, comment: null },
): Promise<OrderRow> {
  return changeAsMember(transactions, organizationId, actorId, 'MANAGE_BILLING', async (transaction, actor) => {
    const { organization } = transaction;
    requireControl('SUBSCRIPTION', situationOf(organization, actor.billingRole, checkout));
    const terms = termsOf(organization);
    const refusal = terms ? whyNot(organization) : 'NO_SUBSCRIPTION';
    if (refusal !== null) throw new Refusal(refusal);
    await requireNoChangeUnderWay(transaction);
    const order = await placeOrder(transaction, { kind: 'CHANGE', actorId, ...terms, cancelReason: reason }, null);
    if (comment !== null)
      await insertCancellationComment(transaction.writer, {
        ...{ orderId: order.id, organizationId, userId: actorId, comment, createdAt: transaction.now },
      });
    return order;
  });
}

/** Whether the subscription is going to end with its period. */
export function isEnding({ scheduledAt, scheduledPlanKey }: OrganizationRow): boolean {
  return scheduledAt !== null && scheduledPlanKey === null;
}
