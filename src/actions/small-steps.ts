/** How long such work may go on without a pause, in milliseconds. */
export const STEP = 20;

/**
 * Lets the process do something else between steps, however much work of one kind arrives at once. A caller that waits for the next
 * step continues in a turn of the event loop in which such work has not taken long yet. All wait in one queue.
 */
export class SmallSteps {
  private present: (() => void)[] = [];
  private later: (() => void)[] = [];
  private served = 0;
  private isRunning = false;
  private isInStep = false;
  private endsAt = 0;

  /** @param waits Asked before each step: whether something else goes first in this turn. */
  constructor(private readonly waits: () => boolean = () => false) {}

  /** As `next`, or null for what goes on in a step that has time left: more of the same work is part of it. */
  soon(): Promise<void> | null {
    return this.isInStep && performance.now() < this.endsAt ? null : this.next();
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.later.push(resolve);
      if (this.isRunning) return;
      this.isRunning = true;
      setImmediate(this.begin);
    });
  }

  private readonly begin = () => {
    if (this.waits()) return void setImmediate(this.begin);
    this.endsAt = performance.now() + STEP;
    this.letOn();
  };

  private readonly letOn = () => {
    this.isInStep = false;
    if (this.served === this.present.length) {
      this.present = this.later;
      this.later = [];
      this.served = 0;
    }
    const goOn = this.present[this.served];
    if (!goOn) this.isRunning = false;
    else if (performance.now() >= this.endsAt) setImmediate(this.begin);
    else {
      this.served += 1;
      this.isInStep = true;
      goOn();
      // Node runs this when all that follows from it has run, but for what waits for something outside of the process.
      queueMicrotask(() => process.nextTick(this.letOn));
    }
  };
}
