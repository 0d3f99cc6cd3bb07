import type { Services } from '../../../src/actions/services';
import type { Catalog } from '../../../src/domain/billing/catalog';
import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import type { PaymentProvider } from '../../../src/payments/provider';
import { createSandbox, type Sandbox } from '../../../src/payments/sandbox/create-sandbox';
import type { SandboxPayer } from '../../../src/payments/sandbox/sandbox-payer';
import { createMemoryNotifier } from '../../../src/notifications/memory-notifier';
import { assembleServices } from '../../../src/server/assemble-services';
import type { Database } from '../../../src/store/database';
import { openDatabase } from '../../../src/store/open-database';
import { sandboxAccounts } from '../../../src/store/sandbox-accounts';
import { migratedDatabase } from './migrated-database';
import { withWatchedLocks } from './queue';

export interface ServicesOptions {
  readonly rosterLimit?: number;
  readonly maxGrantDays?: number | null;
  readonly requestDays?: number;
  readonly backlogLimit?: number;
  readonly clock?: () => number;
  readonly catalog?: Catalog;
  readonly payments?: PaymentProvider | null;
  readonly onError?: (error: unknown) => void;
  /** By how many milliseconds the database's clock is ahead. */
  readonly databaseAhead?: () => number;
}

/** Where the services of the tests are said to be reached; payers return to its origin. */
export const TEST_ADDRESS = 'https://billing.example';

/** The actions' services on a database that is open already. */
export function servicesOn(database: Database, options: ServicesOptions = {}): Services {
  const limits = {
    rosterLimit: options.rosterLimit ?? 500,
    maxGrantDays: options.maxGrantDays ?? null,
    requestDays: options.requestDays ?? 14,
    backlogLimit: options.backlogLimit ?? 1_000,
    returnUrlOrigins: null,
    autoRechargeMaxMonthly: null,
  };
  const catalog = options.catalog ?? DEFAULT_CATALOG;
  const clock = options.clock ?? Date.now;
  return assembleServices(limits, {
    database,
    catalog,
    notifier: createMemoryNotifier(),
    clock,
    payments: options.payments ?? null,
    address: () => TEST_ADDRESS,
    onError: options.onError ?? fail,
  });
}

/** The embedded payment provider on a database. */
export function sandboxOn(
  database: Database,
  { catalog = DEFAULT_CATALOG, clock = Date.now }: ServicesOptions = {},
): Sandbox {
  return createSandbox({ catalog, records: sandboxAccounts(database), clock, baseUrl: () => TEST_ADDRESS });
}

/** The payer's side of the sandbox that takes the money of `services`: it keeps all that it knows in their database. */
export function payerOf(services: Services): SandboxPayer {
  return sandboxOn(services.database, services).payer;
}

function fail(error: unknown): never {
  throw error;
}

export interface TestServices extends Services {
  /** The payer's side of the sandbox, where these services take money at all. */
  readonly payer: SandboxPayer;
  /** Every statement that was sent, in order. */
  readonly statements: string[];
  close(): Promise<void>;
}

/** The actions' services on an empty, migrated database of the engine of this run; no HTTP. */
export async function startServices(options: ServicesOptions = {}): Promise<TestServices> {
  const { url, drop } = await migratedDatabase();
  const statements: string[] = [];
  const database = withWatchedLocks(
    await openDatabase({
      url,
      onStatement: (sql) => statements.push(sql),
      ...(options.databaseAhead && { clockAhead: options.databaseAhead }),
    }),
  );
  const sandbox = sandboxOn(database, options);
  const services = servicesOn(database, { payments: sandbox.provider, ...options });
  return {
    ...services,
    payer: sandbox.payer,
    statements,
    close: async () => {
      await services.background.settled();
      services.positionWatcher.close();
      await database.close();
      await drop();
    },
  };
}
