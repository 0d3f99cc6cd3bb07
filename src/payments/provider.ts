import type { InvoiceStatus } from '../domain/billing/invoices';
import type { SubscriptionTerms } from '../domain/billing/orders';
import type { Period } from '../domain/billing/periods';
import type { ChangeTiming } from '../domain/billing/subscription-changes';
import type { PaymentProviderName } from '../domain/billing/terms';

/**
 * The payment provider (B2). Times are milliseconds since the epoch, whole seconds where the provider counts in them;
 * amounts are in the minor unit of the catalog's currency. Whatever is made for an order is made once, however often it is asked
 * for with the order's id: a caller that heard no answer asks again.
 *
 * Every function throws `Unavailable` (domain/refusals) where the provider can't be reached or can't answer now; nothing is then
 * known of what was asked, and the same call may be repeated.
 *
 * Somebody may remove a customer at the provider. From then on the functions throw `CustomerGone` that would need the customer, and
 * calls that only read the past, or close what is closed anyway, work as for any other customer.
 */
export interface PaymentProvider {
  readonly kind: Exclude<PaymentProviderName, 'none'>;

  /** The time that the customer's periods go by; null: of somebody who is no customer yet. Of one who is gone it is the real time. */
  now(customerId: string | null): Promise<number>;

  /**
   * The id of the organization's customer, who is created if necessary. `goneId`: the customer before, who was removed; another
   * one takes their place, and one only, however many ask for it at a time.
   */
  createCustomer(organization: { readonly id: string; readonly name: string }, goneId: string | null): Promise<string>;

  /**
   * All that the provider knows of the customer, with the invoices that were paid after `afterInvoiceId` (null: all). Throws
   * `CustomerGone`.
   */
  readAccount(customerId: string, afterInvoiceId: string | null): Promise<Account>;

  /** What a change would cost, as of `at` (null: now). Throws `NoSubscription` or `CustomerGone`. */
  previewChange(customerId: string, change: PlannedChange, at: number | null): Promise<ChangePreview>;

  /**
   * Makes the change, and takes `preview.amountDueNow` where it takes effect at once. It replaces whatever was scheduled before.
   * A change at once to the terms there are drops what was scheduled, and costs nothing.
   * Throws `PaymentDeclined` or `ChangeOutdated` (the numbers are others by now), and then nothing has changed; or `NoSubscription`
   * or `CustomerGone`.
   */
  applyChange(customerId: string, orderId: string, change: PlannedChange, preview: ChangePreview): Promise<void>;

  /** Lets the subscription end with its period; replaces whatever was scheduled before. Throws `NoSubscription` or `CustomerGone`. */
  cancelAtPeriodEnd(customerId: string, orderId: string): Promise<void>;

  /** Drops whatever was scheduled. Throws `NoSubscription` or `CustomerGone`. */
  resume(customerId: string, orderId: string): Promise<void>;

  /** A page on which the payer pays for the order; the card is kept for later charges. Throws `CustomerGone`. */
  createCheckout(order: CheckoutOrder): Promise<Checkout>;

  /** Closes the page, so that nobody can pay on it any more; does nothing where it is closed or paid already. */
  expireCheckout(customerId: string, checkoutId: string): Promise<void>;

  /** Charges the payment method on file, without the payer. Throws `CustomerGone` if it was never charged for the order. */
  charge(order: ChargeOrder): Promise<Payment>;

  /** How the payment of an order stands. Null if the provider knows of none. */
  readPayment(order: PaymentQuestion): Promise<Payment | null>;

  /**
   * The address of a page on which the payer changes payment method and subscription, and sees invoices; for a short time. Throws
   * `CustomerGone`.
   */
  createPortalSession(customerId: string, returnUrl: string): Promise<string>;

  /** Ends the subscription at once and closes open checkouts, because the organization was removed. May be repeated. */
  endAccount(customerId: string): Promise<void>;
}

export interface PlannedChange extends SubscriptionTerms {
  readonly timing: ChangeTiming;
}

export interface ChangePreview {
  /** The moment that the numbers are as of. */
  readonly at: number;
  readonly amountDueNow: number;
  readonly nextInvoice: number;
  readonly nextInvoiceAt: number;
}

