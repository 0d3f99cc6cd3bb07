import { setTimeout as pause } from 'node:timers/promises';

const WHEN_IDLE = 100;
const MOST = 60_000;

/** Runs the step again and again, with growing pauses while it fails. It returns false if there was nothing to do. */
export async function keepRunning(name: string, step: () => Promise<boolean>): Promise<never> {
  for (let failures = 0; ;) {
    try {
      const isIdle = !(await step());
      failures = 0;
      if (isIdle) await pause(WHEN_IDLE);
    } catch (error) {
      console.error(`${name}: ${(error as Error).message}`);
      await pause(Math.min(MOST, WHEN_IDLE * 2 ** failures));
      failures += 1;
    }
  }
}
