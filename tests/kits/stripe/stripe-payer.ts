import { expireSession } from './checkout-calls';
import type { StoredIntent, StoredPaymentMethod, StoredSession } from './stored-objects';
import { StripeRefusal } from './stripe-refusal';
import type { StripeState } from './stripe-state';
import {
  createInvoice,
  draftInvoice,
  endSubscription,
  finalizeInvoice,
  finalizeRenewal,
  itemOf,
  linesOfChange,
  passPeriodEnd,
  payInvoice,
  paymentMethodOf,
  refuseUnpaid,
  settleInvoice,
  startSubscription,
  takeOverPrice,
} from './subscription-billing';
import { confirmIntent, createIntent, failIntent, settleIntent } from './take-payment';

type Bank = StoredPaymentMethod['bank'];

const ONE_HOUR = 60 * 60;

/**
 * The other side of the stand-in: the payer on Stripe's pages, their bank, the merchant's dashboard, and
 * time.
 */
export class StripePayer {
  /** As Stripe does it, a renewal's invoice stays a draft for an hour. */
  renewsWithDraft = false;

  constructor(private readonly state: StripeState) {}

  /** Pays on the page; with a bank that takes its time the page is completed, and not paid. */
  paysOn(url: string, bank: Bank = 'PAYS'): void {
    const session = this.#open(url);
    const method = this.#newCard(
      session.customer,
      bank,
      session.mode === 'subscription' || session.intentData.savesCard,
    );
    if (session.mode === 'subscription') this.#subscribes(session, method);
    else this.#buys(session, method);
    session.status = 'complete';
    session.url = null;
    this.state.tell('checkout.session.completed', session);
  }

  /** Tries a card that is declined; the page stays open. */
  failsOn(url: string): void {
    const session = this.#open(url);
    // Of a subscription's page nothing is known until it is paid.
    const metadata = session.mode === 'payment' ? session.intentData.metadata : {};
    const intent = session.payment_intent
      ? this.state.intents.get(session.payment_intent)
      : this.#intentOf(session, metadata);
    if (session.mode === 'payment') session.payment_intent = intent.id;
    expectDecline(() =>
      confirmIntent(this.state, intent, this.#newCard(session.customer, 'DECLINES', false).id, false),
    );
  }

  /** What came in over days has arrived, or has come back. */
  asyncPaymentEnds(checkoutId: string, isPaid: boolean): void {
    const session = this.state.sessions.get(checkoutId);
    const intent = this.state.intents.get(session.payment_intent ?? '');
    if (isPaid) settleIntent(this.state, intent);
    else failIntent(this.state, intent);
    if (isPaid) session.payment_status = 'paid';
    this.state.tell(`checkout.session.async_payment_${isPaid ? 'succeeded' : 'failed'}`, session);
  }

  letsExpire(url: string): void {
    expireSession(this.state, this.#open(url));
  }

  banksWith(customerId: string, bank: Bank): void {
    for (const method of this.#cardsOf(customerId)) method.bank = bank;
  }

  removesCards(customerId: string): void {
    const customer = this.state.customers.get(customerId);
    customer.invoice_settings.default_payment_method = null;
    for (const subscription of this.state.subscriptions.newestFirst())
      if (subscription.customer === customerId) subscription.default_payment_method = null;
    for (const method of this.#cardsOf(customerId)) {
      method.customer = null;
      this.state.tell('payment_method.detached', method, { customer: customerId });
    }
  }

  /** Takes the cards away, and leaves the references to them as they are. */
  detachesCards(customerId: string): void {
    for (const method of this.#cardsOf(customerId)) {
      method.customer = null;
      this.state.tell('payment_method.detached', method, { customer: customerId });
    }
  }

  /** On the dashboard: "Permanently deletes a customer. Also immediately cancels any active subscriptions." */
  deletesCustomer(customerId: string): void {
    for (const subscription of this.state.subscriptions.newestFirst())
      if (subscription.customer === customerId && subscription.status !== 'canceled')
        endSubscription(this.state, subscription);
    this.removesCards(customerId);
    const customer = this.state.customers.get(customerId);
    customer.deleted = true;
    this.state.tell('customer.deleted', customer);
  }

  /** On the portal, where flexible billing mode writes the date. */
  cancels(customerId: string): void {
    const subscription = this.#ownSubscriptionOf(customerId);
    subscription.cancel_at = itemOf(subscription).current_period_end;
    subscription.canceled_at = this.state.now(customerId);
    this.state.tell('customer.subscription.updated', subscription, { cancel_at: null });
  }

  /** What was charged off-session for the order, and was on its way, has arrived. */
  pendingChargeIsPaid(orderId: string): void {
    const intent = this.state.intents.newestFirst().find(({ metadata }) => metadata.order_id === orderId);
    if (intent?.status !== 'processing') throw new Error('Nothing is on its way.');
    settleIntent(this.state, intent);
  }

  /** Changes to another price on the portal, dearer or cheaper, which is set up to invoice at once. */
  changesPrice(customerId: string, priceId: string): void {
    const subscription = this.#ownSubscriptionOf(customerId);
    const price = this.state.prices.get(priceId);
    const lines = linesOfChange(this.state, subscription, price, this.state.now(customerId));
    const method = paymentMethodOf(this.state, subscription);
    if (draftInvoice(this.state, subscription, 'subscription_update', lines).amount_due > 0)
      refuseUnpaid(this.state, method);
    payInvoice(this.state, this.#takesOver(customerId, priceId), method);
  }

  /** The same on the dashboard, where the change stands although its invoice is not paid. */
  changesPriceUnpaid(customerId: string, priceId: string): void {
    finalizeInvoice(this.state, this.#takesOver(customerId, priceId));
    this.#subscriptionOf(customerId).status = 'past_due';
  }

  /** The subscription ends at once, by the portal or the dashboard. */
  endsAtOnce(customerId: string): void {
    endSubscription(this.state, this.#subscriptionOf(customerId));
  }

  #takesOver(customerId: string, priceId: string) {
    const subscription = this.#subscriptionOf(customerId);
    const price = this.state.prices.get(priceId);
    const lines = linesOfChange(this.state, subscription, price, this.state.now(customerId));
    takeOverPrice(this.state, subscription, price);
    const invoice = createInvoice(this.state, subscription, 'subscription_update', lines);
    this.state.tell('customer.subscription.updated', subscription, { items: {} });
    return invoice;
  }

  /** A card that the payer has added on the portal, or anybody else. */
  addsCard(customerId: string, bank: Bank = 'PAYS'): string {
    return this.#newCard(customerId, bank, true).id;
  }

  paysOverdue(customerId: string): void {
    const [card] = this.#cardsOf(customerId);
    const subscription = this.#subscriptionOf(customerId);
    for (const invoice of this.state.invoices.newestFirst())
      if (invoice.customer === customerId && invoice.status === 'open')
        payInvoice(this.state, invoice, paymentMethodOf(this.state, subscription) ?? card?.id ?? null);
  }

  isRefunded(customerId: string, orderId: string, amount: number, status = 'succeeded'): void {
    const intent = this.#paidFor(customerId, orderId);
    const charge = this.state.charges.get(intent.latest_charge ?? '');
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded >= charge.amount;
    const refund = this.state.refunds.put({
      id: this.state.id('re'),
      object: 'refund',
      created: this.state.now(customerId),
      amount,
      currency: intent.currency,
      status,
      metadata: {},
      payment_intent: intent.id,
      charge: charge.id,
    });
    this.state.tell('refund.created', refund);
    this.state.tell('charge.refunded', charge);
  }

  /** The bank takes back what was paid; lost says whether for good. */
  disputes(customerId: string, orderId: string, status: 'needs_response' | 'lost' | 'won'): void {
    const intent = this.#paidFor(customerId, orderId);
    const charge = this.state.charges.get(intent.latest_charge ?? '');
    charge.disputed = true;
    const known = this.state.disputes.newestFirst().find(({ charge: of }) => of === charge.id);
    const dispute =
      known ??
      this.state.disputes.put({
        id: this.state.id('du'),
        object: 'dispute',
        created: this.state.now(customerId),
        amount: charge.amount,
        currency: intent.currency,
        status,
        reason: 'fraudulent',
        metadata: {},
        payment_intent: intent.id,
        charge: charge.id,
      });
    dispute.status = status;
    this.state.tell(known || status !== 'needs_response' ? 'charge.dispute.closed' : 'charge.dispute.created', dispute);
  }

  /** Moves the customer's test clock; whatever falls due on the way happens in its order. */
  passes(customerId: string, milliseconds: number): void {
    const clock = this.state.clocks.get(this.state.customers.get(customerId).test_clock);
    const until = clock.frozen_time + Math.floor(milliseconds / 1_000);
    for (;;) {
      const [next] = this.#due(customerId)
        .filter(({ at }) => at <= until)
        .sort((one, other) => one.at - other.at);
      if (!next) break;
      clock.frozen_time = Math.max(clock.frozen_time, next.at);
      next.happens();
    }
    clock.frozen_time = until;
  }

  #due(customerId: string): { readonly at: number; readonly happens: () => void }[] {
    const { state } = this;
    const ofCustomer = ({ customer }: { customer: string }) => customer === customerId;
    const isAlive = ({ status }: { status: string }) => ['active', 'past_due', 'trialing'].includes(status);
    return [
      ...state.subscriptions
        .newestFirst()
        .filter((each) => ofCustomer(each) && isAlive(each))
        .map((subscription) => {
          const end = itemOf(subscription).current_period_end;
          if (subscription.cancel_at !== null && subscription.cancel_at < end)
            return { at: subscription.cancel_at, happens: () => endSubscription(state, subscription) };
          return { at: end, happens: () => passPeriodEnd(state, subscription, this.renewsWithDraft) };
        }),
      ...state.invoices
        .newestFirst()
        .filter((each) => ofCustomer(each) && each.status === 'draft')
        .map((invoice) => ({ at: invoice.created + ONE_HOUR, happens: () => finalizeRenewal(state, invoice) })),
      ...state.invoices
        .newestFirst()
        .filter((each) => ofCustomer(each) && each.status === 'open')
        .flatMap((invoice) =>
          invoice.next_payment_attempt == null
            ? []
            : [{ at: invoice.next_payment_attempt, happens: () => finalizeRenewal(state, invoice) }],
        ),
      ...state.sessions
        .newestFirst()
        .filter((each) => ofCustomer(each) && each.status === 'open')
        .map((session) => ({ at: session.expires_at, happens: () => expireSession(state, session) })),
    ];
  }

  #buys(session: StoredSession, method: StoredPaymentMethod): void {
    const intent = session.payment_intent
      ? this.state.intents.get(session.payment_intent)
      : this.#intentOf(session, session.intentData.metadata);
    session.payment_intent = intent.id;
    confirmIntent(this.state, intent, method.id, false);
    if (intent.status === 'succeeded') session.payment_status = 'paid';
  }

  #subscribes(session: StoredSession, method: StoredPaymentMethod): void {
    const { subscription, invoice } = startSubscription(this.state, session, method.id);
    session.subscription = subscription.id;
    session.invoice = invoice.id;
    payInvoice(this.state, invoice, method.id);
    if (invoice.status === 'paid') session.payment_status = 'paid';
  }

  /** The debit for a subscription's first invoice arrives. */
  firstInvoiceIsPaid(checkoutId: string): void {
    const session = this.state.sessions.get(checkoutId);
    const invoice = this.state.invoices.get(session.invoice ?? '');
    const payment = this.state.invoicePayments.newestFirst().find((each) => each.invoice === invoice.id);
    settleIntent(this.state, this.state.intents.get(payment?.payment.payment_intent ?? ''));
    settleInvoice(this.state, invoice);
    session.payment_status = 'paid';
    this.state.tell('checkout.session.async_payment_succeeded', session);
  }

  #intentOf({ customer, currency, sold }: StoredSession, metadata: Record<string, string>): StoredIntent {
    const description = null;
    const wanted = {
      customer,
      amount: sold.amount,
      currency: currency ?? '',
      metadata,
      description,
      offSession: false,
    };
    return createIntent(this.state, wanted);
  }

  #newCard(customer: string, bank: Bank, isKept: boolean): StoredPaymentMethod {
    const method = this.state.paymentMethods.put({
      id: this.state.id('pm'),
      object: 'payment_method',
      created: this.state.now(customer),
      type: 'card',
      customer: isKept ? customer : null,
      card: { brand: 'visa', display_brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2034 },
      bank,
    });
    if (isKept) this.state.tell('payment_method.attached', method);
    return method;
  }

  #open(url: string): StoredSession {
    const session = this.state.sessions.newestFirst().find((each) => each.url === url);
    if (session?.status !== 'open' || this.state.customers.get(session.customer).deleted)
      throw new Error('There is nothing to pay at this address any more.');
    return session;
  }

  #cardsOf(customerId: string): StoredPaymentMethod[] {
    return this.state.paymentMethods.newestFirst().filter(({ customer }) => customer === customerId);
  }

  #subscriptionOf(customerId: string) {
    const found = this.state.subscriptions
      .newestFirst()
      .find(({ customer, status }) => customer === customerId && status !== 'canceled');
    if (!found) throw new Error('The customer has no subscription.');
    return found;
  }

  /** As `#subscriptionOf`, for the portal, which leaves subscriptions alone that are under a schedule. */
  #ownSubscriptionOf(customerId: string) {
    const found = this.#subscriptionOf(customerId);
    if (found.schedule !== null) throw new Error('The portal changes no subscription that a schedule manages.');
    return found;
  }

  /** What was paid for the order, off-session, on a page, or by the first invoice of a subscription. */
  #paidFor(customerId: string, orderId: string): StoredIntent {
    const direct = this.state.intents
      .newestFirst()
      .find(({ customer, metadata }) => customer === customerId && metadata.order_id === orderId);
    if (direct) return direct;
    const session = this.state.sessions.newestFirst().find(({ metadata }) => metadata?.order_id === orderId);
    const payment = this.state.invoicePayments.newestFirst().find(({ invoice }) => invoice === session?.invoice);
    return this.state.intents.get(payment?.payment.payment_intent ?? '');
  }
}

function expectDecline(pay: () => void): void {
  try {
    pay();
  } catch (error) {
    if (error instanceof StripeRefusal && error.type === 'card_error') return;
    throw error;
  }
  throw new Error('A card that is declined has paid.');
}