export interface CheckoutOrder {
  readonly orderId: string;
  readonly organizationId: string;
  readonly customerId: string;
  readonly item:
    | ({ readonly kind: 'SUBSCRIPTION' } & SubscriptionTerms)
    | { readonly kind: 'CREDIT_PACK'; readonly packKey: string; readonly credits: number; readonly amount: number };
  /** Where the payer goes afterwards; its origin is one that the operator allows. */
  readonly returnUrl: string;
}

export interface Checkout {
  readonly checkoutId: string;
  readonly url: string;
}

export interface ChargeOrder {
  readonly orderId: string;
  readonly organizationId: string;
  readonly customerId: string;
  readonly amount: number;
  /** For the payer's statement and receipts. */
  readonly description: string;
}

export interface PaymentQuestion {
  readonly orderId: string;
  readonly customerId: string;
  readonly checkoutId: string | null;
  /** When the order was made. */
  readonly createdAt: number;
}

export interface Payment {
  /** OPEN: may still be paid. DECLINED and EXPIRED: it won't be. Only PAID is paid (B6). */
  readonly status: 'OPEN' | 'PAID' | 'DECLINED' | 'EXPIRED';
  /** Of what was paid, how much went back: refunds and lost disputes together, never more than was paid. */
  readonly amountReturned: number;
  /** Names the newest attempt that was declined. Null if none was. */
  readonly declineId: string | null;
}

export interface Account {
  /** The customer's time as of which this is. */
  readonly now: number;
  /** What is charged without the payer. Null if there is none. */
  readonly paymentMethod: PaymentMethodSummary | null;
  /** Null if it does not exist, or has ended. */
  readonly subscription: AccountSubscription | null;
  /** Oldest first; those of nothing are left out. */
  readonly invoices: readonly PaidInvoice[];
  /** The next invoice as it would be now. Null if none is to come, or the provider can't say. */
  readonly upcomingInvoice: UpcomingInvoice | null;
  /** What is late of the subscription. Null if nothing is. */
  readonly overdue: OverduePayment | null;
  /**
   * What the payer is shown of invoices, in any order: all of them, or with `afterInvoiceId` at least those that may have changed since
   * that one was paid.
   */
  readonly shownInvoices: readonly ShownInvoice[];
}

/** A payment method, as far as a page may show it. */
export interface PaymentMethodSummary {
  /** The provider's word, such as card or sepa_debit. */
  readonly kind: string;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly expires: { readonly month: number; readonly year: number } | null;
}

export interface UpcomingInvoice {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly dueAt: number;
}

export interface OverduePayment {
  readonly amount: number;
  readonly currency: string;
  readonly since: number;
  /** When the provider tries again by itself. Null if it does not. */
  readonly nextAttemptAt: number | null;
  /** The provider's page to pay on. The address is all that one needs to use it. */
  readonly payUrl: string | null;
}

export interface ShownInvoice {
  readonly id: string;
  /** Null until it is final. */
  readonly number: string | null;
  readonly status: InvoiceStatus;
  /** Below 0 if it gives credit. */
  readonly total: number;
  readonly currency: string;
  /** When it was made. It stays the same. */
  readonly issuedAt: number;
  /** The provider's page and PDF of it. The addresses are all that one needs to open them. */
  readonly hostedUrl: string | null;
  readonly pdfUrl: string | null;
}

export interface AccountSubscription extends SubscriptionTerms {
  readonly status: 'TRIALING' | 'ACTIVE' | 'PAST_DUE';
  readonly period: Period;
  /** The plans that were paid for in the present period, or are tried in it, in order. Empty while the period is not paid. */
  readonly paidPlans: readonly PaidPlan[];
  /** What happens at the end of the period instead of a renewal; terms null: it ends. */
  readonly scheduled: { readonly terms: SubscriptionTerms | null; readonly at: number } | null;
  /** The order that changed the subscription last. Null if the payer did it at the provider. */
  readonly orderId: string | null;
}

export interface PaidPlan {
  readonly planKey: string;
  /** From when on it was paid for, within the present period. */
  readonly since: number;
}

/** An invoice of the subscription that was paid; credit packs have none. */
export interface PaidInvoice {
  readonly id: string;
  readonly amount: number;
  readonly reason: 'START' | 'CHANGE' | 'RENEWAL';
  /** The order that it was made for. Null for a renewal, or a change that the payer made at the provider. */
  readonly orderId: string | null;
}
