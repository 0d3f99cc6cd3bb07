import type Stripe from 'stripe';

/** Some of a Stripe object's fields, by Stripe's own names and types, with ids in place of what can be expanded. */
type Kept<Thing, Fields extends keyof Thing, Own> = Omit<Pick<Thing, Fields>, keyof Own> & Own;

export interface StoredList<Element> {
  object: 'list';
  data: Element[];
  has_more: boolean;
  url: string;
}

export type StoredCustomer = Kept<
  Stripe.Customer,
  'id' | 'object' | 'created' | 'metadata' | 'name' | 'balance' | 'livemode',
  { invoice_settings: { default_payment_method: string | null }; test_clock: string; deleted?: true }
>;

export type StoredTestClock = Kept<Stripe.TestHelpers.TestClock, 'id' | 'object' | 'frozen_time' | 'created', object>;

export type StoredProduct = Kept<Stripe.Product, 'id' | 'object' | 'name' | 'active' | 'created', object>;

export type StoredPrice = Kept<
  Stripe.Price,
  'id' | 'object' | 'active' | 'created' | 'currency' | 'lookup_key' | 'metadata' | 'type',
  {
    product: string;
    unit_amount: number;
    recurring: Pick<Stripe.Price.Recurring, 'interval' | 'interval_count' | 'usage_type'> | null;
  }
>;

export type StoredPaymentMethod = Kept<
  Stripe.PaymentMethod,
  'id' | 'object' | 'created' | 'type',
  {
    customer: string | null;
    card: Pick<Stripe.PaymentMethod.Card, 'brand' | 'display_brand' | 'last4' | 'exp_month' | 'exp_year'>;
    /** How the payer's bank answers; Stripe does not show it. */
    bank: 'PAYS' | 'DECLINES' | 'ASKS_THE_PAYER' | 'TAKES_ITS_TIME';
  }
>;

export type StoredCharge = Kept<
  Stripe.Charge,
  | 'id'
  | 'object'
  | 'created'
  | 'amount'
  | 'amount_refunded'
  | 'refunded'
  | 'disputed'
  | 'failure_code'
  | 'status'
  | 'paid',
  { customer: string; payment_intent: string; metadata: Stripe.Metadata }
>;

export type StoredIntent = Kept<
  Stripe.PaymentIntent,
  | 'id'
  | 'object'
  | 'created'
  | 'amount'
  | 'amount_received'
  | 'currency'
  | 'metadata'
  | 'status'
  | 'description'
  | 'client_secret'
  | 'setup_future_usage'
  | 'canceled_at',
  {
    customer: string;
    payment_method: string | null;
    latest_charge: string | null;
    last_payment_error: { type: string; code: string; decline_code?: string; charge?: string; message: string } | null;
  }
>;

export type StoredRefund = Kept<
  Stripe.Refund,
  'id' | 'object' | 'created' | 'amount' | 'currency' | 'status' | 'metadata',
  { payment_intent: string; charge: string }
>;

export type StoredDispute = Kept<
  Stripe.Dispute,
  'id' | 'object' | 'created' | 'amount' | 'currency' | 'status' | 'metadata' | 'reason',
  { payment_intent: string; charge: string }
>;

export type StoredItem = Kept<
  Stripe.SubscriptionItem,
  'id' | 'object' | 'created' | 'current_period_start' | 'current_period_end' | 'metadata',
  { price: StoredPrice; quantity: number; subscription: string }
>;

export type StoredSubscription = Kept<
  Stripe.Subscription,
  | 'id'
  | 'object'
  | 'created'
  | 'status'
  | 'metadata'
  | 'currency'
  | 'cancel_at'
  | 'cancel_at_period_end'
  | 'canceled_at'
  | 'ended_at'
  | 'billing_cycle_anchor'
  | 'trial_end'
  | 'start_date',
  {
    customer: string;
    items: StoredList<StoredItem>;
    latest_invoice: string | null;
    default_payment_method: string | null;
    schedule: string | null;
  }
>;

export type StoredLine = Kept<
  Stripe.InvoiceLineItem,
  'id' | 'object' | 'amount' | 'currency' | 'description' | 'period' | 'quantity',
  {
    invoice: string | null;
    pricing: { type: 'price_details'; price_details: { price: string; product: string } };
    parent: {
      type: 'subscription_item_details';
      invoice_item_details: null;
      subscription_item_details: { subscription: string; subscription_item: string; proration: boolean };
    };
  }
>;

export type StoredInvoice = Kept<
  Stripe.Invoice,
  | 'id'
  | 'object'
  | 'created'
  | 'amount_due'
  | 'amount_paid'
  | 'amount_remaining'
  | 'attempt_count'
  | 'billing_reason'
  | 'due_date'
  | 'hosted_invoice_url'
  | 'invoice_pdf'
  | 'next_payment_attempt'
  | 'number'
  | 'currency'
  | 'status'
  | 'status_transitions'
  | 'total'
  | 'subtotal'
  | 'period_start'
  | 'period_end',
  {
    customer: string;
    lines: StoredList<StoredLine>;
    parent: {
      type: 'subscription_details';
      quote_details: null;
      subscription_details: { subscription: string; metadata: Stripe.Metadata };
    };
  }
>;

export type StoredInvoicePayment = Kept<
  Stripe.InvoicePayment,
  'id' | 'object' | 'created' | 'amount_paid' | 'amount_requested' | 'currency' | 'is_default' | 'status',
  { invoice: string; payment: { type: 'payment_intent'; payment_intent: string } }
>;

export type StoredSession = Kept<
  Stripe.Checkout.Session,
  | 'id'
  | 'object'
  | 'created'
  | 'amount_total'
  | 'currency'
  | 'cancel_url'
  | 'success_url'
  | 'expires_at'
  | 'metadata'
  | 'mode'
  | 'payment_status'
  | 'status'
  | 'url',
  {
    customer: string;
    invoice: string | null;
    payment_intent: string | null;
    subscription: string | null;
    /** What the page sells; Stripe does not show these here. */
    sold: { price: string | null; amount: number };
    intentData: { metadata: Stripe.Metadata; savesCard: boolean };
    subscriptionMetadata: Stripe.Metadata;
  }
>;

export interface StoredPhase {
  start_date: number;
  end_date: number;
  items: { price: string; quantity: number }[];
  metadata: Stripe.Metadata;
  proration_behavior: string;
}

export type StoredSchedule = Kept<
  Stripe.SubscriptionSchedule,
  'id' | 'object' | 'created' | 'status' | 'end_behavior' | 'current_phase' | 'released_at',
  { customer: string; subscription: string | null; released_subscription: string | null; phases: StoredPhase[] }
>;

export interface StoredEvent {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  livemode: false;
  pending_webhooks: number;
  request: null;
  type: string;
  data: { object: object; previous_attributes?: object };
}
