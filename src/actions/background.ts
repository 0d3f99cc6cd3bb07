/** Work that nobody waits for. What it fails by is reported, and whoever shuts down waits until it has ended. */
export class Background {
  private readonly running = new Set<Promise<void>>();

  constructor(readonly report: (error: unknown) => void) {}

  run(work: () => Promise<void>): void {
    const running = work()
      .catch(this.report)
      .finally(() => this.running.delete(running));
    this.running.add(running);
  }

  /** Resolves once nothing is running, what has been started meanwhile included. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }
}
