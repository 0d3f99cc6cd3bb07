import type { Services } from '../../../src/actions/services';
import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import { createMemoryNotifier } from '../../../src/notifications/memory-notifier';
import { assembleServices } from '../../../src/server/assemble-services';
import type { Database } from '../../../src/store/database';

const ADDRESS = 'http://127.0.0.1';

/** The service's actions on a database, in this process. */
export function servicesOn(database: Database, clock: () => number): Services {
  return assembleServices(
    {
      rosterLimit: 500,
      maxGrantDays: null,
      requestDays: 14,
      backlogLimit: 1_000,
      returnUrlOrigins: null,
      autoRechargeMaxMonthly: null,
    },
    {
      database,
      catalog: DEFAULT_CATALOG,
      notifier: createMemoryNotifier(),
      clock,
      payments: null,
      address: () => ADDRESS,
      onError: (error) => {
        throw error;
      },
    },
  );
}
