import type { Database } from '../../../src/store/database';
import { openDatabase } from '../../../src/store/open-database';
import { freshDatabase } from './database-url';

export interface EmptyDatabase {
  readonly url: string;
  /** One more connection to it, as another instance has; closed with it. */
  open(options?: { poolSize?: number; url?: string }): Promise<Database>;
  close(): Promise<void>;
}

/** A database of its own on the engine of this run, with nothing in it, not even tables. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  const { url, drop } = await freshDatabase();
  const opened: Database[] = [];
  return {
    url,
    open: async (options = {}) => {
      const database = await openDatabase({ url, ...options });
      opened.push(database);
      return database;
    },
    close: async () => {
      for (const database of opened) await database.close();
      await drop();
    },
  };
}
