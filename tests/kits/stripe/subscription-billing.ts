import type Stripe from 'stripe';
import type {
  StoredInvoice,
  StoredItem,
  StoredLine,
  StoredPrice,
  StoredSchedule,
  StoredSession,
  StoredSubscription,
} from './stored-objects';
import { invalid, StripeRefusal } from './stripe-refusal';
import type { StripeState } from './stripe-state';
import { confirmIntent, createIntent } from './take-payment';

type Reason = 'subscription_create' | 'subscription_update' | 'subscription_cycle';

/** The one item: we sell no subscription of several, and neither does the stand-in. */
export function itemOf({ items }: StoredSubscription): StoredItem {
  const [item] = items.data;
  if (!item) throw new Error('The stand-in keeps no subscription without an item.');
  return item;
}

/** So many intervals after the anchor: the same day, or the month's last one. */
export function addIntervals(anchor: number, { recurring }: StoredPrice, count: number): number {
  if (!recurring)
    throw invalid('The price specified is set to `type=one_time` but this field only accepts recurring prices.');
  const months = recurring.interval_count * (recurring.interval === 'year' ? 12 : 1) * count;
  const from = new Date(anchor * 1_000);
  const firstOfMonth = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const days = new Date(Date.UTC(firstOfMonth.getUTCFullYear(), firstOfMonth.getUTCMonth() + 1, 0)).getUTCDate();
  const sinceMidnight = (anchor * 1_000) % 86_400_000;
  return firstOfMonth.getTime() / 1_000 + (Math.min(from.getUTCDate(), days) - 1) * 86_400 + sinceMidnight / 1_000;
}

/** The end of the period that begins at `start`, counted from the anchor. */
function endAfter(start: number, anchor: number, price: StoredPrice): number {
  for (let count = 1; ; count += 1) {
    const end = addIntervals(anchor, price, count);
    if (end > start) return end;
  }
}

export function startSubscription(
  state: StripeState,
  session: StoredSession,
  paymentMethodId: string,
): { subscription: StoredSubscription; invoice: StoredInvoice } {
  const price = state.prices.get(session.sold.price ?? '');
  const now = state.now(session.customer);
  const id = state.id('sub');
  const subscription: StoredSubscription = state.subscriptions.put({
    id,
    object: 'subscription',
    created: now,
    start_date: now,
    billing_cycle_anchor: now,
    status: 'incomplete',
    customer: session.customer,
    currency: price.currency,
    metadata: { ...session.subscriptionMetadata },
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    ended_at: null,
    trial_end: null,
    latest_invoice: null,
    default_payment_method: paymentMethodId,
    schedule: null,
    items: {
      object: 'list',
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
      data: [
        {
          id: state.id('si'),
          object: 'subscription_item',
          created: now,
          current_period_start: now,
          current_period_end: addIntervals(now, price, 1),
          metadata: {},
          price,
          quantity: 1,
          subscription: id,
        },
      ],
    },
  });
  state.tell('customer.subscription.created', subscription);
  const invoice = createInvoice(state, subscription, 'subscription_create', [lineOfPeriod(state, subscription)]);
  return { subscription, invoice };
}

export function lineOfPeriod(state: StripeState, subscription: StoredSubscription): StoredLine {
  const item = itemOf(subscription);
  const period = { start: item.current_period_start, end: item.current_period_end };
  return line(state, subscription, item.price, item.price.unit_amount * item.quantity, period, false);
}

/**
 * What a change of price at `at` comes to: the rest of the period given back at the old price and charged at the new
 * one, to the second; or, where the interval changes, a new period from now.
 * https://docs.stripe.com/billing/subscriptions/prorations
 */
export function linesOfChange(
  state: StripeState,
  subscription: StoredSubscription,
  price: StoredPrice,
  at: number,
): StoredLine[] {
  const item = itemOf(subscription);
  const { current_period_start: start, current_period_end: end } = item;
  if (at < start || at > end)
    throw invalid('The `proration_date` must be within the current billing period.', { param: 'proration_date' });
  const rest = { start: at, end };
  const share = (amount: number) => Math.round((amount * (end - at)) / (end - start));
  const credit = line(state, subscription, item.price, -share(item.price.unit_amount), rest, true);
  if (item.price.recurring?.interval === price.recurring?.interval)
    return [credit, line(state, subscription, price, share(price.unit_amount), rest, true)];
  const now = state.now(subscription.customer);
  const period = { start: now, end: addIntervals(now, price, 1) };
  return [credit, line(state, subscription, price, price.unit_amount, period, false)];
}

/** The subscription is to the price from now on; another interval begins a new period. */
export function takeOverPrice(state: StripeState, subscription: StoredSubscription, price: StoredPrice): void {
  const item = itemOf(subscription);
  const resets = item.price.recurring?.interval !== price.recurring?.interval;
  item.price = price;
  if (!resets) return;
  item.current_period_start = state.now(subscription.customer);
  item.current_period_end = addIntervals(item.current_period_start, price, 1);
  subscription.billing_cycle_anchor = item.current_period_start;
}

