import { fits } from '../../domain/billing/credits';
import { Refusal } from '../../domain/refusals';
import type { OrderRow } from '../../store/billing-orders';
import type { PurchaseRequestRow } from '../../store/purchase-requests';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import { askedPack } from '../spending/asked-purchases';
import { countsFor, isLimited, judgePurchase } from '../spending/judge-purchase';
import { approvalRequired } from '../spending/purchase-refusal';
import { requireOwnOrder } from '../spending/require-own-order';
import { orderApprovedFor, requestPurchase } from '../spending/request-purchase';
import { openCheckout } from './open-checkout';
import { onceFor, orderMadeBy, placeOrder } from './orders';
import { creditPackOfCatalog } from '../../domain/billing/catalog';
import { requireReturnUrl } from './require-return-url';

export interface TopUp {
  readonly actorId: string;
  readonly organizationId: string;
  readonly creditPackKey: string;
  readonly returnUrl: string;
  readonly idempotencyKey: string;
}

/** The address of a page on which the pack can be paid for; the same one for the same key (B6, B8). */
export async function createTopUpCheckout(services: Services, topUp: TopUp): Promise<string> {
  const { actorId, returnUrl } = topUp;
  const placed = await place(services, topUp);
  if ('requested' in placed) throw approvalRequired(placed.requested);
  const { order } = placed;
  if (order.checkoutUrl !== null) return order.checkoutUrl;
  const { packKey, credits, amount } = order;
  const item = { kind: 'CREDIT_PACK', packKey: packKey ?? '', credits, amount } as const;
  return openCheckout(services, { order, actorId, control: 'TOP_UP', item, returnUrl });
}

type Placed = { readonly order: OrderRow } | { readonly requested: PurchaseRequestRow };

function place(services: Services, topUp: TopUp): Promise<Placed> {
  const { actorId, organizationId, creditPackKey, returnUrl, idempotencyKey } = topUp;
  return changeAsMember(
    services.transactions,
    organizationId,
    actorId,
    'MANAGE_BILLING',
    async (transaction, actor) => {
      requireControl('TOP_UP', situationOf(transaction.organization, actor.billingRole, services.checkout));
      requireReturnUrl(services, returnUrl);
      const call = onceFor('createTopUpCheckout', idempotencyKey, [creditPackKey, returnUrl]);
      const known = (await orderMadeBy(transaction, call)) ?? (await orderApprovedFor(transaction, call));
      if (known) requireOwnOrder(transaction.organization, actor, known);
      if (known?.status === 'EXPIRED') throw new Refusal('CHECKOUT_EXPIRED', ['input', 'idempotencyKey']);
      if (known) return { order: known };
      const pack = creditPackOfCatalog(services.catalog, creditPackKey);
      if (!pack) throw new Refusal('CREDIT_PACK_NOT_FOUND', ['input', 'creditPackKey']);
      const { key: packKey, credits, price: amount } = pack;
      if (!fits(transaction.balance, { included: 0, topUp: credits }))
        throw new Refusal('BALANCE_TOO_LARGE', ['input', 'creditPackKey']);
      if (isLimited(transaction.organization, actor) && (await judgePurchase(transaction, 'TOP_UP', amount)))
        return { requested: await requestPurchase(transaction, services.catalog, actorId, askedPack(pack), call) };
      const countedAmount = countsFor(actor) ? amount : null;
      const ordered = { kind: 'TOP_UP', actorId, packKey, credits, amount, countedAmount } as const;
      return { order: await placeOrder(transaction, ordered, call) };
    },
  );
}
