import { randomUUID } from 'node:crypto';
import type { BillingCadence } from '../../../src/domain/billing/terms';
import type { StripeUnderTest } from './stripe-under-test';

export const RETURN_URL = 'https://shop.example/billing';

/** A customer at the stand-in, in words. */
export async function stripeCustomer({ provider, payer, standIn }: StripeUnderTest) {
  const organizationId = `org_${randomUUID()}`;
  const id = await provider.createCustomer({ id: organizationId, name: 'Acme' }, null);
  const order = (orderId: string) => ({ orderId, organizationId, customerId: id, returnUrl: RETURN_URL });
  const customer = {
    id,
    organizationId,
    now: () => provider.now(id),
    account: (afterInvoiceId: string | null = null) => provider.readAccount(id, afterInvoiceId),
    async subscription() {
      const { subscription } = await customer.account();
      if (!subscription) throw new Error('There is no subscription.');
      return subscription;
    },
    /** As Stripe keeps it. */
    stored() {
      const found = standIn.state.subscriptions.newestFirst().find((each) => each.customer === id);
      if (!found) throw new Error('There is no subscription.');
      return found;
    },
    ordersPlan: (planKey = 'starter', cadence: BillingCadence = 'MONTHLY', orderId: string = randomUUID()) =>
      provider.createCheckout({ ...order(orderId), item: { kind: 'SUBSCRIPTION', planKey, cadence } }),
    async ordersPack(orderId: string = randomUUID()) {
      const item = { kind: 'CREDIT_PACK', packKey: 'pack_1000', credits: 1_000, amount: 2_500 } as const;
      return { orderId, ...(await provider.createCheckout({ ...order(orderId), item })) };
    },
    async subscribes(planKey = 'starter', cadence: BillingCadence = 'MONTHLY') {
      payer.paysOn((await customer.ordersPlan(planKey, cadence)).url);
      return customer;
    },
    isCharged: (amount = 2_500, orderId: string = randomUUID()) =>
      provider.charge({ orderId, organizationId, customerId: id, amount, description: '1,000 credits' }),
    payment: (orderId: string, checkoutId: string | null = null) =>
      provider.readPayment({ orderId, customerId: id, checkoutId, createdAt: Date.now() }),
    async changesTo(planKey: string, cadence: BillingCadence = 'MONTHLY', orderId: string = randomUUID()) {
      const change = { planKey, cadence, timing: 'NOW' } as const;
      const preview = await provider.previewChange(id, change, null);
      await provider.applyChange(id, orderId, change, preview);
      return { orderId, preview };
    },
  };
  return customer;
}