function line(
  state: StripeState,
  subscription: StoredSubscription,
  price: StoredPrice,
  amount: number,
  period: Stripe.InvoiceLineItem.Period,
  proration: boolean,
): StoredLine {
  return {
    id: state.id('il'),
    object: 'line_item',
    amount,
    currency: price.currency,
    description: null,
    quantity: 1,
    period,
    invoice: null,
    pricing: { type: 'price_details', price_details: { price: price.id, product: price.product } },
    parent: {
      type: 'subscription_item_details',
      invoice_item_details: null,
      subscription_item_details: {
        subscription: subscription.id,
        subscription_item: itemOf(subscription).id,
        proration,
      },
    },
  };
}

/** An invoice as it would be, which is not kept. */
export function draftInvoice(
  state: StripeState,
  subscription: StoredSubscription,
  reason: StoredInvoice['billing_reason'],
  lines: StoredLine[],
): StoredInvoice {
  const id = reason === 'upcoming' ? state.id('upcoming_in') : state.id('in');
  const now = state.now(subscription.customer);
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  const credit = Math.max(0, -state.customers.get(subscription.customer).balance);
  return {
    id,
    object: 'invoice',
    created: now,
    customer: subscription.customer,
    currency: subscription.currency,
    billing_reason: reason,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    total,
    subtotal: total,
    amount_due: Math.max(0, total - credit),
    amount_paid: 0,
    amount_remaining: Math.max(0, total - credit),
    attempt_count: 0,
    due_date: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    next_payment_attempt: null,
    number: null,
    period_start: now,
    period_end: now,
    lines: {
      object: 'list',
      has_more: false,
      url: `/v1/invoices/${id}/lines`,
      data: lines.map((each) => ({ ...each, invoice: id })),
    },
    parent: {
      type: 'subscription_details',
      quote_details: null,
      subscription_details: { subscription: subscription.id, metadata: { ...subscription.metadata } },
    },
  };
}

export function createInvoice(
  state: StripeState,
  subscription: StoredSubscription,
  reason: Reason,
  lines: StoredLine[],
): StoredInvoice {
  const invoice = state.invoices.put(draftInvoice(state, subscription, reason, lines));
  subscription.latest_invoice = invoice.id;
  state.tell('invoice.created', invoice);
  return invoice;
}

/** Whatever Stripe would charge the subscription's invoices by. */
export function paymentMethodOf(state: StripeState, subscription: StoredSubscription): string | null {
  return (
    subscription.default_payment_method ??
    state.customers.get(subscription.customer).invoice_settings.default_payment_method
  );
}

/** Refuses what could not be charged now, before anything has changed. */
export function refuseUnpaid(state: StripeState, methodId: string | null): void {
  if (methodId === null)
    throw invalid('This customer has no attached payment source or default payment method.', {
      code: 'resource_missing',
    });
  const { bank, customer } = state.paymentMethods.get(methodId);
  if (customer === null) throw invalid('The payment method was detached from its customer, and may not be used again.');
  if (bank === 'DECLINES')
    throw new StripeRefusal(402, 'card_error', 'Your card was declined.', {
      code: 'card_declined',
      decline_code: 'generic_decline',
    });
  if (bank === 'ASKS_THE_PAYER')
    throw new StripeRefusal(
      402,
      'card_error',
      'This payment requires additional user action before it can be completed.',
      {
        code: 'subscription_payment_intent_requires_action',
      },
    );
}

/** From then on it has a number, a page and a PDF, and does not change by itself. Nothing for one that is final already. */
export function finalizeInvoice(state: StripeState, invoice: StoredInvoice): void {
  if (invoice.status !== 'draft') return;
  const secret = state.id('YWNjdF8x');
  invoice.status = 'open';
  invoice.status_transitions.finalized_at = state.now(invoice.customer);
  invoice.number = `${invoice.customer.slice(-8).toUpperCase()}-${state.id('').slice(-4)}`;
  invoice.hosted_invoice_url = `https://invoice.stripe.com/i/acct_1/${secret}?s=ap`;
  invoice.invoice_pdf = `https://pay.stripe.com/invoice/acct_1/${secret}/pdf?s=ap`;
  state.tell('invoice.finalized', invoice);
}

/** Charges the invoice. Throws a card error; the invoice is open then. */
export function payInvoice(state: StripeState, invoice: StoredInvoice, paymentMethodId: string | null): void {
  const now = state.now(invoice.customer);
  finalizeInvoice(state, invoice);
  invoice.attempt_count += 1;
  if (invoice.amount_due > 0) {
    if (paymentMethodId === null)
      throw new StripeRefusal(402, 'card_error', 'There is no payment method.', { code: 'missing' });
    const intent = createIntent(state, {
      customer: invoice.customer,
      amount: invoice.amount_due,
      currency: invoice.currency,
      metadata: {},
      description: 'Subscription',
      offSession: true,
    });
    state.invoicePayments.put({
      id: state.id('inpay'),
      object: 'invoice_payment',
      created: now,
      amount_paid: null,
      amount_requested: invoice.amount_due,
      currency: invoice.currency,
      is_default: true,
      invoice: invoice.id,
      status: 'open',
      payment: { type: 'payment_intent', payment_intent: intent.id },
    });
    confirmIntent(state, intent, paymentMethodId, true);
    if (intent.status === 'processing') return;
  }
  settleInvoice(state, invoice);
}

