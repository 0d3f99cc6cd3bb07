import type Stripe from 'stripe';
import type { PriceList } from './price-list';

/** What every call to Stripe is given. */
export interface StripeDependencies {
  readonly stripe: Stripe;
  readonly prices: PriceList;
  /** ISO 4217, in small letters as Stripe writes it. */
  readonly currency: string;
  /** Whether the key is of test mode, where customers may live by a test clock. */
  readonly testMode: boolean;
  readonly clock: () => number;
}
