import { assembleServices } from '../../src/server/assemble-services';
import type { Services } from '../../src/actions/services';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import { openDatabase } from '../../src/store/open-database';
import { migrate } from '../../src/store/schema/migrate';
import { freshDatabase } from './database-url';

export interface TestServices extends Services {
  /** Every statement that was sent, in order. */
  readonly statements: string[];
  close(): Promise<void>;
}

/** The actions' services on an empty, migrated database of the engine of this run; no HTTP. */
export async function startServices(
  options: { rosterLimit?: number; backlogLimit?: number; clock?: () => number } = {},
): Promise<TestServices> {
  const { url, drop } = await freshDatabase();
  const statements: string[] = [];
  const database = await openDatabase({ url, onStatement: (sql) => statements.push(sql) });
  await migrate(database);
  const services = assembleServices(
    {
      paymentProvider: 'sandbox',
      rosterLimit: options.rosterLimit ?? 500,
      backlogLimit: options.backlogLimit ?? 1_000,
    },
    database,
    DEFAULT_CATALOG,
    options.clock ?? Date.now,
    (error) => {
      throw error;
    },
  );
  return {
    ...services,
    statements,
    close: async () => {
      services.watches.close();
      await database.close();
      await drop();
    },
  };
}
