import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '../../domain/refusals';
import type { LogSignal } from './log-signal';

/** How long a subscriber waits before it asks an unreachable database again, in milliseconds. */
const ASK_AGAIN_AFTER = 1_000;

/** A database that is away for a while ends nobody's subscription: nothing is told until it answers again. */
export async function patiently<T>(signal: LogSignal, read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Unavailable) || signal.stopped) throw error;
      await delay(ASK_AGAIN_AFTER, undefined, { ref: false });
    }
  }
}
