import type { Catalog } from '../../src/domain/billing/catalog';
import type { SubscriptionTerms } from '../../src/domain/billing/orders';
import type { PaymentProvider } from '../../src/payments/provider';

/** A real provider with somebody at the other end of it: the payer, their bank, and time. */
export interface ProviderUnderTest {
  readonly name: string;
  readonly provider: PaymentProvider;
  readonly catalog: Catalog;
  /** Pays on the page with a good card. Throws where the page lets nobody pay. */
  pays(checkoutUrl: string): Promise<void>;
  /** Tries to pay on the page with a card that is declined; the page stays open. */
  failsToPay(checkoutUrl: string): Promise<void>;
  /** Leaves the page alone until it has expired. */
  letsExpire(checkoutUrl: string): Promise<void>;
  /** From now on the card on file is declined. */
  cardGoesBad(customerId: string): Promise<void>;
  cardIsReplaced(customerId: string): Promise<void>;
  removesCard(customerId: string): Promise<void>;
  /** Gives back so much of what the customer paid for the order. */
  isRefunded(customerId: string, orderId: string, amount: number): Promise<void>;
  /** The payer's bank takes back all that was paid for the order, for good. */
  losesDispute(customerId: string, orderId: string): Promise<void>;
  /** The payer pays, with the card on file, what is overdue. */
  paysOverdue(customerId: string): Promise<void>;
  /** The payer ends the subscription on the portal, with its period. */
  cancelsOnPortal(customerId: string): Promise<void>;
  /** The payer changes plan or cadence on a portal that makes every change at once. Throws where the card does not pay. */
  changesOnPortal(customerId: string, terms: SubscriptionTerms): Promise<void>;
  /** The subscription ends at once, at providers where it can. */
  endsAtOnce?(customerId: string): Promise<void>;
  /** The owner of the account at the provider removes the customer. */
  removesCustomer(customerId: string): Promise<void>;
  /** Moves the customer's time forward; what falls due on the way happens. Milliseconds. */
  passes(customerId: string, milliseconds: number): Promise<void>;
  close(): Promise<void>;
}
