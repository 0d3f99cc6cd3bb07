import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import { priceOf } from '../../domain/billing/subscription-changes';
import { priceMetadata, termsOfPrice } from './terms-of-price';

/**
 * The catalog at Stripe: a product for each plan and pack, by an id that follows from its key, and a price by a lookup
 * key that holds everything which a price can't change later. Another amount in the catalog is another price, and
 * whoever has subscribed keeps theirs.
 */
export class PriceList {
  readonly #products = new Map<string, Promise<string>>();
  readonly #prices = new Map<string, Promise<string>>();
  readonly #terms = new Map<string, Promise<SubscriptionTerms>>();

  constructor(
    private readonly stripe: Stripe,
    private readonly catalog: Catalog,
  ) {}

  /** The id of the price for the terms, which is made where there is none. The catalog sells them. */
  async idFor(terms: SubscriptionTerms): Promise<string> {
    const amount = priceOf(this.catalog, terms);
    const plan = planOfCatalog(this.catalog, terms.planKey);
    if (amount === null || plan === null)
      throw new Error(`The catalog does not sell ${terms.planKey} ${terms.cadence}.`);
    const currency = this.catalog.currency.toLowerCase();
    const lookupKey = ['billing-admins', word(plan.key), terms.cadence, currency, amount].join('/');
    return once(this.#prices, lookupKey, async () => {
      const [found] = (await this.stripe.prices.list({ lookup_keys: [lookupKey], limit: 1 })).data;
      // One that was archived keeps its lookup key, and the catalog still sells it.
      if (found) return (found.active ? found : await this.stripe.prices.update(found.id, { active: true })).id;
      const price = await this.stripe.prices.create(
        {
          product: await this.#product(`billing-admins-plan-${word(plan.key)}`, plan.name),
          lookup_key: lookupKey,
          currency,
          unit_amount: amount,
          recurring: { interval: terms.cadence === 'ANNUAL' ? 'year' : 'month' },
          metadata: { ...priceMetadata(terms) },
        },
        // Instances that start together ask for the same price, which can't be there twice.
        { idempotencyKey: `price/${lookupKey}` },
      );
      return price.id;
    });
  }

  /** The id of the product that a credit pack is sold as. */
  productOfPack(packKey: string, credits: number): Promise<string> {
    return this.#product(`billing-admins-pack-${word(packKey)}-${credits}`, `${credits.toLocaleString('en')} credits`);
  }

  /** The terms of any price, ours or not. */
  termsOf(price: string | Stripe.Price | Stripe.DeletedPrice): Promise<SubscriptionTerms> {
    const id = typeof price === 'string' ? price : price.id;
    return once(this.#terms, id, async () =>
      termsOfPrice(typeof price === 'object' && 'metadata' in price ? price : await this.stripe.prices.retrieve(id)),
    );
  }

  #product(id: string, name: string): Promise<string> {
    return once(this.#products, id, async () => {
      try {
        await this.stripe.products.create({ id, name });
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeError) || error.code !== 'resource_already_exists') throw error;
      }
      return id;
    });
  }
}

/** Asked for once, however many wait for it; a failure is forgotten, so that the next one asks again. */
function once<Value>(known: Map<string, Promise<Value>>, key: string, ask: () => Promise<Value>): Promise<Value> {
  const before = known.get(key);
  if (before) return before;
  const asked = ask();
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}

/** The catalog's keys take more, and longer, than ids and lookup keys of Stripe do. */
function word(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : createHash('sha256').update(key).digest('hex').slice(0, 32);
}
