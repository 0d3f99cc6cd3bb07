import type { BillingCadence } from './terms';

/**
 * What somebody asked the payment provider for: a first subscription, a change of the one there is, a credit pack, or the pack
 * that auto-recharge buys.
 */
export type OrderKind = 'SUBSCRIPTION' | 'CHANGE' | 'TOP_UP' | 'RECHARGE';

/** OPEN: nobody knows the outcome yet. COMPLETED: paid, or done where nothing had to be paid. */
export type OrderStatus = 'OPEN' | 'COMPLETED' | 'DECLINED' | 'EXPIRED';

/** A plan at a cadence: what a subscription is to. */
export interface SubscriptionTerms {
  readonly planKey: string;
  readonly cadence: BillingCadence;
}
