import type { SubscriptionTerms } from '../../domain/billing/orders';
import type { ChangeTiming } from '../../domain/billing/subscription-changes';
import type { AccountSubscription, CheckoutOrder, Payment } from '../provider';
import type { SandboxBill, SandboxCard, SandboxInvoice } from './account';

/**
 * What the payer and the payer's bank can do at the sandbox, for its pages, the demo and tests. Whatever changes something answers how
 * it went; nothing throws but where the customer or the records are missing.
 */
export interface SandboxPayer {
  /** Null if there is no such checkout, or no such customer. */
  readCheckout(customerId: string, checkoutId: string): Promise<CheckoutView | null>;
  /** Pays with a good card, which is kept on file. */
  payCheckout(customerId: string, checkoutId: string): Promise<Outcome>;
  /** Tries with a card that is declined. */
  declineCheckout(customerId: string, checkoutId: string): Promise<Outcome>;

  /** Null if there is no such invoice, or no such customer. `key`: what its address names it by. */
  readInvoice(customerId: string, key: string): Promise<InvoiceView | null>;
  /** Pays an open invoice with the card on file, or with a new one that pays and is kept. */
  payInvoice(customerId: string, key: string, withNewCard: boolean): Promise<Outcome>;

  /** Null if there is no such session or customer, or it ended long ago. */
  readPortal(customerId: string, sessionId: string): Promise<PortalView | null>;
  /** Adds or replaces the card on file by one whose bank says yes, or no. */
  putCard(customerId: string, isGood: boolean): Promise<Outcome>;
  removeCard(customerId: string): Promise<Outcome>;
  /** Changes plan and cadence, at once or at the end of the period as the rule has it (B4). */
  changeSubscription(customerId: string, terms: SubscriptionTerms): Promise<Outcome>;
  cancelSubscription(customerId: string): Promise<Outcome>;
  /** Drops whatever was scheduled. */
  resumeSubscription(customerId: string): Promise<Outcome>;
  settleOverdue(customerId: string): Promise<Outcome>;
  /** Gives back so much of what was paid for the order, or what is left of it. */
  refund(customerId: string, orderId: string, amount: number): Promise<Outcome>;
  /** The payer's bank reverses the whole payment of the order. */
  loseDispute(customerId: string, orderId: string): Promise<Outcome>;
  /** The owner of the account at the provider removes the customer: the subscription ends, and the card is deleted. */
  removeCustomer(customerId: string): Promise<Outcome>;
  /** Moves the customer's clock forward, in milliseconds; what falls due on the way happens. */
  moveClock(customerId: string, milliseconds: number): Promise<Outcome>;
  /** Moves it to the end of the present period. */
  moveClockToRenewal(customerId: string): Promise<Outcome>;
}

/** CLOSED: it can't be done (any more), and nothing has changed. DECLINED: the card was declined. */
export type Outcome = 'DONE' | 'DECLINED' | 'CLOSED';

export interface CheckoutView {
  readonly organizationId: string;
  readonly organizationName: string;
  readonly orderId: string;
  readonly item: CheckoutOrder['item'];
  readonly status: Payment['status'];
  /** False of an open one whose subscription would be a second one. */
  readonly isPayable: boolean;
  readonly amount: number;
  /** Whether an attempt to pay was declined. */
  readonly wasDeclined: boolean;
  readonly returnUrl: string;
}

export interface InvoiceView extends Pick<
  SandboxBill,
  'number' | 'reason' | 'terms' | 'issuedAt' | 'status' | 'total'
> {
  readonly organizationId: string;
  readonly organizationName: string;
  readonly card: SandboxCard | null;
}

export interface PortalView {
  readonly organizationId: string;
  readonly organizationName: string;
  readonly returnUrl: string;
  readonly isExpired: boolean;
  /** The customer's time. */
  readonly now: number;
  readonly card: SandboxCard | null;
  readonly credit: number;
  readonly subscription: (AccountSubscription & { readonly price: number; readonly overdue: number | null }) | null;
  readonly offers: readonly Offer[];
  /** Newest first. */
  readonly invoices: readonly SandboxInvoice[];
  /** What was paid for orders, newest first. */
  readonly payments: readonly PaymentView[];
}

/** Terms that the payer can change to, and what they pay at once. */
export interface Offer extends SubscriptionTerms {
  readonly price: number;
  readonly timing: ChangeTiming;
  readonly amountDueNow: number;
}

export interface PaymentView {
  readonly orderId: string;
  readonly description: string;
  readonly amount: number;
  readonly amountReturned: number;
  readonly createdAt: number;
}
