import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { CallCounts } from './call-counts';

/** How many there may be in so many seconds. */
export interface RateOptions {
  readonly name: string;
  readonly most: number;
  readonly seconds: number;
}

/** Makes the count that all instances share. */
export type ShareRate = (options: RateOptions) => RateLimiterAbstract;

/** How often what was counted here is added to what all instances share, in milliseconds. */
const SHARE_EVERY = 200;

/** Callers whose counts wait to be shared; while the store is away they would become ever more. */
const MOST_UNSHARED = 10_000;

/**
 * Counts calls by who makes them. This instance decides at once by its own count. What all instances share follows a moment
 * later, and stops a caller here who has had too much everywhere: a store that is slow or away delays and refuses nobody.
 */
export class Rate {
  private readonly own: CallCounts;
  private readonly shared: RateLimiterAbstract | null;
  private readonly unshared = new Map<string, number>();
  private readonly timer: NodeJS.Timeout | null;
  private sharing = false;

  constructor(options: RateOptions, share: ShareRate | null) {
    this.own = new CallCounts(options.most, options.seconds);
    this.shared = share?.(options) ?? null;
    this.timer = this.shared && setInterval(() => void this.share(), SHARE_EVERY).unref();
  }

  /** Counts one call. Returns how many seconds the caller has to wait: 0 where it may go on. */
  count(caller: string): number {
    const wait = this.own.count(caller);
    if (wait > 0) return secondsOf(wait);
    if (this.shared) this.unshared.set(caller, (this.unshared.get(caller) ?? 0) + 1);
    return 0;
  }

  /** What was counted last of the caller is not to count. What all instances share already stays. */
  forgive(caller: string): void {
    this.own.forgive(caller);
    const unshared = this.unshared.get(caller) ?? 0;
    if (unshared > 1) this.unshared.set(caller, unshared - 1);
    else this.unshared.delete(caller);
  }

  /** Adds what was counted here to what all share. */
  async share(): Promise<void> {
    if (this.unshared.size > MOST_UNSHARED) this.unshared.clear();
    if (this.sharing || !this.shared) return;
    this.sharing = true;
    const counts = [...this.unshared];
    this.unshared.clear();
    await Promise.all(
      counts.map(async ([caller, calls]) => {
        try {
          await this.shared?.consume(caller, calls);
        } catch (refused) {
          // Anything else is the store's own trouble, and this instance's count stands.
          if (refused instanceof RateLimiterRes) this.own.block(caller, secondsOf(refused.msBeforeNext));
        }
      }),
    );
    this.sharing = false;
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.own.close();
  }
}

function secondsOf(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}
