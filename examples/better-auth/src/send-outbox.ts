import { callDirectory, Refused } from './billing-admins.ts';
import { db } from './database.ts';
import { callFor, isExpected } from './directory-calls.ts';
import { unsentEntries } from './outbox.ts';

/**
 * Sends the oldest entry. False if there is none. If it throws, the entry stays and is sent again, in its place: each call may be
 * repeated, and the service wants those of one organization in order.
 */
export async function sendNextEntry(): Promise<boolean> {
  const entry = await unsentEntries().selectAll().orderBy('id').limit(1).executeTakeFirst();
  if (!entry) return false;
  const call = await callFor(entry);
  if (call) await send(call.mutation, call.input);
  await db.updateTable('outbox').set({ sent: 1 }).where('id', '=', entry.id).execute();
  return true;
}

/** What is refused would be refused again. It is logged, and the full sync repairs what it can. */
async function send(mutation: string, input: object): Promise<void> {
  try {
    const { userErrors } = await callDirectory(mutation, input);
    for (const { code, message } of userErrors)
      if (!isExpected(mutation, code)) console.warn(`${mutation} was refused: ${code} ${message}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.warn(`${mutation} was refused: ${error.message}`);
  }
}
