import type { SubscriptionTerms } from '../../domain/billing/orders';
import { isLimiting } from '../../domain/billing/spending';
import { permits } from '../../domain/access/permissions';
import { Forbidden, Refusal } from '../../domain/refusals';
import { ChangeOutdated } from '../../payments/payment-faults';
import type { ChangePreview } from '../../payments/provider';
import { findBillingAccount } from '../../store/billing-accounts';
import { deleteOrder, type OrderRow, updateOrder } from '../../store/billing-orders';
import { membersAmong } from '../../store/members';
import type { OrganizationRow } from '../../store/organizations';
import type { PurchaseRequestRow } from '../../store/purchase-requests';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsHost, changeAsMember } from '../change-organization';
import { openCheckout } from '../checkout/open-checkout';
import { onceFor, orderMadeBy, placeOrder } from '../checkout/orders';
import { requireReturnUrl } from '../checkout/require-return-url';
import { dropOrder } from '../checkout/order-outcomes';
import { paymentsOf } from '../payments/payments-of';
import type { Services } from '../services';
import { askedPlan } from '../spending/asked-purchases';
import { countsFor, isLimited, judgePurchase, limitsOf } from '../spending/judge-purchase';
import { approvalRequired } from '../spending/purchase-refusal';
import { requireOwnOrder } from '../spending/require-own-order';
import { orderApprovedFor, requestPurchase } from '../spending/request-purchase';
import { closeEarlierPages } from './close-earlier-pages';
import { orderChange, previewExpired, requireNoChangeUnderWay } from './order-change';
import { countedFor, planChange, type SubscriptionPlan } from './plan-change';
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
  /** Whether it counts under the spending policy (T4), and whether it has to be judged before it goes on. */
  readonly counts: boolean;
  readonly isLimited: boolean;
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
    await reserve(services, wish, placed, numbers);
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
      const known = (await orderMadeBy(transaction, call)) ?? (await orderApprovedFor(transaction, call));
      if (known) requireOwnOrder(organization, actor, known);
      // A caller that ordered a page and never got it continues with the same order.
      const isUnfinished = known?.kind === 'SUBSCRIPTION' && known.status === 'OPEN' && known.checkoutUrl === null;
      if (known && !isUnfinished) return { repeated: known };

      const plan = planChange(services.catalog, organization, { planKey, cadence });
      const policy = { counts: countsFor(actor), isLimited: isLimited(organization, actor) };
      if (known) return { order: known, plan, organization, ...policy };
      if (plan.kind === 'START' && returnUrl === null)
        throw new Refusal('FIRST_SUBSCRIPTION_NEEDS_RETURN_URL', ['input', 'returnUrl']);
      if (plan.kind === 'CHANGE') await requireNoChangeUnderWay(transaction);
      const kind = plan.kind === 'START' ? 'SUBSCRIPTION' : 'CHANGE';
      const amount = plan.kind === 'START' ? plan.price : 0;
      // What has to be judged counts from then on.
      const countedAmount = plan.kind === 'START' && policy.counts && !policy.isLimited ? amount : null;
      const order = await placeOrder(transaction, { kind, actorId, planKey, cadence, amount, countedAmount }, call);
      return { order, plan, organization, ...policy };
    },
  );
}

/** What became of the call that was made with this key before. */
function outcomeOf({ status, kind, checkoutUrl }: OrderRow): string | null {
  if (status === 'DECLINED') throw new Refusal('KEY_DECLINED');
  if (status === 'EXPIRED') throw new Refusal('KEY_EXPIRED', ['input', 'idempotencyKey']);
  if (status === 'COMPLETED') return null;
  if (kind === 'SUBSCRIPTION') return checkoutUrl;
  throw new Refusal('KEY_IN_PROGRESS');
}

/**
 * Notes the amount, and what it counts as, before anything is charged. A purchase over the spending policy becomes a purchase request
 * instead of the order (T4). Permission and role are those under this lock.
 */
async function reserve(
  services: Services,
  { actorId, organizationId }: SubscriptionChange,
  { order, plan, counts, organization: before }: Placed,
  numbers: ChangePreview,
): Promise<void> {
  const { catalog } = services;
  const outcome = await changeAsHost(
    services.transactions,
    organizationId,
    async (transaction): Promise<'RESERVED' | 'FORBIDDEN' | PurchaseRequestRow> => {
      const { writer, organization } = transaction;
      const counted = countedFor(catalog, before, plan, numbers.amountDueNow);
      const note = async (countedAmount: number | null) => {
        await updateOrder(writer, order, { amount: numbers.amountDueNow, countedAmount });
        return 'RESERVED' as const;
      };
      if (!isLimiting(limitsOf(organization))) return note(counts ? counted : null);
      const actor = (await membersAmong(writer, organizationId, [actorId])).get(actorId);
      if (!actor || !permits(actor.billingRole, 'MANAGE_BILLING')) {
        await dropOrder(transaction, order);
        return 'FORBIDDEN';
      }
      if (!countsFor(actor)) return note(null);
      const kind = plan.kind === 'START' ? 'SUBSCRIPTION' : 'CHANGE';
      if (!(await judgePurchase(transaction, kind, counted))) return note(counted);
      await dropOrder(transaction, order);
      const { keyHash, valuesHash } = order;
      const call = keyHash === null ? null : { keyHash, valuesHash: valuesHash ?? '' };
      return requestPurchase(transaction, catalog, actorId, askedPlan(before, plan, numbers), call);
    },
  );
  if (outcome === 'FORBIDDEN') throw new Forbidden();
  if (outcome !== 'RESERVED') throw approvalRequired(outcome);
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
    const shown = await pinned(services, wish, placed);
    if (placed.isLimited && order.countedAmount === null)
      await reserve(
        services,
        wish,
        placed,
        shown ?? (await previewOf(services, order.organizationId, placed.plan, null)),
      );
    await closeEarlierPages(services, order);
  } catch (error) {
    if (!(error instanceof ChangeOutdated) && !(error instanceof Refusal)) throw error;
    await changeAsHost(services.transactions, order.organizationId, ({ writer }) => deleteOrder(writer, order));
    throw error instanceof ChangeOutdated ? previewExpired() : error;
  }
  const item = { kind: 'SUBSCRIPTION', planKey, cadence } as const;
  return openCheckout(services, { order, actorId, control: 'SUBSCRIPTION', item, returnUrl: returnUrl ?? '' });
}
