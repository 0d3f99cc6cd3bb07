import { fits } from '../../domain/billing/credits';
import { Refusal } from '../../domain/refusals';
import type { OrderRow } from '../../store/billing-orders';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
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
  const order = await place(services, topUp);
  if (order.checkoutUrl !== null) return order.checkoutUrl;
  const { packKey, credits, amount } = order;
  const item = { kind: 'CREDIT_PACK', packKey: packKey ?? '', credits, amount } as const;
  return openCheckout(services, { order, actorId, control: 'TOP_UP', item, returnUrl });
}

function place(services: Services, topUp: TopUp): Promise<OrderRow> {
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
      const known = await orderMadeBy(transaction, call);
      if (known?.status === 'EXPIRED')
        throw new Refusal('INVALID', 'The checkout of this key has expired. Start a new one, with a new key.', [
          'input',
          'idempotencyKey',
        ]);
      if (known) return known;
      const pack = creditPackOfCatalog(services.catalog, creditPackKey);
      if (!pack) throw new Refusal('INVALID', 'The credit pack does not exist.', ['input', 'creditPackKey']);
      const { key: packKey, credits, price: amount } = pack;
      if (!fits(transaction.balance, { included: 0, topUp: credits }))
        throw new Refusal('INVALID', 'The balance would exceed the largest number.', ['input', 'creditPackKey']);
      return placeOrder(transaction, { kind: 'TOP_UP', actorId, packKey, credits, amount }, call);
    },
  );
}
