import type { InvoiceStatus } from '../../domain/billing/invoices';
import type { Period } from '../../domain/billing/periods';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import type { CheckoutOrder, PaidInvoice, PaidPlan, Payment } from '../provider';

/** The document of one customer: all that the sandbox knows. Times are milliseconds, the customer's where nothing else is said. */
export interface SandboxAccount {
  readonly organizationId: string;
  readonly organizationName: string;
  /** How far the customer's clock is ahead of the real one; it only ever goes forward. */
  clockAhead: number;
  card: SandboxCard | null;
  /** What the customer has paid too much; it lowers the next invoices. */
  credit: number;
  subscription: SandboxSubscription | null;
  /** In the order in which they were paid. */
  readonly invoices: SandboxInvoice[];
  /** The invoices as the payer is shown them, oldest first. Missing in documents of before they were kept, as are those of before. */
  bills?: SandboxBill[];
  /** Everything that was ever asked for with an order's id, oldest first. */
  readonly orders: SandboxOrder[];
  portalSessions: PortalSession[];
  /** The organization was removed: nothing can be bought. */
  hasEnded: boolean;
  /** Somebody has removed the customer: what was paid is remembered, and nothing else can be done. Missing: no. */
  isGone?: true;
}

export interface SandboxCard {
  readonly lastDigits: string;
  /** Whether its bank says yes. */
  readonly isGood: boolean;
}

/** Terms at the price that they were bought at. A changed catalog does not affect existing subscriptions. */
export interface PricedTerms extends SubscriptionTerms {
  readonly price: number;
}

export interface SandboxSubscription extends PricedTerms {
  /** All periods end on this day of their months. */
  readonly anchor: number;
  readonly period: Period;
  readonly planSince: number;
  /** As `AccountSubscription` has them; missing in documents of before they were kept. */
  readonly paidPlans?: readonly PaidPlan[];
  /** What the present period costs while nobody has paid for it; null: it is paid. */
  readonly overdue: number | null;
  /** What happens at the end of the period instead of a renewal; terms null: it ends. */
  readonly scheduled: { readonly terms: PricedTerms | null } | null;
  readonly orderId: string | null;
}

export interface SandboxInvoice extends PaidInvoice {
  readonly paidAt: number;
}

/** An invoice with its page. One that was paid has the id of its `SandboxInvoice`. */
export interface SandboxBill {
  readonly id: string;
  /** Opens its page and its PDF. The id does not: logs hold it. */
  readonly key: string;
  readonly number: string;
  readonly reason: PaidInvoice['reason'];
  readonly terms: SubscriptionTerms;
  readonly issuedAt: number;
  status: Exclude<InvoiceStatus, 'DRAFT'>;
  /** What is to be paid, or was. Of an open one the customer's credit is not taken off yet. */
  total: number;
}

export interface SandboxOrder extends Payment {
  readonly orderId: string;
  readonly kind: 'CHECKOUT' | 'CHARGE' | 'CHANGE';
  readonly description: string;
  readonly createdAt: number;
  status: Payment['status'];
  /** What was asked for, or once it is paid, what was taken. */
  amount: number;
  amountReturned: number;
  declineId: string | null;
  /** Null if there is no page to pay on. */
  readonly checkout: SandboxCheckout | null;
}

export interface SandboxCheckout {
  readonly id: string;
  readonly item: CheckoutOrder['item'];
  readonly returnUrl: string;
  readonly expiresAt: number;
}

/** Its times are real ones: it must not end because the payer moves the clock on it. */
export interface PortalSession {
  readonly id: string;
  readonly returnUrl: string;
  readonly expiresAt: number;
}

export function newAccount(organization: { readonly id: string; readonly name: string }): SandboxAccount {
  return {
    organizationId: organization.id,
    organizationName: organization.name,
    clockAhead: 0,
    card: null,
    credit: 0,
    subscription: null,
    invoices: [],
    orders: [],
    portalSessions: [],
    hasEnded: false,
  };
}