export function settleInvoice(state: StripeState, invoice: StoredInvoice): void {
  const customer = state.customers.get(invoice.customer);
  // What the invoice is below nothing is kept for later ones, and used up by them.
  customer.balance += invoice.total < 0 ? invoice.total : invoice.total - invoice.amount_due;
  invoice.status = 'paid';
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.paid_at = state.now(invoice.customer);
  for (const payment of state.invoicePayments.newestFirst())
    if (payment.invoice === invoice.id && payment.status === 'open') {
      payment.status = 'paid';
      payment.amount_paid = payment.amount_requested;
    }
  state.tell('invoice.paid', invoice);
  const subscription = state.subscriptions.get(invoice.parent.subscription_details.subscription);
  if (subscription.latest_invoice === invoice.id && !['canceled', 'active', 'trialing'].includes(subscription.status)) {
    subscription.status = 'active';
    state.tell('customer.subscription.updated', subscription);
  }
}

/**
 * Moves the subscription over the end of its period. `draftFor`: whether its invoice stays a draft for an hour, as
 * Stripe's do.
 */
export function passPeriodEnd(state: StripeState, subscription: StoredSubscription, leavesDraft: boolean): void {
  const item = itemOf(subscription);
  const now = item.current_period_end;
  if (subscription.cancel_at_period_end || (subscription.cancel_at !== null && subscription.cancel_at <= now)) {
    endSubscription(state, subscription);
    return;
  }
  const before = item.price;
  enterNextPhase(state, subscription, now);
  if (before.recurring?.interval !== item.price.recurring?.interval) subscription.billing_cycle_anchor = now;
  item.current_period_start = now;
  item.current_period_end = endAfter(now, subscription.billing_cycle_anchor, item.price);
  const invoice = createInvoice(state, subscription, 'subscription_cycle', [lineOfPeriod(state, subscription)]);
  state.tell('customer.subscription.updated', subscription);
  if (!leavesDraft) finalizeRenewal(state, invoice);
}

/** After so many days each, a payment is tried again; then no more. */
const RETRY_AFTER = [3, 5, 7];

const ONE_DAY = 24 * 60 * 60;

/** Charges a renewal for the first time, or again. */
export function finalizeRenewal(state: StripeState, invoice: StoredInvoice): void {
  const subscription = state.subscriptions.get(invoice.parent.subscription_details.subscription);
  try {
    payInvoice(state, invoice, paymentMethodOf(state, subscription));
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    const days = RETRY_AFTER[invoice.attempt_count - 1];
    invoice.next_payment_attempt = days === undefined ? null : state.now(invoice.customer) + days * ONE_DAY;
    subscription.status = 'past_due';
    state.tell('invoice.payment_failed', invoice);
    state.tell('customer.subscription.updated', subscription);
  }
}

export function endSubscription(state: StripeState, subscription: StoredSubscription): void {
  const now = state.now(subscription.customer);
  subscription.status = 'canceled';
  subscription.canceled_at ??= now;
  subscription.ended_at = now;
  if (subscription.schedule !== null) {
    const schedule = state.schedules.get(subscription.schedule);
    schedule.status = 'canceled';
    schedule.current_phase = null;
    subscription.schedule = null;
  }
  state.tell('customer.subscription.deleted', subscription);
}

function enterNextPhase(state: StripeState, subscription: StoredSubscription, now: number): void {
  if (subscription.schedule === null) return;
  const schedule = state.schedules.get(subscription.schedule);
  if (!schedule.current_phase || schedule.current_phase.end_date > now) return;
  const next = schedule.phases.find(({ start_date: start }) => start === now);
  if (!next) {
    releaseSchedule(state, schedule);
    return;
  }
  schedule.current_phase = { start_date: next.start_date, end_date: next.end_date };
  itemOf(subscription).price = state.prices.get(next.items[0]?.price ?? '');
  Object.assign(subscription.metadata, next.metadata);
  state.tell('subscription_schedule.updated', schedule);
}

export function releaseSchedule(state: StripeState, schedule: StoredSchedule): void {
  if (schedule.subscription !== null) {
    const subscription = state.subscriptions.get(schedule.subscription);
    subscription.schedule = null;
    schedule.released_at = state.now(subscription.customer);
  }
  schedule.status = 'released';
  schedule.released_subscription = schedule.subscription;
  schedule.subscription = null;
  schedule.current_phase = null;
  state.tell('subscription_schedule.released', schedule);
}
