import { type Catalog, type CatalogCreditPack, creditPackOfCatalog } from '../../domain/billing/catalog';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import type { ChangePreview } from '../../payments/provider';
import type { OrganizationRow } from '../../store/organizations';
import type { PurchaseRequestRow } from '../../store/purchase-requests';
import { planChange, type SubscriptionPlan } from '../subscription/plan-change';
import { shownIn } from '../subscription/preview-change';
import { type AskedPurchase, basisHashOf } from './request-purchase';

/** A credit pack as it is asked for. */
export function askedPack({ key: packKey, credits, price: amount }: CatalogCreditPack): AskedPurchase {
  return {
    kind: 'TOP_UP',
    ...{ planKey: null, cadence: null, packKey, credits, amount },
    ...{ nextInvoice: null, nextInvoiceAt: null, previewAt: null },
    basis: [packKey, credits, amount],
  };
}

/** A subscription, or a change of it, as it is asked for: as of its preview's moment. */
export function askedPlan(
  organization: OrganizationRow,
  plan: SubscriptionPlan,
  preview: Pick<ChangePreview, 'at' | 'amountDueNow' | 'nextInvoice' | 'nextInvoiceAt'>,
): AskedPurchase {
  const { planKey, cadence } = termsOfPlan(plan);
  const { at: previewAt, amountDueNow: amount, nextInvoice, nextInvoiceAt } = preview;
  const ofPlan = plan.kind === 'CHANGE' ? plan.change.timing : plan.price;
  return {
    kind: plan.kind === 'START' ? 'SUBSCRIPTION' : 'CHANGE',
    ...{ planKey, cadence, packKey: null, credits: 0, amount },
    ...{ nextInvoice, nextInvoiceAt, previewAt },
    basis: [ofPlan, ...shownIn(organization, { planKey, cadence }, preview)],
  };
}

function termsOfPlan(plan: SubscriptionPlan): SubscriptionTerms {
  return plan.kind === 'START' ? plan.terms : plan.change;
}

/** The pack of a request, if it is sold as it was then. */
export function packAsAsked(catalog: Catalog, request: PurchaseRequestRow): CatalogCreditPack | null {
  const pack = creditPackOfCatalog(catalog, request.packKey);
  return pack && basisHashOf(askedPack(pack).basis) === request.basisHash ? pack : null;
}

/** The plan of a request, if subscription, period and price are what they were then. Refuses as `planChange` does. */
export function planAsAsked(
  catalog: Catalog,
  organization: OrganizationRow,
  request: PurchaseRequestRow,
): SubscriptionPlan | null {
  const { planKey, cadence } = request;
  if (planKey === null || cadence === null) return null;
  const plan = planChange(catalog, organization, { planKey, cadence });
  const { basis } = askedPlan(organization, plan, numbersOf(request));
  return basisHashOf(basis) === request.basisHash ? plan : null;
}

/** The numbers that the request pins. */
export function numbersOf({ previewAt, amount, nextInvoice, nextInvoiceAt }: PurchaseRequestRow): ChangePreview {
  return {
    at: previewAt ?? 0,
    amountDueNow: amount,
    nextInvoice: nextInvoice ?? 0,
    nextInvoiceAt: nextInvoiceAt ?? 0,
  };
}
