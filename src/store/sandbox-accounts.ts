import type { Database } from './database';
import { select } from './schema/select';
import { sandboxAccounts as accounts } from './schema/tables';

const BODY = select({ body: accounts.all.body });
const OF_ID = 'FROM sandbox_accounts WHERE id = ?';

/** The store of the sandbox's customers. The sandbox declares the interface, and does not know the database. */
export function sandboxAccounts(database: Database) {
  return {
    async read(id: string): Promise<string | null> {
      return (await BODY.first(database.reader, OF_ID, [id]))?.body ?? null;
    },

    /**
     * Two that make the same new document meet at its key: one of them is tried again, and finds it there. A document that
     * comes back as it was is not written.
     */
    change<T>(id: string, work: (body: string | null) => { readonly body: string; readonly result: T }): Promise<T> {
      return database.transaction(async (writer) => {
        const [row] = await BODY.lock(writer, OF_ID, [id]);
        const { body, result } = work(row?.body ?? null);
        if (!row) await accounts.insert(writer, { id, body });
        else if (body !== row.body) await accounts.update(writer, { id }, { body });
        return result;
      }, `customer ${id}`);
    },
  };
}
