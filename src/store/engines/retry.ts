import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '../../domain/refusals';

/** Tries of one change. Writers of one organization queue on its lock, so that conflicts are rare and short. */
const MOST_TRIES = 8;

/**
 * Runs `attempt` again while it fails by a conflict with another writer, after a pause that grows and varies, so that two
 * writers do not meet again. Throws `Unavailable` when no try is left.
 */
export async function retryConflicts<T>(
  attempt: () => Promise<T>,
  isConflict: (error: unknown) => boolean,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (tries === MOST_TRIES) throw new Unavailable('Too many others are changing this now.', { cause: error });
      await delay(Math.random() * 10 * 2 ** tries);
    }
  }
}
