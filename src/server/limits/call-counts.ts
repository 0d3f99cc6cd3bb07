/** The calls of one caller since the first of them. */
interface Counted {
  calls: number;
  /** In whole milliseconds of `performance.now()`: a fraction would be an object of its own for each caller. */
  endsAt: number;
}

/**
 * Counts calls by caller, for so many seconds from a caller's first. One sweep forgets callers. The library's memory limiter has a timer for
 * each: 0.3 kB more for each idle socket (bench/README.md).
 */
export class CallCounts {
  private readonly counted = new Map<string, Counted>();
  private sweep: NodeJS.Timeout | null = null;

  constructor(
    private readonly most: number,
    private readonly seconds: number,
  ) {}

  /** Counts one call. Returns how many milliseconds the caller has to wait: 0 where it may go on. */
  count(caller: string): number {
    const now = present();
    const known = this.counted.get(caller);
    if (!known || known.endsAt <= now) {
      this.keep(caller, 1, this.seconds);
      return 0;
    }
    known.calls += 1;
    return known.calls <= this.most ? 0 : known.endsAt - now;
  }

  /** What was counted last of the caller is not to count. */
  forgive(caller: string): void {
    const known = this.counted.get(caller);
    if (known && known.calls > 0) known.calls -= 1;
  }

  /** The caller has had too much, for so many seconds. */
  block(caller: string, seconds: number): void {
    this.keep(caller, this.most + 1, seconds);
  }

  close(): void {
    if (this.sweep) clearTimeout(this.sweep);
    this.sweep = null;
    this.counted.clear();
  }

  private keep(caller: string, calls: number, seconds: number): void {
    this.counted.set(caller, { calls, endsAt: present() + seconds * 1_000 });
    this.sweep ??= this.sweepLater();
  }

  private sweepLater(): NodeJS.Timeout {
    return setTimeout(() => this.forgetThoseGone(), this.seconds * 1_000).unref();
  }

  private forgetThoseGone(): void {
    const now = present();
    for (const [caller, { endsAt }] of this.counted) if (endsAt <= now) this.counted.delete(caller);
    this.sweep = this.counted.size > 0 ? this.sweepLater() : null;
  }
}

function present(): number {
  return Math.ceil(performance.now());
}
