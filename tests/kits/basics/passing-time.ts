import { once } from 'node:events';

/** Resolves after so many milliseconds: faults take time, and so do retries. */
export async function passes(milliseconds: number): Promise<void> {
  await once(AbortSignal.timeout(Math.round(milliseconds)), 'abort');
}

/** Asks again and again, after a pause, until the answer is yes. False if that was not within so many milliseconds. */
export async function comesTrue(ask: () => Promise<boolean> | boolean, timeout: number, pause = 100): Promise<boolean> {
  const end = performance.now() + timeout;
  while (!(await ask())) {
    if (performance.now() > end) return false;
    if (pause > 0) await passes(pause);
  }
  return true;
}
