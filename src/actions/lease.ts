import type { Database } from '../store/database';
import { giveLeaseBack, keepLease, leaseByName, type LeaseRow, takeLease } from '../store/leases';
import type { LeaseName } from '../store/schema/tables';

/** How long a lease stays with a holder that gives no sign of life, in milliseconds. */
export const LEASE_TIMEOUT = 5_000;

/** How often the holder gives one, and the others look for it, in milliseconds. */
export const LEASE_BEAT = 1_000;

export interface LeaseOptions {
  readonly database: Database;
  readonly name: LeaseName;
  /** Names this instance for operators who look into the table. */
  readonly holder: string;
  readonly monotonicClock: () => number;
}

/**
 * Lets one instance at a time do some work. The holder increments a number. An instance that has seen the same number for so long,
 * by a monotonic clock, takes the lease from the holder. Clocks are not compared: those of instances may be hours apart.
 */
export class Lease {
  private held: { readonly token: number; readonly keptAt: number } | null = null;
  /** What this instance saw of another's lease, and since when it has seen nothing else. */
  private seen: (LeaseRow & { readonly since: number }) | null = null;

  constructor(private readonly options: LeaseOptions) {}

  get name(): LeaseName {
    return this.options.name;
  }

  /**
   * The token with which the holder writes (`holdLease`); null if this instance is not the holder, or has given no sign of life for so
   * long that another may be.
   */
  get token(): number | null {
    const { held } = this;
    return held && this.options.monotonicClock() - held.keptAt < LEASE_TIMEOUT ? held.token : null;
  }

  /** Keeps the lease, or takes it where nobody has it. To be called every `LEASE_BEAT`. */
  async look(): Promise<void> {
    const { database, name, monotonicClock } = this.options;
    // Before the statement: others count from when they have seen what it did.
    const now = monotonicClock();
    if (this.held) {
      const { token } = this.held;
      this.held = (await database.transaction((writer) => keepLease(writer, name, token)))
        ? { token, keptAt: now }
        : null;
      return;
    }
    const row = await leaseByName(database.reader, name);
    const isUnchanged = this.seen?.token === row.token && this.seen.beat === row.beat;
    if (!this.seen || !isUnchanged) this.seen = { ...row, since: monotonicClock() };
    if (row.holder === null || now - this.seen.since >= LEASE_TIMEOUT) await this.take(row, now);
  }

  /** To be called where a write with this token was refused. */
  isLost(token: number): void {
    if (this.held?.token === token) this.held = null;
  }

  /** So that another instance need not wait. */
  async giveBack(): Promise<void> {
    const { database, name } = this.options;
    const { held } = this;
    this.held = null;
    if (held) await database.transaction((writer) => giveLeaseBack(writer, name, held.token));
  }

  private async take(row: LeaseRow, now: number): Promise<void> {
    const { database, name, holder } = this.options;
    const token = await database.transaction((writer) => takeLease(writer, name, row, holder));
    this.held = token === null ? null : { token, keptAt: now };
    this.seen = null;
  }
}
