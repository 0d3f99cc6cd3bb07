import Stripe from 'stripe';
import type {
  StoredCharge,
  StoredCustomer,
  StoredDispute,
  StoredEvent,
  StoredIntent,
  StoredInvoice,
  StoredInvoicePayment,
  StoredPaymentMethod,
  StoredPrice,
  StoredProduct,
  StoredRefund,
  StoredSchedule,
  StoredSession,
  StoredSubscription,
  StoredTestClock,
} from './stored-objects';
import type { Form } from './form-body';
import { missing } from './stripe-refusal';

/** Objects of one kind in the order in which they were made. */
export class Shelf<Thing extends { readonly id: string }> {
  readonly #things = new Map<string, Thing>();

  constructor(readonly kind: string) {}

  put(thing: Thing): Thing {
    this.#things.set(thing.id, thing);
    return thing;
  }

  has(id: string): boolean {
    return this.#things.has(id);
  }

  /** `param`: the parameter that names it; null: the path does. */
  get(id: string, param: string | null = null): Thing {
    const thing = this.#things.get(id);
    if (!thing) throw missing(this.kind, id, param);
    return thing;
  }

  delete(id: string): void {
    this.#things.delete(id);
  }

  /** As Stripe lists: newest first. */
  newestFirst(): Thing[] {
    return [...this.#things.values()].reverse();
  }
}

/** Everything that the stand-in remembers. */
export class StripeState {
  readonly clocks = new Shelf<StoredTestClock>('test_clock');
  readonly customers = new Shelf<StoredCustomer>('customer');
  readonly products = new Shelf<StoredProduct>('product');
  readonly prices = new Shelf<StoredPrice>('price');
  readonly paymentMethods = new Shelf<StoredPaymentMethod>('payment_method');
  readonly charges = new Shelf<StoredCharge>('charge');
  readonly intents = new Shelf<StoredIntent>('payment_intent');
  readonly refunds = new Shelf<StoredRefund>('refund');
  readonly disputes = new Shelf<StoredDispute>('dispute');
  readonly subscriptions = new Shelf<StoredSubscription>('subscription');
  readonly invoices = new Shelf<StoredInvoice>('invoice');
  readonly invoicePayments = new Shelf<StoredInvoicePayment>('invoice_payment');
  readonly sessions = new Shelf<StoredSession>('checkout.session');
  readonly schedules = new Shelf<StoredSchedule>('subscription_schedule');
  readonly events: StoredEvent[] = [];
  /** Whether what belongs to a deleted customer is listed all the same. */
  listsOfDeleted = false;
  readonly #searchable = new Set<string>();
  #count = 0;

  /** Stripe's search learns of things about a minute after they are there. */
  letSearchCatchUp(): void {
    for (const { id, deleted } of this.customers.newestFirst())
      if (deleted) this.#searchable.delete(id);
      else this.#searchable.add(id);
  }

  isSearchable(id: string): boolean {
    return this.#searchable.has(id);
  }

  /**
   * A customer who is named by a parameter (null: by the path). "Deleting customers removes all credit card details and prevents any
   * further operations to be performed." https://docs.stripe.com/api/customers/delete
   */
  customer(id: string, param: string | null = 'customer'): StoredCustomer {
    const customer = this.customers.get(id, param);
    if (customer.deleted) throw missing('customer', id, param);
    return customer;
  }

  /** Lets nobody list what belongs to a deleted customer, unless a test says otherwise: the documentation promises neither. */
  admitsList(parameters: Form): void {
    if (typeof parameters.customer === 'string' && !this.listsOfDeleted) this.customer(parameters.customer);
  }

  /** Whatever has the id. */
  find(id: string): object {
    const { customers, charges, intents, subscriptions, invoices, schedules, paymentMethods } = this;
    const shelves = [customers, charges, intents, subscriptions, invoices, schedules, paymentMethods];
    const shelf = shelves.find((each) => each.has(id));
    if (!shelf) throw new Error(`The stand-in can't expand ${id}.`);
    return shelf.get(id);
  }

  /** Not in their order, as Stripe's are not. */
  id(prefix: string): string {
    this.#count += 1;
    const scrambled = ((this.#count * 7_919) % 99_991).toString(36);
    return `${prefix}_${scrambled}${this.#count.toString(36).padStart(4, '0')}`;
  }

  /** The customer's time, in seconds since the epoch. */
  now(customerId: string): number {
    return this.clocks.get(this.customers.get(customerId).test_clock).frozen_time;
  }

  tell(type: string, object: object, previous?: object): void {
    this.events.push({
      id: this.id('evt'),
      object: 'event',
      api_version: Stripe.API_VERSION,
      created: Math.floor(Date.now() / 1_000),
      livemode: false,
      pending_webhooks: 1,
      request: null,
      type,
      data: { object: structuredClone(object), ...(previous && { previous_attributes: structuredClone(previous) }) },
    });
  }
}
