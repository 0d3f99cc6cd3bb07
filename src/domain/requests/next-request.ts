/** After a decline or a withdrawal, one new request a day (R11), in milliseconds. */
const PAUSE = 24 * 60 * 60 * 1000;

/**
 * When a user may ask for access again whose last request was declined or withdrawn at `endedAt`; null if they may now. Times in
 * milliseconds since the epoch.
 */
export function nextRequestAt(endedAt: number | null, now: number): number | null {
  // One that lies ahead was noted by a clock that was: nobody waits for that to come.
  if (endedAt === null || Math.abs(now - endedAt) >= PAUSE) return null;
  return endedAt + PAUSE;
}
