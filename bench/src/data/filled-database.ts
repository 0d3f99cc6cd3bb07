import { startService } from '../contenders/service';
import { WATCHED_OWNER, fillWatched } from './watched-organization';
import { type BenchDatabase, emptyDatabase } from './databases';
import { fillThroughService } from './fill';
import { sender } from './sender';

/** A database with all that any part asks about, filled by the service built in the checkout `root`. */
export async function filledDatabase(server: string | null, sockets: number, root?: string): Promise<BenchDatabase> {
  const database = await emptyDatabase(server);
  try {
    const filling = await startService(database.url, [], {}, root);
    try {
      const sendAs = (subject: string | null) => sender(filling.port, subject);
      await fillThroughService(sendAs);
      await fillWatched(database.url, sockets, await sendAs(null), await sendAs(WATCHED_OWNER));
    } finally {
      await filling.stop();
    }
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}
