/** How long work on the database may go on in one turn of the event loop, in milliseconds. */
export const MOST_IN_A_TURN = 3;

/** How long the work waits while other work goes on, in milliseconds: so it gets a fifth of the time at least. */
export const LONGEST_WAIT = 12;

/** A turn in which nothing else was done is shorter, in milliseconds. */
const IDLE_TURN = 0.1;

let endsAt: number | null = null;

/**
 * To be awaited between two pieces of long work. Null while this turn of the event loop has time left. Otherwise the work goes on when the
 * process has nothing else to do: a request takes several turns, and would wait for a piece in each of them.
 *
 * SQLite runs each statement in this process, so a transaction that waits for nothing else would be one turn, however long it is.
 */
export function giveWay(): Promise<void> | null {
  return hasTimeLeft() ? null : untilOthersAreDone();
}

function hasTimeLeft(): boolean {
  const now = performance.now();
  if (endsAt === null) {
    endsAt = now + MOST_IN_A_TURN;
    setImmediate(() => (endsAt = null));
  }
  return now < endsAt;
}

/** The same for a piece of work that cannot be divided and takes nearly a turn: it begins in a turn of its own. */
export async function untilOthersAreDone(): Promise<void> {
  const latest = performance.now() + LONGEST_WAIT;
  for (let mayGoOn = false; !mayGoOn;) {
    const before = performance.now();
    await new Promise(setImmediate);
    const after = performance.now();
    const isIdle = after - before < IDLE_TURN || after >= latest;
    // Others who waited too may have used up this turn.
    mayGoOn = isIdle && hasTimeLeft();
  }
}
