/**
 * Milliseconds between two looks at the clock. Well below 2^31 - 1 ms, beyond which `setTimeout` fires at once; and
 * since a timer does not notice that the machine slept or that its clock was set, no action is ever late by more than
 * this.
 */
const LONGEST_WAIT = 60_000;

/**
 * Does `action` once, at `when` (milliseconds since the epoch), or soon but never at once where that is past. It does
 * not keep the process alive.
 * @returns what calls it off; after the action, and when called again, it does nothing.
 */
export function atTime(when: number, action: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    timer = setTimeout(look, Math.min(Math.max(when - Date.now(), 0), LONGEST_WAIT)).unref();
  };
  const look = () => {
    if (Date.now() < when) wait();
    else action();
  };
  wait();
  return () => clearTimeout(timer);
}
