import type { Catalog } from './catalog';

/** The default catalog (B1). Prices in cents. */
export const DEFAULT_CATALOG: Catalog = {
  currency: 'USD',
  plans: [
    { key: 'starter', name: 'Starter', includedCredits: 1_000, prices: { MONTHLY: 1_900, ANNUAL: 19_000 } },
    { key: 'team', name: 'Team', includedCredits: 10_000, prices: { MONTHLY: 9_900, ANNUAL: 99_000 } },
    { key: 'business', name: 'Business', includedCredits: 50_000, prices: { MONTHLY: 39_900, ANNUAL: 399_000 } },
  ],
  creditPacks: [
    { key: 'pack_1000', credits: 1_000, price: 2_500 },
    { key: 'pack_5000', credits: 5_000, price: 11_000 },
    { key: 'pack_20000', credits: 20_000, price: 40_000 },
  ],
};
