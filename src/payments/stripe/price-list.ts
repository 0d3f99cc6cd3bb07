import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import { priceOf } from '../../domain/billing/subscription-changes';
import { isMissing } from './is-missing';
import { makeOnce } from './make-once';
import { priceMetadata, termsOfPrice } from './terms-of-price';

/**
 * The catalog at Stripe: a product for each plan and pack, by an id that follows from its key, and a price by a lookup
 * key that holds everything which a price can't change later. Another amount in the catalog is another price, and
 * existing subscriptions keep theirs.
 */
export class PriceList {
  readonly #products = new Map<string, Promise<string>>();
  readonly #prices = new Map<string, Promise<string>>();
  readonly #retrieved = new Map<string, Promise<SubscriptionTerms>>();
  /** For good: what they follow from is written with the price, and does not change. */
  readonly #terms = new Map<string, SubscriptionTerms>();

  constructor(
    private readonly stripe: Stripe,
    private readonly catalog: Catalog,
  ) {}

  /**
   * The id of the price for the terms, created if necessary. The catalog sells the terms. The price is looked up each time, so
   * that it can be sold even if it was archived or deleted on the dashboard.
   */
  async idFor(terms: SubscriptionTerms): Promise<string> {
    const amount = priceOf(this.catalog, terms);
    const plan = planOfCatalog(this.catalog, terms.planKey);
    if (amount === null || plan === null)
      throw new Error(`The catalog does not sell ${terms.planKey} ${terms.cadence}.`);
    const currency = this.catalog.currency.toLowerCase();
    const lookupKey = ['billing-admins', word(plan.key), terms.cadence, currency, amount].join('/');
    return shared(this.#prices, lookupKey, async () => {
      const product = await this.#product(`billing-admins-plan-${word(plan.key)}`, plan.name);
      const known = await this.#priceBy(lookupKey);
      if (known) return known;
      return makeOnce(
        // Instances that start together ask for the same price, which can't be there twice.
        `price/${lookupKey}`,
        (idempotencyKey) =>
          this.stripe.prices.create(
            {
              product,
              lookup_key: lookupKey,
              currency,
              unit_amount: amount,
              recurring: { interval: terms.cadence === 'ANNUAL' ? 'year' : 'month' },
              metadata: { ...priceMetadata(terms) },
            },
            { idempotencyKey },
          ),
        async (id) => (await this.#priceBy(lookupKey)) === id,
      );
    });
  }

  /** The id of the product that a credit pack is sold as. */
  productOfPack(packKey: string, credits: number): Promise<string> {
    return this.#product(`billing-admins-pack-${word(packKey)}-${credits}`, `${credits.toLocaleString('en')} credits`);
  }

  /** The terms of any price, ours or not. One that was deleted without a trace counts as a plan by its id, like one made by hand. */
  async termsOf(price: string | Stripe.Price | Stripe.DeletedPrice): Promise<SubscriptionTerms> {
    const id = typeof price === 'string' ? price : price.id;
    const known = this.#terms.get(id);
    if (known) return known;
    const terms =
      typeof price === 'object' && 'metadata' in price
        ? termsOfPrice(price)
        : await shared(this.#retrieved, id, async () => termsOfPrice(await this.#retrieve(id)));
    this.#terms.set(id, terms);
    return terms;
  }

  async #retrieve(id: string): Promise<Pick<Stripe.Price, 'id' | 'metadata' | 'recurring'>> {
    try {
      return await this.stripe.prices.retrieve(id);
    } catch (error) {
      if (isMissing(error, 'price')) return { id, metadata: {}, recurring: null };
      throw error;
    }
  }

  /** One that was archived keeps its lookup key, and the catalog still sells it. */
  async #priceBy(lookupKey: string): Promise<string | null> {
    const [found] = (await this.stripe.prices.list({ lookup_keys: [lookupKey], limit: 1 })).data;
    if (!found) return null;
    return (found.active ? found : await this.stripe.prices.update(found.id, { active: true })).id;
  }

  /** The product, created if necessary. Stripe sells nothing of an archived product. */
  #product(id: string, name: string): Promise<string> {
    return shared(this.#products, id, async () => {
      const known = await this.#retrieveProduct(id);
      if (known) {
        if (!known.active) await this.stripe.products.update(id, { active: true });
        return id;
      }
      try {
        await this.stripe.products.create({ id, name });
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeError) || error.code !== 'resource_already_exists') throw error;
      }
      return id;
    });
  }

  async #retrieveProduct(id: string): Promise<Stripe.Product | null> {
    try {
      return await this.stripe.products.retrieve(id);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}

/** Concurrent callers share one request. A later caller sends another. */
function shared<Value>(asked: Map<string, Promise<Value>>, key: string, ask: () => Promise<Value>): Promise<Value> {
  const underWay = asked.get(key);
  if (underWay) return underWay;
  const asking = ask().finally(() => asked.delete(key));
  asked.set(key, asking);
  return asking;
}

/** The catalog's keys take more, and longer, than ids and lookup keys of Stripe do. */
function word(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : createHash('sha256').update(key).digest('hex').slice(0, 32);
}
