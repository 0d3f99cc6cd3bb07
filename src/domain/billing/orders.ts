import type { BillingCadence } from './terms';

/**
 * What was ordered from the payment provider: a first subscription, a change of the present one, a credit pack, or a pack for
 * auto-recharge.
 */
export type OrderKind = 'SUBSCRIPTION' | 'CHANGE' | 'TOP_UP' | 'RECHARGE';

/** OPEN: the outcome is not known yet. COMPLETED: paid, or done if nothing had to be paid. */
export type OrderStatus = 'OPEN' | 'COMPLETED' | 'DECLINED' | 'EXPIRED';

/** The plan and the cadence of a subscription. */
export interface SubscriptionTerms {
  readonly planKey: string;
  readonly cadence: BillingCadence;
}
