import { randomUUID } from 'node:crypto';
import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import type { Catalog } from '../../../src/domain/billing/catalog';
import { createSandbox, type Sandbox } from '../../../src/payments/sandbox/create-sandbox';
import { type PageKey, readPageKey } from '../../../src/payments/sandbox/page-addresses';
import type { Outcome } from '../../../src/payments/sandbox/sandbox-payer';
import { openDatabase } from '../../../src/store/open-database';
import { sandboxAccounts } from '../../../src/store/sandbox-accounts';
import { migrate } from '../../../src/store/schema/migrate';
import { freshDatabase } from '../../kits/service/database-url';
import type { ProviderUnderTest } from '../provider-under-test';

const DAY = 24 * 3_600_000;

export interface SandboxUnderTest extends ProviderUnderTest, Sandbox {
  /** Moves the real clock, which all customers' clocks go by. Milliseconds. */
  realTimePasses(milliseconds: number): void;
  /** The same sandbox after a restart with another catalog. */
  restartedWith(catalog: Catalog): Sandbox;
}

/** The sandbox on an empty database of the engine of this run, at a real time that stands still until it is moved. */
export async function startSandbox(catalog: Catalog = DEFAULT_CATALOG): Promise<SandboxUnderTest> {
  const { url, drop } = await freshDatabase();
  const database = await openDatabase({ url });
  await migrate(database);
  let realTime = Date.parse('2026-11-24T09:30:15.250Z');
  const restartedWith = (sold: Catalog) =>
    createSandbox({
      catalog: sold,
      records: sandboxAccounts(database),
      clock: () => realTime,
      baseUrl: () => 'http://127.0.0.1:4000/',
    });
  const sandbox = restartedWith(catalog);
  const { payer } = sandbox;

  return {
    ...sandbox,
    catalog,
    name: 'sandbox',
    restartedWith,
    realTimePasses: (milliseconds) => {
      realTime += milliseconds;
    },
    pays: async (checkoutUrl) => {
      const { customerId, id } = keyOf(checkoutUrl);
      expectDone(await payer.payCheckout(customerId, id));
    },
    failsToPay: async (checkoutUrl) => {
      const { customerId, id } = keyOf(checkoutUrl);
      expectDone(await payer.declineCheckout(customerId, id));
    },
    letsExpire: async (checkoutUrl) => expectDone(await payer.moveClock(keyOf(checkoutUrl).customerId, DAY)),
    cardGoesBad: async (customerId) => expectDone(await payer.putCard(customerId, false)),
    cardIsReplaced: async (customerId) => expectDone(await payer.putCard(customerId, true)),
    removesCard: async (customerId) => expectDone(await payer.removeCard(customerId)),
    isRefunded: async (customerId, orderId, amount) => expectDone(await payer.refund(customerId, orderId, amount)),
    losesDispute: async (customerId, orderId) => expectDone(await payer.loseDispute(customerId, orderId)),
    paysOverdue: async (customerId) => expectDone(await payer.settleOverdue(customerId)),
    cancelsOnPortal: async (customerId) => expectDone(await payer.cancelSubscription(customerId)),
    // The sandbox's own page lets what is less wait; what a change at once does there is what the provider does for an order.
    changesOnPortal: async (customerId, terms) => {
      const { provider } = sandbox;
      const change = { ...terms, timing: 'NOW' } as const;
      await provider.applyChange(
        customerId,
        randomUUID(),
        change,
        await provider.previewChange(customerId, change, null),
      );
    },
    removesCustomer: async (customerId) => expectDone(await payer.removeCustomer(customerId)),
    passes: async (customerId, milliseconds) => {
      if (milliseconds !== 0) expectDone(await payer.moveClock(customerId, milliseconds));
    },
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

export function keyOf(address: string): PageKey {
  const key = readPageKey(new URL(address).searchParams.get('session'));
  if (!key) throw new Error(`${address} names no page.`);
  return key;
}

function expectDone(outcome: Outcome): void {
  if (outcome !== 'DONE') throw new Error(`The sandbox answers ${outcome}.`);
}
