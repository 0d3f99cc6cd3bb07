import type libsql from 'libsql';
import LibsqlOnThreads from 'libsql/promise';

/**
 * Commits on a thread of the driver. A commit waits for the disk, and may copy SQLite's log into its file: this process does other work
 * in the meantime. Nothing else may use the connection until it has ended.
 *
 * The driver has two classes for the same native connection. This one answers with promises.
 */
export async function commitBeside(connection: libsql.Database): Promise<void> {
  await LibsqlOnThreads.prototype.exec.call(connection, 'COMMIT');
}
