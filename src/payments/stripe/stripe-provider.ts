import type { Catalog } from '../../domain/billing/catalog';
import type { Notice } from '../notices';
import type { PaymentProvider } from '../provider';
import { applyChange } from './apply-change';
import { askAboutCustomer, askAboutSubscription, askStripe } from './ask-stripe';
import { cancelAtPeriodEnd } from './cancel-at-period-end';
import { charge } from './charge';
import { createCheckout, expireCheckout } from './checkout';
import { createCustomer } from './create-customer';
import { endAccount } from './end-account';
import { previewChange } from './preview-change';
import { PriceList } from './price-list';
import { readAccount } from './read-account';
import { readPayment } from './read-payment';
import { readTime } from './read-time';
import { readWebhook } from './read-webhook';
import { resume } from './resume';
import { createStripeClient, type StripeAddress } from './stripe-client';
import type { StripeDependencies } from './stripe-dependencies';
import { faultAtStripe } from './stripe-units';

export interface StripeOptions {
  /** A secret key (sk_…) or a restricted one (rk_…). */
  readonly secretKey: string;
  /** The signing secret of the webhook endpoint (whsec_…). */
  readonly webhookSecret: string;
  readonly catalog: Catalog;
  readonly clock: () => number;
  /** Another server than Stripe's own. */
  readonly address?: StripeAddress;
  /** How often a request without an answer is repeated before it counts as not answered. */
  readonly retries?: number;
}

export interface StripeProvider extends PaymentProvider {
  readonly kind: 'stripe';
  /**
   * What a webhook has news of. `rawBody`: the very bytes that came, since they are what is signed. Throws
   * `BadWebhook`, or `Unavailable`, where Stripe shall send it again.
   */
  readonly readWebhook: (rawBody: Buffer, signature: string | undefined) => Promise<Notice[]>;
}

/** Payments by Stripe (B2). Throws where Stripe would charge otherwise than the catalog says. */
export function createStripeProvider(options: StripeOptions): StripeProvider {
  const { secretKey, webhookSecret, catalog, clock, address = null, retries } = options;
  const fault = faultAtStripe(catalog);
  if (fault !== null) throw new Error(fault);
  const stripe = createStripeClient(secretKey, address, retries);
  const dependencies: StripeDependencies = {
    stripe,
    prices: new PriceList(stripe, catalog),
    currency: catalog.currency.toLowerCase(),
    testMode: /^[a-z]+_test_/.test(secretKey),
    clock,
  };

  const about = <Answer>(customerId: string, ask: () => Promise<Answer>) =>
    askAboutCustomer(dependencies, customerId, ask);
  const aboutSubscription = <Answer>(customerId: string, ask: () => Promise<Answer>) =>
    askAboutSubscription(dependencies, customerId, ask);

  return {
    kind: 'stripe',
    now: (customerId) => askStripe(() => readTime(dependencies, customerId)),
    createCustomer: (organization, goneId) => askStripe(() => createCustomer(dependencies, organization, goneId)),
    readAccount: (customerId, afterInvoiceId) =>
      about(customerId, () => readAccount(dependencies, customerId, afterInvoiceId)),
    previewChange: (customerId, change, at) =>
      aboutSubscription(customerId, () => previewChange(dependencies, customerId, change, at)),
    applyChange: (customerId, orderId, change, preview) =>
      aboutSubscription(customerId, () => applyChange(dependencies, customerId, orderId, change, preview)),
    cancelAtPeriodEnd: (customerId, orderId) =>
      aboutSubscription(customerId, () => cancelAtPeriodEnd(dependencies, customerId, orderId)),
    resume: (customerId, orderId) => aboutSubscription(customerId, () => resume(dependencies, customerId, orderId)),
    createCheckout: (order) => about(order.customerId, () => createCheckout(dependencies, order)),
    expireCheckout: (_customerId, checkoutId) => askStripe(() => expireCheckout(dependencies, checkoutId)),
    charge: (order) => about(order.customerId, () => charge(dependencies, order)),
    readPayment: (order) => askStripe(() => readPayment(dependencies, order)),
    createPortalSession: (customerId, returnUrl) =>
      about(customerId, async () => {
        const portal = stripe.billingPortal.sessions;
        return (await portal.create({ customer: customerId, return_url: returnUrl })).url;
      }),
    endAccount: (customerId) => askStripe(() => endAccount(dependencies, customerId)),
    readWebhook: (rawBody, signature) => askStripe(() => readWebhook(dependencies, webhookSecret, rawBody, signature)),
  };
}
