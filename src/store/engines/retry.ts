import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '../../domain/refusals';

/** Tries of one change that meets others half-way. Writers of one organization queue on its lock, so that conflicts are rare and short. */
const MOST_TRIES = 8;

/** Pauses between tries of a locked row, in milliseconds. They grow: where much is locked, tries alone would keep the database busy. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 500;

/** How an engine tells that a row is locked by somebody else, and how long that may take, in milliseconds. */
export interface Locked {
  readonly isLocked: (error: unknown) => boolean;
  readonly timeout: number;
}

/**
 * Runs `attempt` again while it fails by a conflict with another writer, after a pause that grows and varies, so that two
 * writers do not meet again; and for as long as one may wait where a row is locked. Throws `Unavailable` when no try is left.
 */
export async function retryConflicts<T>(
  attempt: () => Promise<T>,
  isConflict: (error: unknown) => boolean,
  { isLocked, timeout }: Locked = { isLocked: () => false, timeout: 0 },
): Promise<T> {
  const end = performance.now() + timeout;
  let pause = FIRST_PAUSE;
  for (let tries = 1; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (isLocked(error)) {
        if (performance.now() > end)
          throw new Unavailable(`What this changes was locked for ${timeout} milliseconds.`, { cause: error });
        await delay(pause * (0.5 + Math.random()));
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      } else if (isConflict(error)) {
        if (tries === MOST_TRIES) throw new Unavailable('Too many others are changing this now.', { cause: error });
        await delay(Math.random() * 10 * 2 ** tries);
        tries += 1;
      } else throw error;
    }
  }
}
