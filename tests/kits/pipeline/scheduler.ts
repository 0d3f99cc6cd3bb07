/** One thing that somebody waits for. */
interface Pending {
  readonly label: string;
  readonly run: () => void;
  readonly fail: (error: Error) => void;
}

/** More than any run has pending until it is idle. */
const MOST_RELEASED = 100_000;

/**
 * The order in which things happen, and the time, as a test wants them. Whatever the pipeline waits for (a statement, its turn, an answer)
 * is pending until the test lets it happen, and nothing else happens in between.
 */
export class Scheduler {
  readonly pending: Pending[] = [];
  /** Milliseconds. */
  now = 1_000_000;
  private timers: { readonly due: number; readonly fire: () => void }[] = [];

  /** @param stepTakes how much later it is after each thing that happens. */
  constructor(public stepTakes = 300) {}

  /** What `happens` finds at the moment at which the test lets it. */
  wait<T>(label: string, happens: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = () => resolve(Promise.resolve().then(happens));
      this.pending.push({ label, run, fail: reject });
    });
  }

  readonly delay = (milliseconds: number): Promise<void> =>
    new Promise((fire) => this.timers.push({ due: this.now + milliseconds, fire }));

  get timersSet(): number {
    return this.timers.length;
  }

  /** When the next timer is due. */
  get nextTimer(): number {
    return Math.min(...this.timers.map(({ due }) => due));
  }

  /** Lets one of what is pending happen, or fail, and all that follows from it at once. */
  async release(index: number, error: Error | null = null, takes = this.stepTakes): Promise<void> {
    const [pending] = this.pending.splice(index, 1);
    if (!pending) return;
    this.now += takes;
    if (error) pending.fail(error);
    else pending.run();
    await this.settle();
  }

  /** The first pending task under this label. False without one. */
  async releaseFirst(label: string): Promise<boolean> {
    const index = this.pending.findIndex((pending) => pending.label === label);
    if (index < 0) return false;
    await this.release(index);
    return true;
  }

  /** Lets all happen that is pending until the first under this label is; false if it never is. */
  async until(label: string): Promise<boolean> {
    while (!this.pending.some((pending) => pending.label === label)) {
      if (this.pending.length === 0) return false;
      await this.release(0);
    }
    return true;
  }

  /** Lets everything happen until nothing is pending; timers do not fire. */
  async idle(): Promise<void> {
    for (let released = 0; this.pending.length > 0; released++) {
      if (released > MOST_RELEASED)
        throw new Error(`It never ends: ${this.pending[0]!.label} is pending again and again.`);
      await this.release(0);
    }
  }

  /** The next timer fires. */
  async fire(): Promise<void> {
    const next = this.timers.reduce((first, timer) => (timer.due < first.due ? timer : first), this.timers[0]!);
    if (!next) return;
    this.timers = this.timers.filter((timer) => timer !== next);
    this.now = Math.max(this.now, next.due);
    next.fire();
    await this.settle();
  }

  /** What follows goes on in microtasks, and in later turns of the event loop where questions are gathered for a statement. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }
}
