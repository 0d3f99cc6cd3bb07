import type { SubscriptionTerms } from '../../domain/billing/orders';
import { Refusal } from '../../domain/refusals';
import { ChangeOutdated } from '../../payments/payment-faults';
import type { ChangePreview } from '../../payments/provider';
import { findBillingAccount } from '../../store/billing-accounts';
import { deleteOrder, findOrder, type OrderRow, openOrdersOf, updateOrder } from '../../store/billing-orders';
import type { OrganizationRow } from '../../store/organizations';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsHost, changeAsMember } from '../change-organization';
import { openCheckout } from '../checkout/open-checkout';
import { onceFor, orderMadeBy, placeOrder } from '../checkout/orders';
import { requireReturnUrl } from '../checkout/require-return-url';
import { customerOf } from '../payments/customer-of';
import { paymentsOf } from '../payments/payments-of';
import { settleOrder } from '../payments/settle-order';
import type { Services } from '../services';
import { orderChange, previewExpired, requireNoChangeUnderWay } from './order-change';
import { planChange, type SubscriptionPlan } from './plan-change';
import { previewOf, shownIn } from './preview-change';
import { momentOf, shows } from './preview-token';

export interface SubscriptionChange extends SubscriptionTerms {
  readonly actorId: string;
  readonly organizationId: string;
  /** Of the preview that the person saw; null: whatever it costs now. */
  readonly previewToken: string | null;
  readonly returnUrl: string | null;
  readonly idempotencyKey: string | null;
}

interface Placed {
  readonly order: OrderRow;
  readonly plan: SubscriptionPlan;
  /** As it was when the order was placed. */
  readonly organization: OrganizationRow;
}

/**
 * Subscribes the organization, or changes its subscription (B4). Returns the page on which the payer has to finish it, for a
 * first subscription; null if it is done.
 */
export async function changeSubscription(services: Services, wish: SubscriptionChange): Promise<string | null> {
  const placed = await place(services, wish);
  if ('repeated' in placed) return outcomeOf(placed.repeated);
  const { order, plan } = placed;
  if (plan.kind === 'START') return start(services, wish, placed);
  await orderChange(services, order, async (payments, customerId) => {
    const numbers =
      (await pinned(services, wish, placed)) ?? (await payments.previewChange(customerId, plan.change, null));
    await changeAsHost(services.transactions, order.organizationId, ({ writer }) =>
      updateOrder(writer, order, { amount: numbers.amountDueNow }),
    );
    await payments.applyChange(customerId, order.id, plan.change, numbers);
  });
  return null;
}

function place(services: Services, wish: SubscriptionChange): Promise<Placed | { repeated: OrderRow }> {
  const { actorId, organizationId, planKey, cadence, previewToken, returnUrl, idempotencyKey } = wish;
  return changeAsMember(
    services.transactions,
    organizationId,
    actorId,
    'MANAGE_BILLING',
    async (transaction, actor) => {
      const { organization } = transaction;
      requireControl('SUBSCRIPTION', situationOf(organization, actor.billingRole, services.checkout));
      if (returnUrl !== null) requireReturnUrl(services, returnUrl);
      const call = onceFor('changeSubscription', idempotencyKey, [planKey, cadence, returnUrl, previewToken]);
      const known = await orderMadeBy(transaction, call);
      // A caller that ordered a page and never got it continues with the same order.
      const isUnfinished = known?.kind === 'SUBSCRIPTION' && known.status === 'OPEN' && known.checkoutUrl === null;
      if (known && !isUnfinished) return { repeated: known };

      const plan = planChange(services.catalog, organization, { planKey, cadence });
      if (known) return { order: known, plan, organization };
      if (plan.kind === 'START' && returnUrl === null)
        throw new Refusal('INVALID', 'A first subscription is paid on a page that needs an address to return to.', [
          'input',
          'returnUrl',
        ]);
      if (plan.kind === 'CHANGE') await requireNoChangeUnderWay(transaction);
      const kind = plan.kind === 'START' ? 'SUBSCRIPTION' : 'CHANGE';
      const amount = plan.kind === 'START' ? plan.price : 0;
      const order = await placeOrder(transaction, { kind, actorId, planKey, cadence, amount }, call);
      return { order, plan, organization };
    },
  );
}

/** What became of the call that was made with this key before. */
function outcomeOf({ status, kind, checkoutUrl }: OrderRow): string | null {
  if (status === 'DECLINED') throw new Refusal('PAYMENT_DECLINED', 'The payment of this key was declined.');
  if (status === 'EXPIRED')
    throw new Refusal('INVALID', 'The order of this key has ended unpaid. Start again, with a new key.', [
      'input',
      'idempotencyKey',
    ]);
  if (status === 'COMPLETED') return null;
  if (kind === 'SUBSCRIPTION') return checkoutUrl;
  throw new Refusal('INVALID', 'The change of this key is in progress. Try again in a moment.');
}

/**
 * The numbers of the confirmed preview, computed again. Null if no preview was confirmed. Throws `ChangeOutdated` if they are
 * different now.
 */
async function pinned(
  services: Services,
  { previewToken: token, planKey, cadence }: SubscriptionChange,
  { plan, organization }: Placed,
): Promise<ChangePreview | null> {
  if (token === null) return null;
  const account = await findBillingAccount(services.database.reader, organization.id);
  const at = momentOf(token, await paymentsOf(services).now(account?.customerId ?? null));
  if (at === null) throw new ChangeOutdated('The preview has expired.');
  const preview = await previewOf(services, organization.id, plan, at);
  if (!shows(token, at, shownIn(organization, { planKey, cadence }, preview)))
    throw new ChangeOutdated('The preview had other numbers.');
  return preview;
}

async function start(services: Services, wish: SubscriptionChange, placed: Placed): Promise<string> {
  const { order } = placed;
  const { planKey, cadence, actorId, returnUrl } = wish;
  try {
    await pinned(services, wish, placed);
    await closeEarlierPages(services, order);
  } catch (error) {
    if (!(error instanceof ChangeOutdated) && !(error instanceof Refusal)) throw error;
    await changeAsHost(services.transactions, order.organizationId, ({ writer }) => deleteOrder(writer, order));
    throw error instanceof ChangeOutdated ? previewExpired() : error;
  }
  const item = { kind: 'SUBSCRIPTION', planKey, cadence } as const;
  return openCheckout(services, { order, actorId, control: 'SUBSCRIPTION', item, returnUrl: returnUrl ?? '' });
}

/** Two pages that were both paid would be two subscriptions: before there is a new one, those before it are closed. */
async function closeEarlierPages(services: Services, order: OrderRow): Promise<void> {
  const { organizationId } = order;
  const { reader } = services.database;
  for (const earlier of await openOrdersOf(reader, organizationId, 'SUBSCRIPTION')) {
    if (earlier.id === order.id || earlier.checkoutId === null) continue;
    const customerId = earlier.customerId ?? (await customerOf(services, organizationId));
    await paymentsOf(services).expireCheckout(customerId, earlier.checkoutId);
    await settleOrder(services, organizationId, earlier.id);
    if ((await findOrder(reader, organizationId, earlier.id))?.status === 'COMPLETED')
      throw new Refusal('INVALID', 'The organization has got a subscription in the meantime. Request a new preview.');
  }
}
