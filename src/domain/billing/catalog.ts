import type { BillingCadence } from './terms';

export interface CatalogPlan {
  readonly key: string;
  readonly name: string;
  /** For a month, at either cadence (B5). */
  readonly includedCredits: number;
  /** In the currency's minor unit, for one period. */
  readonly prices: Readonly<Partial<Record<BillingCadence, number>>>;
}

export interface CatalogCreditPack {
  readonly key: string;
  readonly credits: number;
  /** In the currency's minor unit. */
  readonly price: number;
}

/** What is for sale (B1). */
export interface Catalog {
  /** ISO 4217. One currency for everything, so that amounts can be added. */
  readonly currency: string;
  /** From the smallest to the largest: a change to an earlier one is a downgrade (B4). */
  readonly plans: readonly CatalogPlan[];
  readonly creditPacks: readonly CatalogCreditPack[];
}

export function planOfCatalog({ plans }: Catalog, key: string | null): CatalogPlan | null {
  return plans.find((plan) => plan.key === key) ?? null;
}

export function creditPackOfCatalog({ creditPacks }: Catalog, key: string | null): CatalogCreditPack | null {
  return creditPacks.find((pack) => pack.key === key) ?? null;
}
