/** Where a step fails, the next begins after so many milliseconds. */
const AFTER_FAILURE = 1_000;

/**
 * Takes one step after the other. Each returns in how many milliseconds the next is due. Waking the loop starts it earlier. Between two
 * steps there is always a rest, so that notifications gather and other work gets its turn.
 */
export class StepLoop {
  private stopped = false;
  private isFailing = false;
  private wakeUp: () => void = () => undefined;
  private isWoken = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly step: () => Promise<number>,
    private readonly options: {
      /** Least milliseconds from one step to the next. */
      readonly rest: number;
      /** Hears of the first of several failures in a row. */
      readonly onError: (error: unknown) => void;
    },
  ) {
    this.ended = this.run();
  }

  wake(): void {
    this.isWoken = true;
    this.wakeUp();
  }

  /** Resolves when the running step has ended; no other begins. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.isWoken = false;
      const pause = await this.take();
      await this.pause(this.options.rest);
      if (pause > this.options.rest && !this.isWoken) await this.pause(pause - this.options.rest, true);
    }
  }

  private async take(): Promise<number> {
    try {
      const pause = await this.step();
      this.isFailing = false;
      return pause;
    } catch (error) {
      if (!this.isFailing && !this.stopped) this.options.onError(error);
      this.isFailing = true;
      return AFTER_FAILURE;
    }
  }

  private async pause(milliseconds: number, mayBeWoken = false): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      this.wakeUp = () => {
        if (!mayBeWoken && !this.stopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = () => undefined;
  }
}
