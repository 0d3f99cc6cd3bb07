/** Work that no caller waits for. Its failures are reported, and the shutdown waits until it has ended. */
export class Background {
  private readonly running = new Set<Promise<void>>();

  constructor(readonly report: (error: unknown) => void) {}

  run(work: () => Promise<void>): void {
    const running = work()
      .catch(this.report)
      .finally(() => this.running.delete(running));
    this.running.add(running);
  }

  /** Resolves once nothing is running, including work that starts before then. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }
}
