import type { OrderKind } from '../../domain/billing/orders';
import { Refusal } from '../../domain/refusals';
import {
  accountsDue,
  accountsToEnd,
  accountsToReadAgain,
  creditsDue,
  deleteBillingAccount,
  type DuePosition,
} from '../../store/billing-accounts';
import { openOrders } from '../../store/billing-orders';
import type { Services } from '../services';
import { CLOCK_SKEW, settleOrder } from './settle-order';
import { syncAccount } from './sync-account';

const PAGE = 100;

/** Accounts that are read in a pass without news; whatever else a pass does waits for no more. */
const MOST_READ_AGAIN = 20;

/**
 * Catches up with the provider where no news came through, or nobody was there to hear them: charges and changes that were ordered
 * more than `settledFor` milliseconds ago and whose outcome nobody knows, periods and months of credits that are over, customers of
 * removed organizations, and accounts without news for a day. A failure is reported, and the rest continues.
 */
export async function reconcilePayments(services: Services, settledFor: number): Promise<void> {
  if (!services.payments) return;
  await settleOpenOrders(services, ['RECHARGE', 'CHANGE'], settledFor);
  await syncDueAccounts(services, accountsDue);
  await syncDueAccounts(services, creditsDue);
  await endRemovedAccounts(services);
  await readAgain(services);
}

/**
 * Asks about the pages that were opened more than `settledFor` milliseconds ago and on which nobody has paid yet. There may be many
 * of them, a payer takes their time, and the provider tells by itself: this is for what it told while nobody listened.
 */
export async function reconcileCheckouts(services: Services, settledFor: number): Promise<void> {
  if (services.payments) await settleOpenOrders(services, ['TOP_UP', 'SUBSCRIPTION'], settledFor);
}

async function settleOpenOrders(services: Services, kinds: readonly OrderKind[], settledFor: number): Promise<void> {
  const { reader } = services.database;
  const now = services.clock();
  const made = { madeBefore: now - settledFor, madeAfter: now + CLOCK_SKEW };
  let after = { createdAt: 0, id: '' };
  for (;;) {
    const orders = await openOrders(reader, kinds, made, after, PAGE);
    for (const { organizationId, id } of orders)
      await tolerant(services, () => settleOrder(services, organizationId, id));
    const last = orders.at(-1);
    if (!last || orders.length < PAGE) return;
    after = last;
  }
}

async function syncDueAccounts(services: Services, dueAccounts: typeof accountsDue): Promise<void> {
  let after: DuePosition = { dueAt: 0, organizationId: '' };
  for (;;) {
    const due = await dueAccounts(services.database.reader, services.clock(), after, PAGE);
    for (const { organizationId } of due) await tolerant(services, () => syncAccount(services, organizationId));
    const last = due.at(-1);
    if (!last || due.length < PAGE) return;
    after = last;
  }
}

/** News of an account may have been lost. Each is asked for once a day without any, and so many at a time: a provider has its limits too. */
async function readAgain(services: Services): Promise<void> {
  const { reader } = services.database;
  for (const organizationId of await accountsToReadAgain(reader, services.clock(), MOST_READ_AGAIN))
    await tolerant(services, () => syncAccount(services, organizationId));
}

/** Nobody can be charged for an organization that is gone; forgotten only when the provider has said that it is done. */
async function endRemovedAccounts(services: Services): Promise<void> {
  const { database, payments } = services;
  for (const { organizationId, customerId } of await accountsToEnd(database.reader, PAGE))
    await tolerant(services, async () => {
      await payments?.endAccount(customerId);
      await database.transaction((writer) => deleteBillingAccount(writer, organizationId));
    });
}

async function tolerant({ background }: Services, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // Removed in the meantime.
    if (!(error instanceof Refusal)) background.report(error);
  }
}
