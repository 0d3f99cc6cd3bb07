import type { OrganizationPermission } from '../../domain/access/permissions';
import type { BillingControl } from '../../domain/billing/controls';
import { Forbidden, Refusal, Unavailable } from '../../domain/refusals';
import { CustomerGone } from '../../payments/payment-faults';
import type { Checkout, CheckoutOrder } from '../../payments/provider';
import { findOrder, type OrderRow, openOrdersOf, updateOrder } from '../../store/billing-orders';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsHost, changeAsMember } from '../change-organization';
import { customerOf } from '../payments/customer-of';
import { paymentsOf } from '../payments/payments-of';
import { syncAccount } from '../payments/sync-account';
import type { Services } from '../services';
import { approvalIsMade } from '../spending/purchase-outcomes';
import { endOrder } from './order-outcomes';

interface Opening {
  readonly order: OrderRow;
  readonly actorId: string;
  readonly control: BillingControl;
  readonly item: CheckoutOrder['item'];
  readonly returnUrl: string;
  /** What the actor needs: more than to buy, for what an owner approves. */
  readonly permission?: OrganizationPermission;
}

/**
 * Makes the provider's page for the order and returns its address. Access and control are checked again once it is made (B3): a user
 * who has lost them in the meantime gets nothing, and the page is closed.
 */
export async function openCheckout(services: Services, opening: Opening): Promise<string> {
  const { order } = opening;
  const { customerId, checkout } = await createCheckout(services, opening);
  try {
    return await handOut(services, opening, checkout);
  } catch (error) {
    if (error instanceof Forbidden || error instanceof Refusal) await withdraw(services, order, customerId, checkout);
    throw error;
  }
}

/**
 * Where the organization's customer turns out to be gone, what went with it is taken over first. The page is then made for a new
 * customer, if the control is still open (B11).
 */
async function createCheckout(
  services: Services,
  opening: Opening,
): Promise<{ customerId: string; checkout: Checkout }> {
  const { order, item, returnUrl } = opening;
  const { id: orderId, organizationId } = order;
  const create = async () => {
    const customerId = await customerOf(services, organizationId);
    // The order notes the page's customer before the page is made: its payment is read there, even if the customer changes.
    await changeAsHost(services.transactions, organizationId, ({ writer }) =>
      updateOrder(writer, order, { customerId }),
    );
    const checkout = { orderId, organizationId, customerId, item, returnUrl };
    return { customerId, checkout: await paymentsOf(services).createCheckout(checkout) };
  };
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof CustomerGone)) throw error;
  }
  await syncAccount(services, organizationId);
  try {
    await requireOpen(services, opening);
  } catch (error) {
    // None will be made any more for this order.
    if (error instanceof Forbidden || error instanceof Refusal)
      await changeAsHost(services.transactions, organizationId, (transaction) =>
        endOrder(transaction, order, 'EXPIRED'),
      );
    throw error;
  }
  try {
    return await create();
  } catch (error) {
    if (error instanceof CustomerGone) throw new Unavailable('The payment provider removes the customer each time.');
    throw error;
  }
}

function requireOpen(
  services: Services,
  { order, actorId, control, permission = 'MANAGE_BILLING' }: Opening,
): Promise<void> {
  const { transactions, checkout } = services;
  return changeAsMember(
    transactions,
    order.organizationId,
    actorId,
    permission,
    async ({ organization }, { billingRole }) =>
      requireControl(control, situationOf(organization, billingRole, checkout)),
  );
}

function handOut(
  services: Services,
  { order, actorId, control, permission = 'MANAGE_BILLING' }: Opening,
  checkout: Checkout,
): Promise<string> {
  const { transactions } = services;
  return changeAsMember(transactions, order.organizationId, actorId, permission, async (transaction, actor) => {
    requireControl(control, situationOf(transaction.organization, actor.billingRole, services.checkout));
    const present = await findOrder(transaction.writer, order.organizationId, order.id);
    if (present?.status !== 'OPEN' || (await isSuperseded(transaction, present))) throw new Refusal('CHECKOUT_CLOSED');
    if (present.checkoutId === null) {
      await updateOrder(transaction.writer, order, { checkoutId: checkout.checkoutId, checkoutUrl: checkout.url });
      transaction.append({ kind: 'CHECKOUT_STARTED', actorId, details: { orderId: order.id } });
      await approvalIsMade(transaction, present);
    }
    return checkout.url;
  });
}

/** There is one page for a first subscription at a time, the newest: two that were paid would be two subscriptions. */
async function isSuperseded(
  { writer }: Parameters<Parameters<typeof changeAsMember>[4]>[0],
  order: OrderRow,
): Promise<boolean> {
  if (order.kind !== 'SUBSCRIPTION') return false;
  return (await openOrdersOf(writer, order.organizationId, 'SUBSCRIPTION')).at(-1)?.id !== order.id;
}

async function withdraw(
  services: Services,
  order: OrderRow,
  customerId: string,
  { checkoutId }: Checkout,
): Promise<void> {
  try {
    await paymentsOf(services).expireCheckout(customerId, checkoutId);
    await changeAsHost(services.transactions, order.organizationId, (transaction) =>
      endOrder(transaction, order, 'EXPIRED', { checkoutId }),
    );
  } catch (error) {
    // Nobody has its address; it ends by itself, and the order with it.
    services.background.report(error);
  }
}
