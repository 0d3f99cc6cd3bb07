/** How long work for subscribers may go on without a pause, in milliseconds. */
export const STEP = 20;

/**
 * Lets the process answer requests while it makes events, however many are to be told of something at the same time: whoever waits for
 * the next step goes on in a turn of the event loop in which such work has not taken long yet. All wait in one line.
 */
export class SmallSteps {
  private present: (() => void)[] = [];
  private later: (() => void)[] = [];
  private served = 0;
  private isRunning = false;
  private endsAt = 0;

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.later.push(resolve);
      if (this.isRunning) return;
      this.isRunning = true;
      setImmediate(this.begin);
    });
  }

  private readonly begin = () => {
    this.endsAt = performance.now() + STEP;
    this.letOn();
  };

  private readonly letOn = () => {
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
      goOn();
      // Node runs this when all that follows from it has run, but for what waits for something outside of the process.
      queueMicrotask(() => process.nextTick(this.letOn));
    }
  };
}
