import { db } from './database.ts';
import type { Entry } from './directory-calls.ts';

/**
 * Notes that something may have changed. An entry holds ids alone. The call says what the tables say when it is sent, so an entry too
 * many does no harm, and no name is stored twice.
 */
export async function addToOutbox(...entries: Omit<Entry, 'id'>[]): Promise<void> {
  if (entries.length > 0) await db.insertInto('outbox').values(entries).execute();
}

/** For the full sync: a number among those of the entries. */
export async function takeRevision(): Promise<number> {
  const entry = { kind: 'full sync' as const, organizationId: '', subjectId: '', sent: 1 as const };
  const { id } = await db.insertInto('outbox').values(entry).returning('id').executeTakeFirstOrThrow();
  return id;
}

/** The entries that wait. */
export function unsentEntries() {
  return db.selectFrom('outbox').where('sent', '=', 0);
}

/** An operator watches it. */
export async function countUnsent(): Promise<number> {
  const row = await unsentEntries()
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}
