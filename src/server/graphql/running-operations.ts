import { setImmediate as afterThisTurn, setTimeout as delay } from 'node:timers/promises';

/** The operations that are under way, so that a shutdown can let them finish (O4). */
export class RunningOperations {
  private readonly running = new Set<Promise<unknown>>();

  track<T>(operation: Promise<T>): Promise<T> {
    this.running.add(operation);
    void operation.catch(() => undefined).finally(() => this.running.delete(operation));
    return operation;
  }

  /** Resolves when none is under way any more, or after `timeout` milliseconds. */
  async settled(timeout: number): Promise<void> {
    let isOver = false;
    const timeoutEnds = delay(timeout, undefined, { ref: false }).then(() => (isOver = true));
    do {
      await Promise.race([Promise.allSettled(this.running), timeoutEnds]);
      // Before this turn ends, opened operations are executed, and executed ones are sent.
      await afterThisTurn();
    } while (this.running.size > 0 && !isOver);
  }
}
