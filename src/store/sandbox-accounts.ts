import type { Database } from './database';

/** What the sandbox keeps its customers' documents in; it declares the interface, and knows no database. */
export function sandboxAccounts(database: Database) {
  return {
    async read(id: string): Promise<string | null> {
      const [row] = await database.reader.rows<{ body: string }>('SELECT body FROM sandbox_accounts WHERE id = ?', [
        id,
      ]);
      return row?.body ?? null;
    },

    /**
     * Two that make the same new document meet at its key: one of them is tried again, and finds it there. A document that
     * comes back as it was is not written.
     */
    change<T>(id: string, work: (body: string | null) => { readonly body: string; readonly result: T }): Promise<T> {
      return database.transaction(async (writer) => {
        const [row] = await writer.lock<{ body: string }>('SELECT body FROM sandbox_accounts WHERE id = ?', [id]);
        const { body, result } = work(row?.body ?? null);
        if (!row) await writer.run('INSERT INTO sandbox_accounts (id, body) VALUES (?, ?)', [id, body]);
        else if (body !== row.body) await writer.run('UPDATE sandbox_accounts SET body = ? WHERE id = ?', [body, id]);
        return result;
      }, `customer ${id}`);
    },
  };
}
