import type { Catalog } from '../../../src/domain/billing/catalog';
import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import type { SubscriptionTerms } from '../../../src/domain/billing/orders';
import { priceOf } from '../../../src/domain/billing/subscription-changes';
import { createStripeProvider, type StripeProvider } from '../../../src/payments/stripe/stripe-provider';
import type { ProviderUnderTest } from '../../payments/provider-under-test';
import { StripePayer } from './stripe-payer';
import { StripeStandIn } from './stripe-stand-in';

export interface StripeUnderTest extends ProviderUnderTest {
  readonly provider: StripeProvider;
  readonly standIn: StripeStandIn;
  readonly payer: StripePayer;
  /** The same account at Stripe after a restart with another catalog, or another key. */
  restartedWith(catalog: Catalog, secretKey?: string): StripeProvider;
}

export const WEBHOOK_SECRET = 'whsec_stand_in_0000000000000000';

/** The id of the price of the terms, made as the provider makes it if it does not exist. */
function priceOfTerms({ state }: StripeStandIn, { planKey, cadence }: SubscriptionTerms): string {
  const known = state.prices
    .newestFirst()
    .find(({ metadata }) => metadata.plan_key === planKey && metadata.cadence === cadence);
  if (known) return known.id;
  const [other] = state.prices.newestFirst();
  if (!other) throw new Error('Nothing has been sold yet.');
  return state.prices.put({
    ...other,
    id: state.id('price'),
    lookup_key: null,
    metadata: { plan_key: planKey, cadence },
    unit_amount: priceOf(DEFAULT_CATALOG, { planKey, cadence }) ?? 0,
    recurring: { interval: cadence === 'ANNUAL' ? 'year' : 'month', interval_count: 1, usage_type: 'licensed' },
  }).id;
}

/** The provider on the official package, which asks the stand-in. */
export async function startStripe(): Promise<StripeUnderTest> {
  const standIn = await StripeStandIn.start();
  const payer = new StripePayer(standIn.state);
  const restartedWith = (catalog: Catalog, secretKey = StripeStandIn.secretKey) =>
    createStripeProvider({
      secretKey,
      webhookSecret: WEBHOOK_SECRET,
      catalog,
      clock: Date.now,
      address: standIn.address,
      retries: 0,
    });
  return {
    name: 'stripe',
    provider: restartedWith(DEFAULT_CATALOG),
    restartedWith,
    catalog: DEFAULT_CATALOG,
    standIn,
    payer,
    pays: async (url) => payer.paysOn(url),
    failsToPay: async (url) => payer.failsOn(url),
    letsExpire: async (url) => payer.letsExpire(url),
    cardGoesBad: async (customerId) => payer.banksWith(customerId, 'DECLINES'),
    cardIsReplaced: async (customerId) => payer.banksWith(customerId, 'PAYS'),
    removesCard: async (customerId) => payer.removesCards(customerId),
    isRefunded: async (customerId, orderId, amount) => payer.isRefunded(customerId, orderId, amount),
    losesDispute: async (customerId, orderId) => payer.disputes(customerId, orderId, 'lost'),
    paysOverdue: async (customerId) => payer.paysOverdue(customerId),
    cancelsOnPortal: async (customerId) => payer.cancels(customerId),
    changesOnPortal: async (customerId, terms) => payer.changesPrice(customerId, priceOfTerms(standIn, terms)),
    endsAtOnce: async (customerId) => payer.endsAtOnce(customerId),
    removesCustomer: async (customerId) => payer.deletesCustomer(customerId),
    passes: async (customerId, milliseconds) => payer.passes(customerId, milliseconds),
    close: async () => {
      await standIn.close();
      // Whatever else a test looks at: what Stripe would not have understood was never asked.
      if (standIn.misunderstood.length > 0) throw new Error(standIn.misunderstood.join('\n'));
    },
  };
}
