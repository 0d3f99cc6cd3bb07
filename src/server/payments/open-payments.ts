import type { FastifyInstance } from 'fastify';
import type { SmallSteps } from '../../actions/small-steps';
import type { Catalog } from '../../domain/billing/catalog';
import type { Notice } from '../../payments/notices';
import type { PaymentProvider } from '../../payments/provider';
import type * as stripeProvider from '../../payments/stripe/stripe-provider';
import { faultAtStripe } from '../../payments/stripe/stripe-units';
import type { Database } from '../../store/database';
import { sandboxAccounts } from '../../store/sandbox-accounts';
import { registerStripeWebhooks } from '../http/stripe-webhooks';
import type * as sandbox from '../sandbox/open-sandbox';
import { BadSetting, type Settings } from '../settings';
import { claimState } from '../../store/service-state';

export interface Payments {
  /** Null if nobody takes money. */
  readonly provider: PaymentProvider | null;
  /** Serves the provider's webhooks and pages, in these steps. `onNotice` receives their news. */
  register(app: FastifyInstance, onNotice: (notice: Notice) => Promise<void>, steps: SmallSteps): Promise<void>;
}

interface PaymentDependencies {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly clock: () => number;
  readonly address: () => string;
}

/** The payment provider that the operator has set (B2). Throws `BadSetting`. */
export function openPayments(
  { paymentProvider, stripe }: Pick<Settings, 'paymentProvider' | 'stripe'>,
  { database, catalog, clock, address }: PaymentDependencies,
): Payments {
  switch (paymentProvider) {
    case 'none':
      return { provider: null, register: () => Promise.resolve() };
    case 'sandbox': {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for those who do without
      const { openSandbox } = require('../sandbox/open-sandbox') as typeof sandbox;
      return openSandbox({ catalog, records: sandboxAccounts(database), clock, baseUrl: address });
    }
    case 'stripe': {
      if (!stripe) throw new Error('The settings name Stripe without its keys.');
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load 220 modules for those who do without
      const { createStripeProvider } = require('../../payments/stripe/stripe-provider') as typeof stripeProvider;
      const provider = createStripeProvider({ ...stripe, catalog: sellableByStripe(catalog), clock });
      const { readWebhook } = provider;
      return {
        provider,
        register: async (app, onNotice, steps) => registerStripeWebhooks(app, { readWebhook, onNotice, steps }),
      };
    }
  }
}

function sellableByStripe(catalog: Catalog): Catalog {
  const fault = faultAtStripe(catalog);
  if (fault !== null)
    throw new BadSetting(`PAYMENT_PROVIDER is stripe, and CATALOG_FILE names what it would charge otherwise. ${fault}`);
  return catalog;
}

/** A provider does not know another provider's customers, so a database stays with its first provider. */
export async function claimProvider(database: Database, provider: PaymentProvider): Promise<void> {
  const claimed = await database.transaction((writer) => claimState(writer, 'payment-provider', provider.kind));
  if (claimed !== provider.kind)
    throw new BadSetting(
      `PAYMENT_PROVIDER is ${provider.kind}, and the organizations in DATABASE_URL are customers of ${claimed}. Set it back, or name another database.`,
    );
}
