import { handlePaymentNotice } from '../../actions/payments/handle-payment-notice';
import { syncAccount } from '../../actions/payments/sync-account';
import type { Services } from '../../actions/services';
import { changeSubscription } from '../../actions/subscription/change-subscription';
import { createSandbox } from '../../payments/sandbox/create-sandbox';
import { readPageKey } from '../../payments/sandbox/page-addresses';
import { organizationById } from '../../store/organizations';
import { sandboxAccounts } from '../../store/sandbox-accounts';
import { DEMO_ORGANIZATION, DEMO_PEOPLE } from './demo-people';

const DAY = 24 * 60 * 60 * 1000;

/** So long ago the demo's subscription began, which leaves three monthly invoices. */
const BEGAN = 65 * DAY;

/**
 * A plan that has been paid for since two months ago, with its card and invoices, if the demo's money is the sandbox's. It is made once the service
 * listens: the sandbox's pages have no address before.
 */
export async function fillDemoBilling(services: Services, address: () => string): Promise<void> {
  const { database, payments, catalog, clock } = services;
  if (payments?.kind !== 'sandbox') return;
  const organizationId = DEMO_ORGANIZATION;
  const organization = await organizationById(database.reader, organizationId);
  const plan = catalog.plans.find(({ prices }) => prices.MONTHLY !== undefined);
  // Somebody may have bought one already, and what they did stays.
  if (organization?.status !== 'NONE' || !plan) return;

  const asked = { planKey: plan.key, cadence: 'MONTHLY', previewToken: null, idempotencyKey: 'demo' } as const;
  const returnUrl = services.returnUrlOrigins()[0] ?? address();
  const actorId = DEMO_PEOPLE.owner.id;
  const url = await changeSubscription(services, { ...asked, actorId, organizationId, returnUrl });
  const page = url === null ? null : readPageKey(new URL(url).searchParams.get('session'));
  if (!page) return;
  // The payer's clock is late, so that the first period began then.
  const records = sandboxAccounts(database);
  const { payer } = createSandbox({ catalog, records, clock: () => clock() - BEGAN, baseUrl: address });
  const view = await payer.readCheckout(page.customerId, page.id);
  await payer.payCheckout(page.customerId, page.id);
  if (view) await handlePaymentNotice(services, { kind: 'ORDER', organizationId, orderId: view.orderId });
  await syncAccount(services, organizationId);
}
