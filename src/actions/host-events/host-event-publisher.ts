import type { Database } from '../../store/database';
import {
  type FeedProgress,
  feedEnd,
  feedProgressAfter,
  feedProgressOf,
  insertHostEvents,
  type PlaceInLog,
} from '../../store/host-events';
import { holdLease, LeaseLost } from '../../store/leases';
import { LEASE_BEAT, type Lease } from '../lease';

/** Entries that get their positions in one transaction: it is over in some milliseconds. */
const BATCH = 500;

/** Entries of one organization in a batch: what is much of one keeps no other waiting. */
const SHARE = 100;

/** Organizations that are looked at in one statement, and of which it is kept that they are behind. */
const PAGE = 1_000;

/** How often all organizations are looked at where that is one page, in milliseconds: a notification may be lost. */
const SWEEP_EVERY = 1_000;

/** Where it is more, so much longer than a page has taken is the rest after it: at most one part in thirty of a connection. */
const REST = 29;
const SHORTEST_REST = 20;

export interface HostEventPublisherOptions {
  readonly database: Database;
  readonly lease: Lease;
  readonly monotonicClock: () => number;
  /** Called when the feed has grown, up to this position. */
  readonly onPublished?: (end: number) => void;
}

/**
 * Gives each log entry its position in the feed (H4), after its commit and on the one instance that holds the lease (docs/0037). An
 * organization's entries are numbered without gaps already, so all there is to find is how far each log has come.
 */
export class HostEventPublisher {
  /** Organizations of which a notification has come. */
  private readonly heard = new Set<string>();
  /** Organizations whose log is known to have come further than the feed. An organization moves to the end after its share. */
  private readonly behind = new Map<string, FeedProgress>();
  private lookAt = -Infinity;
  private sweep = { after: '', beganAt: -Infinity, goesOnAt: -Infinity };
  /** The token under which all organizations have been looked at; null where none was. */
  private sweptUnder: number | null = null;

  constructor(private readonly options: HostEventPublisherOptions) {}

  /** Whether all that had committed when this instance took the lease has its position. */
  hasCaughtUp(): boolean {
    return this.sweptUnder !== null && this.sweptUnder === this.options.lease.token && this.behind.size === 0;
  }

  /** A notification: the organization's log may have grown. What is too much to keep is found by the sweep. */
  hear(organizationId: string): void {
    if (this.heard.size < PAGE) this.heard.add(organizationId);
  }

  /**
   * Does what is due, one bounded piece of each kind. Returns in how many milliseconds to call again, where no notification comes before.
   */
  async step(): Promise<number> {
    const { lease } = this.options;
    if (this.now() >= this.lookAt) {
      // Also where it fails: the next look is as soon as usual.
      this.lookAt = this.now() + LEASE_BEAT;
      await lease.look();
    }
    const { token } = lease;
    if (token === null) {
      this.heard.clear();
      this.behind.clear();
      this.sweep.after = '';
      return this.until(this.lookAt);
    }
    await this.lookForNews(token);
    await this.publish(token);
    if (this.behind.size > 0 || this.heard.size > 0) return 0;
    return this.until(Math.min(this.lookAt, this.sweep.goesOnAt));
  }

  private async lookForNews(token: number): Promise<void> {
    const { reader } = this.options.database;
    const heard = [...this.heard];
    this.heard.clear();
    if (heard.length > 0) this.note(await feedProgressOf(reader, heard));
    if (this.now() < this.sweep.goesOnAt || this.behind.size >= PAGE) return;
    const began = this.now();
    if (this.sweep.after === '') this.sweep.beganAt = began;
    const page = await feedProgressAfter(reader, this.sweep.after, PAGE);
    this.note(page);
    if (page.length < PAGE) {
      this.sweptUnder = token;
      this.sweep.after = '';
      this.sweep.goesOnAt = Math.max(this.sweep.beganAt + SWEEP_EVERY, this.restAfter(began));
    } else {
      this.sweep.after = page.at(-1)?.organizationId ?? '';
      this.sweep.goesOnAt = this.restAfter(began);
    }
  }

  private restAfter(began: number): number {
    const now = this.now();
    return now + Math.max(SHORTEST_REST, REST * (now - began));
  }

  private note(progress: readonly FeedProgress[]): void {
    for (const each of progress) if (each.sequence > each.published) this.behind.set(each.organizationId, each);
  }

  private async publish(token: number): Promise<void> {
    const batch = this.nextBatch();
    if (batch.length === 0) return;
    const { database, lease, onPublished } = this.options;
    try {
      const end = await database.transaction(async (writer) => {
        await holdLease(writer, lease.name, token);
        const end = await feedEnd(writer);
        await insertHostEvents(writer, end, batch);
        return end + batch.length;
      });
      onPublished?.(end);
    } catch (error) {
      // The outcome is not known, so the end of the feed is read again.
      const organizationIds = new Set([...batch.map(({ organizationId }) => organizationId), ...this.behind.keys()]);
      this.behind.clear();
      organizationIds.forEach((id) => this.hear(id));
      if (!(error instanceof LeaseLost)) throw error;
      lease.isLost(token);
    }
  }

  private nextBatch(): PlaceInLog[] {
    const batch: PlaceInLog[] = [];
    for (const [organizationId, { sequence, published }] of this.behind) {
      if (batch.length === BATCH) break;
      const last = Math.min(sequence, published + SHARE, published + BATCH - batch.length);
      for (let next = published + 1; next <= last; next++) batch.push({ organizationId, sequence: next });
      this.behind.delete(organizationId);
      if (last < sequence) this.behind.set(organizationId, { organizationId, sequence, published: last });
    }
    return batch;
  }

  private now(): number {
    return this.options.monotonicClock();
  }

  private until(moment: number): number {
    return Math.max(0, moment - this.now());
  }
}
