import type { Services } from '../../src/actions/services';
import { engine } from './database-url';

/** Longest that a contender may take to come to the lock, in milliseconds: a bound for what would otherwise hang. */
const MOST_WAIT = 20_000;

type Contender = () => Promise<unknown>;

type Settled<Contenders extends readonly Contender[]> = {
  [Key in keyof Contenders]: PromiseSettledResult<Awaited<ReturnType<Contenders[Key]>>>;
};

/** The row whose lock the contenders queue on; of an organization, or of a user, whose profile several organizations share. */
export interface Queue {
  readonly of: 'organizations' | 'users';
  readonly id: string;
}

/**
 * Holds the lock of a row, starts the contenders one after the other, each once the one before it stands in the queue
 * (or has ended without the lock), and lets go. So they come to it in the order in which they are given.
 * MySQL's pool has ten connections, so that eight may wait while one holds the lock and one watches.
 */
export async function inThisOrder<const Contenders extends readonly Contender[]>(
  { database }: Pick<Services, 'database'>,
  { of, id }: Queue,
  ...contenders: Contenders
): Promise<Settled<Contenders>> {
  const started: Promise<PromiseSettledResult<unknown>>[] = [];
  let running = 0;
  await database.transaction(async (writer) => {
    await writer.lock(`SELECT id FROM ${of} WHERE id = ?`, [id]);
    for (const contender of contenders) {
      running += 1;
      const result = contender().finally(() => (running -= 1));
      started.push(Promise.allSettled([result]).then(([settled]) => settled));
      if (engine === 'mysql') await until(async () => (await waitingForLock(database)) >= running);
    }
  });
  return (await Promise.all(started)) as Settled<Contenders>;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + MOST_WAIT;
  while (!(await holds())) if (Date.now() > end) throw new Error('A contender has not come to the lock.');
}

/**
 * How many connections to this database wait for a row. InnoDB's own report says so at once; information_schema.INNODB_TRX is
 * renewed only after nobody has read it for a while, so that asking it again and again answers with the past.
 */
async function waitingForLock(database: Services['database']): Promise<number> {
  const connections = await database.reader.rows<{ id: number }>(
    'SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE()',
  );
  const ours = new Set(connections.map(({ id }) => id));
  const [report] = await database.reader.rows<{ Status: string }>('SHOW ENGINE INNODB STATUS');
  const transactions = (report?.Status ?? '').split(/^---TRANSACTION/m).slice(1);
  return transactions.filter((text) => {
    const [, id] = /thread id (\d+)/.exec(text) ?? [];
    return /^LOCK WAIT/m.test(text) && ours.has(Number(id));
  }).length;
}
