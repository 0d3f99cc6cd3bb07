import { fits } from '../../domain/billing/credits';
import { Refusal } from '../../domain/refusals';
import { ChangeOutdated } from '../../payments/payment-faults';
import type { OrderRow } from '../../store/billing-orders';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { findPurchaseRequest, type PurchaseRequestRow, updatePurchaseRequest } from '../../store/purchase-requests';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsHost, changeAsMember } from '../change-organization';
import { openCheckout } from '../checkout/open-checkout';
import { dropOrder } from '../checkout/order-outcomes';
import { placeOrder } from '../checkout/orders';
import { requireReturnUrl } from '../checkout/require-return-url';
import type { Services } from '../services';
import { closeEarlierPages } from '../subscription/close-earlier-pages';
import { orderChange, requireNoChangeUnderWay } from '../subscription/order-change';
import type { SubscriptionPlan } from '../subscription/plan-change';
import { numbersOf, packAsAsked, planAsAsked } from './asked-purchases';
import { findUndecidedPurchase, type PurchaseDecision } from './find-undecided-purchase';
import { namingTheRequest } from './naming-the-request';
import { decidePurchase } from './purchase-outcomes';

interface PurchaseApproval extends PurchaseDecision {
  /** Where the payer goes afterwards; needed where a page follows. */
  readonly returnUrl: string | null;
}

interface ApprovedPurchase {
  readonly request: PurchaseRequestRow;
  /** Where the payer pays. Null for a change of the subscription: it is done. */
  readonly checkoutUrl: string | null;
}

interface Begun {
  readonly order: OrderRow;
  readonly request: PurchaseRequestRow;
  /** Null for a credit pack. */
  readonly plan: SubscriptionPlan | null;
}

/**
 * Makes the purchase of a request with exactly its numbers (T4). If subscription, period or price are others now, the request lapses. A
 * declined payment leaves it open. Nobody approves their own request, whatever they have become since.
 */
export function approvePurchase(services: Services, approval: PurchaseApproval): Promise<ApprovedPurchase> {
  return namingTheRequest(services, approval, async () => {
    const begun = await begin(services, approval);
    if ('outdated' in begun) throw outdated();
    const checkoutUrl = await (begun.request.kind === 'CHANGE'
      ? makeChange(services, approval, begun)
      : openPage(services, approval, begun));
    return { request: await presentRequest(services, begun.request), checkoutUrl };
  });
}

function begin(
  services: Services,
  { actorId, organizationId, requestId, returnUrl }: PurchaseApproval,
): Promise<Begun | { readonly outdated: true }> {
  return changeAsMember(
    services.transactions,
    organizationId,
    actorId,
    'MANAGE_BILLING_ADMINS',
    async (transaction, { billingRole }) => {
      const { request, order: begun } = await findUndecidedPurchase(transaction, requestId);
      if (request.requestedBy === actorId) throw new Refusal('OWN_PURCHASE_REQUEST', ['input', 'requestId']);
      const control = request.kind === 'TOP_UP' ? 'TOP_UP' : 'SUBSCRIPTION';
      requireControl(control, situationOf(transaction.organization, billingRole, services.checkout));
      if (returnUrl !== null) requireReturnUrl(services, returnUrl);
      else if (request.kind !== 'CHANGE') throw new Refusal('PURCHASE_NEEDS_RETURN_URL', ['input', 'returnUrl']);
      const asked = asAsked(services, transaction, request);
      if (!asked) {
        await decidePurchase(transaction, request, 'LAPSED', { reason: 'OUTDATED' });
        return { outdated: true };
      }
      // A page that an earlier approval never handed out.
      if (begun?.status === 'OPEN') return { order: begun, request, plan: asked.plan };
      if (request.kind === 'CHANGE') await requireNoChangeUnderWay(transaction);
      const { kind, requestedBy, planKey, cadence, packKey, credits, amount } = request;
      const order = await placeOrder(
        transaction,
        {
          ...{ kind, planKey, cadence, packKey, credits, amount },
          ...{ actorId: requestedBy, approvedBy: actorId, purchaseRequestId: request.id },
        },
        null,
      );
      await updatePurchaseRequest(transaction.writer, request, { status: 'APPROVING', orderId: order.id });
      return { order, request, plan: asked.plan };
    },
  );
}

/** What the request asks for, if it is still for sale as it was. */
function asAsked(
  { catalog }: Services,
  { organization, balance }: OrganizationTransaction,
  request: PurchaseRequestRow,
): { readonly plan: SubscriptionPlan | null } | null {
  if (request.kind === 'TOP_UP') {
    const pack = packAsAsked(catalog, request);
    if (pack && !fits(balance, { included: 0, topUp: pack.credits })) throw new Refusal('BALANCE_TOO_LARGE');
    return pack && { plan: null };
  }
  try {
    const plan = planAsAsked(catalog, organization, request);
    return plan && { plan };
  } catch (error) {
    // It is not sold any more, or is what there is by now.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

async function makeChange(
  services: Services,
  { actorId, organizationId }: PurchaseApproval,
  { order, request, plan }: Begun,
): Promise<null> {
  if (plan?.kind !== 'CHANGE') throw new Error('A change of the subscription has a plan.');
  const asked = numbersOf(request);
  try {
    await orderChange(services, order, async (payments, customerId) => {
      const preview = await payments.previewChange(customerId, plan.change, asked.at);
      const isAsAsked =
        preview.at === asked.at &&
        preview.amountDueNow === asked.amountDueNow &&
        preview.nextInvoice === asked.nextInvoice &&
        preview.nextInvoiceAt === asked.nextInvoiceAt;
      if (!isAsAsked) throw new ChangeOutdated('The cost of the change is different now.');
      // The provider may have taken its time: the approver has to be an owner when it is charged.
      await changeAsMember(
        services.transactions,
        organizationId,
        actorId,
        'MANAGE_BILLING_ADMINS',
        async () => undefined,
      );
      await payments.applyChange(customerId, order.id, plan.change, preview);
    });
  } catch (error) {
    throw (await presentRequest(services, request)).status === 'LAPSED' ? outdated() : error;
  }
  return null;
}

async function openPage(
  services: Services,
  { actorId, returnUrl }: PurchaseApproval,
  { order, plan }: Begun,
): Promise<string> {
  const opening = { order, actorId, returnUrl: returnUrl ?? '', permission: 'MANAGE_BILLING_ADMINS' } as const;
  if (plan?.kind !== 'START') {
    const { credits, amount, packKey } = order;
    const item = { kind: 'CREDIT_PACK', packKey: packKey ?? '', credits, amount } as const;
    return openCheckout(services, { ...opening, control: 'TOP_UP', item });
  }
  try {
    await closeEarlierPages(services, order);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // One of them has been paid.
    await changeAsHost(services.transactions, order.organizationId, (transaction) =>
      dropOrder(transaction, order, 'OUTDATED'),
    );
    throw outdated();
  }
  const item = { kind: 'SUBSCRIPTION', ...plan.terms } as const;
  return openCheckout(services, { ...opening, control: 'SUBSCRIPTION', item });
}

/** The request as it is now. */
async function presentRequest({ database }: Services, request: PurchaseRequestRow): Promise<PurchaseRequestRow> {
  return (await findPurchaseRequest(database.reader, request.organizationId, request.id)) ?? request;
}

function outdated(): Refusal {
  return new Refusal('PURCHASE_OUTDATED', ['input', 'requestId']);
}
