import type { Database, Line, Value, Writer } from '../../../src/store/database';
import { engine } from './database-url';
import { Gate } from '../basics/gate';

type Contender = () => Promise<unknown>;

type Settled<Contenders extends readonly Contender[]> = {
  [Key in keyof Contenders]: PromiseSettledResult<Awaited<ReturnType<Contenders[Key]>>>;
};

/** The row whose lock the contenders queue on; of an organization, or of a user, whose profile several organizations share. */
export interface Queue {
  readonly of: 'organizations' | 'users';
  readonly id: string;
}

/** Hears of those that come to a row, and delays the holder of its lock. */
interface Watcher {
  readonly queue: Queue;
  readonly comes: () => void;
  readonly holds: () => Promise<void>;
}

const LINES = { organizations: 'organization', users: 'user' } as const;

const watchers = new WeakMap<Database, { watcher: Watcher | null }>();

/** The same database, on which `inThisOrder` can delay the holder of a lock. */
export function withWatchedLocks(database: Database): Database {
  const state: { watcher: Watcher | null } = { watcher: null };
  const watched = (writer: Writer): Writer => ({
    ...writer,
    lock: async <Row>(sql: string, values: readonly Value[] = []) => {
      const watcher = isAt(state.watcher, sql, values) ? state.watcher : null;
      watcher?.comes();
      const rows = await writer.lock<Row>(sql, values);
      await watcher?.holds();
      return rows;
    },
  });
  const watching: Database = {
    ...database,
    transaction: (work, line) => {
      if (comesToLine(state.watcher, line)) state.watcher?.comes();
      return database.transaction((writer) => work(watched(writer)), line);
    },
  };
  watchers.set(watching, state);
  return watching;
}

function isAt(watcher: Watcher | null, sql: string, [id]: readonly Value[]): boolean {
  return watcher !== null && sql.includes(` FROM ${watcher.queue.of} `) && id === watcher.queue.id;
}

/** All writers on SQLite wait in one queue. */
function comesToLine(watcher: Watcher | null, line: Line | null = null): boolean {
  return watcher !== null && (engine === 'sqlite' || line === `${LINES[watcher.queue.of]} ${watcher.queue.id}`);
}

/**
 * Starts the contenders one after the other: the first is held up once it has the lock of the row, and each other is started
 * once the one before it is in the queue (or has ended without the lock); then all go on. So they come to it in the order in which
 * they are given. Of a user, which transactions of several queues lock, two at most.
 */
export async function inThisOrder<const Contenders extends readonly Contender[]>(
  { database }: { readonly database: Database },
  queue: Queue,
  ...contenders: Contenders
): Promise<Settled<Contenders>> {
  const state = watchers.get(database);
  if (!state) throw new Error('The locks of this database are not watched.');
  if (queue.of === 'users' && contenders.length > 2) throw new Error('Of more than two the order is not sure.');
  const mayGoOn = new Gate();
  let isHeld = false;
  let hasCome = new Gate();
  state.watcher = {
    queue,
    comes: () => isHeld && hasCome.open(),
    holds: async () => {
      if (isHeld) return;
      isHeld = true;
      hasCome.open();
      await mayGoOn.opened;
    },
  };
  const started: Promise<PromiseSettledResult<unknown>>[] = [];
  for (const contender of contenders) {
    hasCome = new Gate();
    const settled = Promise.allSettled([contender()]).then(([result]) => result);
    started.push(settled);
    await Promise.race([hasCome.opened, settled]);
  }
  state.watcher = null;
  mayGoOn.open();
  return (await Promise.all(started)) as Settled<Contenders>;
}
