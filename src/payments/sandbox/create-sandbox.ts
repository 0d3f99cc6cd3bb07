import { createHash } from 'node:crypto';
import type { Catalog } from '../../domain/billing/catalog';
import type { PaymentProvider } from '../provider';
import { newAccount, type PortalSession, type SandboxAccount } from './account';
import { accountSubscription } from './account-subscription';
import { openAccounts, present } from './accounts';
import { closeOpenBill } from './bills';
import { expireCheckout, findCheckout, openCheckout } from './checkouts';
import { createPayer } from './create-payer';
import { chargeOnce, findOrder, paymentOf } from './orders';
import { pageAddress } from './page-addresses';
import type { SandboxPayer } from './sandbox-payer';
import type { SandboxRecords } from './sandbox-records';
import { shownAccount } from './shown-account';
import { applyOnce, previewOf, refuseDeclined, scheduleOnce } from './subscription-changes';
import { randomId } from './random-id';

/** How long a portal session may be used, and how long its page says that it has ended, in milliseconds of real time. */
const SESSION_LIFE = 30 * 60 * 1000;
const REMEMBERED = 24 * 60 * 60 * 1000;

/** Opens a session and forgets those that ended long ago. */
function openPortalSession(account: SandboxAccount, returnUrl: string, realTime: number): PortalSession {
  const session = { id: randomId('ps'), returnUrl, expiresAt: realTime + SESSION_LIFE };
  const isRemembered = ({ expiresAt }: PortalSession) => expiresAt + REMEMBERED > realTime;
  account.portalSessions = [...account.portalSessions.filter(isRemembered), session];
  return session;
}

export interface SandboxOptions {
  readonly catalog: Catalog;
  readonly records: SandboxRecords;
  /** The real time, in milliseconds. Each customer has its own clock, which follows it and can be moved forward. */
  readonly clock: () => number;
  /** The address at which browsers reach the service; asked for each time, since it is known once the service listens. */
  readonly baseUrl: () => string;
}

export interface Sandbox {
  readonly provider: PaymentProvider;
  readonly payer: SandboxPayer;
}

/**
 * The embedded payment provider (B2): no money moves. It charges as a real one does, on cards that pay or decline at a click, and
 * what falls due happens when an account is next looked at.
 */
export function createSandbox({ catalog, records, clock, baseUrl }: SandboxOptions): Sandbox {
  const accounts = openAccounts(records, clock);

  const provider: PaymentProvider = {
    kind: 'sandbox',
    now: (customerId) => accounts.now(customerId),

    async createCustomer(organization, goneId) {
      const customerId = customerIdOf(organization.id, goneId);
      const isGone = await records.change(customerId, (body) => {
        const account = body === null ? newAccount(organization) : (JSON.parse(body) as SandboxAccount);
        return { body: body ?? JSON.stringify(account), result: account.isGone };
      });
      return isGone ? provider.createCustomer(organization, customerId) : customerId;
    },

    readAccount: (customerId, afterInvoiceId) =>
      accounts.look(customerId, (account, now) => {
        const { subscription, invoices } = present(account);
        return {
          now,
          ...shownAccount(account, catalog, (page, { key: id }) => pageAddress(baseUrl(), page, { customerId, id })),
          subscription: subscription && accountSubscription(subscription),
          invoices: invoices
            .slice(invoices.findIndex(({ id }) => id === afterInvoiceId) + 1)
            .map(({ id, amount, reason, orderId }) => ({ id, amount, reason, orderId })),
        };
      }),

    previewChange: (customerId, change, at) =>
      accounts.look(customerId, (account, now) => previewOf(present(account), catalog, change, at ?? now, now)),

    applyChange: async (customerId, orderId, change, preview) =>
      refuseDeclined(
        await accounts.change(customerId, (account, now) =>
          applyOnce(present(account), catalog, orderId, change, preview, now),
        ),
      ),

    cancelAtPeriodEnd: (customerId, orderId) =>
      accounts.change(customerId, (account, now) => scheduleOnce(present(account), orderId, { terms: null }, now)),

    resume: (customerId, orderId) =>
      accounts.change(customerId, (account, now) => scheduleOnce(present(account), orderId, null, now)),

    async createCheckout(order) {
      const { customerId } = order;
      const { checkout } = await accounts.change(customerId, (account, now) =>
        openCheckout(present(account), catalog, order, now),
      );
      return { checkoutId: checkout.id, url: pageAddress(baseUrl(), 'checkout', { customerId, id: checkout.id }) };
    },

    expireCheckout: (customerId, checkoutId) =>
      accounts.change(customerId, (account) => {
        const order = findCheckout(account, checkoutId);
        if (order) expireCheckout(order);
      }),

    charge: (charge) =>
      accounts.change(charge.customerId, (account, now) => {
        const { status, amountReturned, declineId } = chargeOnce(account, charge, now);
        return { status, amountReturned, declineId };
      }),

    readPayment: ({ customerId, orderId }) =>
      accounts.look(customerId, (account, now) => {
        const order = findOrder(account, orderId);
        return order ? paymentOf(order, now) : null;
      }),

    async createPortalSession(customerId, returnUrl) {
      const { id } = await accounts.change(customerId, (account) =>
        openPortalSession(present(account), returnUrl, clock()),
      );
      return pageAddress(baseUrl(), 'portal', { customerId, id });
    },

    endAccount: (customerId) =>
      accounts.change(customerId, (account) => {
        account.subscription = null;
        account.card = null;
        account.hasEnded = true;
        closeOpenBill(account, 'VOID');
        account.portalSessions = [];
        for (const order of account.orders) expireCheckout(order);
      }),
  };

  return { provider, payer: createPayer(accounts, catalog, clock) };
}

/**
 * The id of the organization's customer, or of the one who takes the place of `goneId`: the same each time, so that there is one
 * however often it is made. Unlike the organization's own id it is short, and needs no escaping in an address.
 */
export function customerIdOf(organizationId: string, goneId: string | null = null): string {
  // No id holds a space.
  const named = goneId === null ? organizationId : `${organizationId} ${goneId}`;
  return `cus_${createHash('sha256').update(named).digest('hex').slice(0, 40)}`;
}
