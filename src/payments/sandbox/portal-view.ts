import type { Catalog } from '../../domain/billing/catalog';
import { isSame, timingOf } from '../../domain/billing/subscription-changes';
import type { BillingCadence } from '../../domain/billing/terms';
import type { PortalSession, SandboxAccount } from './account';
import { accountSubscription } from './account-subscription';
import type { Offer, PortalView } from './sandbox-payer';
import { previewOf } from './subscription-changes';

/** How many invoices and payments the page shows. */
const MOST_SHOWN = 24;

const CADENCES: readonly BillingCadence[] = ['MONTHLY', 'ANNUAL'];

/** All that the portal page shows. `realTime` is what sessions end by. */
export function portalView(
  account: SandboxAccount,
  catalog: Catalog,
  session: PortalSession,
  now: number,
  realTime: number,
): PortalView {
  const { organizationId, organizationName, card, credit, subscription, invoices, orders } = account;
  const payments = orders.filter(({ status, amount }) => status === 'PAID' && amount > 0);
  return {
    ...{ organizationId, organizationName, now, card, credit },
    returnUrl: session.returnUrl,
    isExpired: session.expiresAt <= realTime,
    subscription: subscription && {
      ...accountSubscription(subscription),
      price: subscription.price,
      overdue: subscription.overdue,
    },
    offers: offersOf(account, catalog, now),
    invoices: invoices.slice(-MOST_SHOWN).reverse(),
    payments: payments
      .slice(-MOST_SHOWN)
      .reverse()
      .map(({ orderId, description, amount, amountReturned, createdAt }) => ({
        ...{ orderId, description, amount, amountReturned, createdAt },
      })),
  };
}

function offersOf(account: SandboxAccount, catalog: Catalog, now: number): Offer[] {
  const { subscription } = account;
  if (!subscription) return [];
  const sold = catalog.plans.flatMap(({ key, prices }) =>
    CADENCES.flatMap((cadence) => {
      const price = prices[cadence];
      return price === undefined ? [] : [{ planKey: key, cadence, price }];
    }),
  );
  return sold
    .filter((terms) => !isSame(terms, subscription))
    .map((terms) => {
      const timing = timingOf(catalog, subscription, terms);
      const { amountDueNow } = previewOf(account, catalog, { ...terms, timing }, now, now);
      return { ...terms, timing, amountDueNow };
    });
}
