import { setTimeout as delay } from 'node:timers/promises';
import { type BillingStanding, permits } from '../../domain/access/permissions';
import type { Head } from '../../domain/log/head';
import { BadInput, Forbidden, Unavailable } from '../../domain/refusals';
import type { LogEntry } from '../../store/log/log-entries';
import { headsOf } from '../../store/organizations';
import type { ViewedOrganization } from '../../store/standings';
import type { LogPart } from '../reads/live-reads';
import type { Services } from '../services';
import type { CrowdMember } from './crowd';
import type { LiveListener } from './live-listener';
import { LogSignal } from './log-signal';

/** Beyond so many missed changes the current state is told instead (L2). */
export const MOST_REPLAYED = 1_000;

/** Entries read at once while catching up. */
const PAGE = 100;

/** A balance that usage changes all the time is told no more often than this, in milliseconds (L9). */
const BALANCE_EVERY = 1_000;

/** How long a subscriber waits before it asks an unreachable database again, in milliseconds. */
const ASK_AGAIN_AFTER = 1_000;

/** One subscriber's way through an organization's log. `Snapshot` is what stands for everything up to a position. */
export interface Following<Snapshot> {
  readonly organizationId: string;
  readonly viewerId: string;
  readonly part: LogPart;
  /** The last position that the subscriber has seen; null where it begins anew. */
  readonly after: number | null;
  /** Where a head or an entry stands in the subscriber's part of the log. */
  readonly positionOf: (place: Head | LogEntry) => number;
  /** How many entries of the part come after a position, counted up to `MOST_REPLAYED` + 1. */
  readonly countMissed: (after: number, head: Head) => Promise<number>;
  /** The current state, and the position that it is exactly as of; null where the organization is no more. */
  readonly takeSnapshot: () => Promise<{ position: number; value: Snapshot } | null>;
  /**
   * Where the credits are told of too: the ledger's position that a subscriber who resumes after `after` knows of already.
   * Null where they are not told of (L9).
   */
  readonly ledgerKnownAfter: ((after: number, head: Head) => Promise<number>) | null;
  /** Whether this viewer is told of the entry. */
  readonly sees: (entry: LogEntry, viewed: ViewedOrganization) => boolean;
  /** Where the subscriber is told of changes to the roster while it is live; null where it asks for each step itself. */
  readonly crowd: { readonly listener: LiveListener; readonly toEvent: (entry: LogEntry) => unknown } | null;
  /** Called when the subscriber has taken nothing while more than `backlogLimit` changes came (L7). */
  readonly onStalled: () => void;
}

export type Step<Snapshot> =
  | { readonly kind: 'SNAPSHOT'; readonly position: number; readonly value: Snapshot }
  /** The credits changed without a log entry: by usage alone. */
  | { readonly kind: 'BALANCE'; readonly position: number }
  | { readonly kind: 'ENTRY'; readonly position: number; readonly entry: LogEntry };

/**
 * Everything that a subscriber has to see of an organization's log, each once and in order: the state or what was missed
 * first, then what comes (L1, L2, L9). Access is asked again for each step (A8); without it the iterator throws `Forbidden`
 * and has ended (L4). A position from the future is `BadInput`.
 *
 * Nothing is queued for a subscriber: it keeps a position and reads on from there when it has taken the last step, so that
 * one that is slow costs no memory.
 */
export function followLog<Snapshot>(
  services: Services,
  following: Following<Snapshot>,
): AsyncIterableIterator<Step<Snapshot>, undefined> {
  const walk = new Walk(services, following);
  const steps = walk.steps();
  return {
    next: () => steps.next(),
    // A generator that waits can't be returned from outside: it must be woken first.
    return: async () => {
      walk.stop();
      return steps.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

class Walk<Snapshot> {
  private readonly signal = new LogSignal();
  private unwatch: () => void;
  /** What the viewer was to the organization when that was last asked, and the version that it is as of. */
  private standing: BillingStanding | null = null;
  private standingAt = 0;
  /** Out of the crowd, where it is in one. */
  private leave: () => void = () => undefined;
  /** Everything up to here has been told, or is not this viewer's to know. */
  private position = 0;
  /** The ledger's position that the subscriber has been told of, and when that was, in milliseconds since the epoch. */
  private ledgerTold = 0;
  private balanceToldAt = 0;
  /** While the subscriber catches up with the past: where the present was when it began. */
  private replayingSince: number | null = null;
  /** While a step is out and the next is not yet asked for: where the present was when it went out. */
  private outSince: number | null = null;

  constructor(
    private readonly services: Services,
    private readonly following: Following<Snapshot>,
  ) {
    // Attached before anything is read, or what commits between the two would be lost.
    this.unwatch = this.watch();
  }

  stop(): void {
    this.unwatch();
    this.leave();
    this.signal.stop();
  }

  async *steps(): AsyncGenerator<Step<Snapshot>> {
    try {
      yield* this.begin();
      while (!this.signal.stopped) {
        if (this.present() <= this.position) {
          this.replayingSince = null;
          if (this.following.crowd && !(await this.beTold(this.following.crowd))) continue;
          await this.news();
        }
        if (!this.signal.stopped) yield* this.readOn();
        if (this.isBalanceNews() && this.balanceIsDueIn() <= 0) yield* this.balance();
      }
    } finally {
      this.stop();
    }
  }

  private watch(): () => void {
    return this.services.watches.watch(this.following.organizationId, (head) => {
      this.signal.hear(head);
      this.cutOffIfStalled();
    });
  }

  /**
   * Goes with the crowd until that lets go of this subscriber. False where there was news on the way there, or the crowd stood
   * elsewhere: then it is to be tried again.
   */
  private async beTold({ listener, toEvent }: NonNullable<Following<Snapshot>['crowd']>): Promise<boolean> {
    const { organizationId, viewerId, positionOf } = this.following;
    const crowd = this.services.crowds.of(this.services, organizationId, this.position, toEvent);
    if (crowd.head) this.signal.hear(crowd.head);
    if (this.present() > this.position) return true;
    const released = new Promise<boolean>((resolve) => {
      const member: CrowdMember = {
        viewerId,
        listener,
        position: this.position,
        standing: this.standing,
        standingAt: this.standingAt,
        alike: null,
        release: (head) => {
          this.leave = () => undefined;
          this.position = member.position;
          if (!this.signal.stopped) this.unwatch = this.watch();
          this.signal.hear(head);
          resolve(true);
        },
      };
      if (!crowd.join(member)) return resolve(false);
      // The crowd watches for all of its members.
      this.unwatch();
      this.leave = () => {
        this.leave = () => undefined;
        crowd.leave(member);
        this.position = member.position;
        resolve(true);
      };
    });
    if (await released) return true;
    await Promise.race([crowd.moved(), this.signal.until((head) => positionOf(head) > this.position)]);
    return false;
  }

  private async *begin(): AsyncGenerator<Step<Snapshot>> {
    const { organizationId, after, positionOf, countMissed } = this.following;
    const [head] = await headsOf(this.services.database.reader, [organizationId]);
    if (!head) throw new Forbidden();
    this.signal.hear(head);
    // A stranger is told no position, not even by which ones are refused (A4); a snapshot asks for itself.
    if (after !== null) await this.requireView();
    if (after !== null && after > positionOf(head)) throw new BadInput('This position has not been reached yet.');

    if (after === null || (await countMissed(after, head)) > MOST_REPLAYED) {
      yield* this.snapshot();
    } else {
      this.position = after;
      this.ledgerTold = (await this.following.ledgerKnownAfter?.(after, head)) ?? 0;
      this.replayingSince = positionOf(head);
    }
  }

  private async *readOn(): AsyncGenerator<Step<Snapshot>> {
    const { organizationId, part, positionOf, sees } = this.following;
    const { liveReads } = this.services;
    const present = this.signal.head;
    const entries = await this.patiently(() =>
      liveReads.log({ part, organizationId, after: this.position, limit: PAGE }),
    );
    for (const entry of entries) {
      if (this.hasFallenBehind()) {
        yield* this.snapshot();
        return;
      }
      const viewed = await this.requireView();
      this.position = positionOf(entry);
      if (!sees(entry, viewed)) continue;
      this.noteBalance(present);
      yield* this.out({ kind: 'ENTRY', position: this.position, entry });
    }
    if (entries.length === 0) await this.requireView();
    // What had been written when the page was asked for is read now, and what of it was left out is no part of this log.
    if (entries.length < PAGE && present) this.position = Math.max(this.position, positionOf(present));
  }

  private async *snapshot(): AsyncGenerator<Step<Snapshot>> {
    this.replayingSince = null;
    await this.requireView();
    const before = this.signal.head;
    const snapshot = await this.patiently(() => this.following.takeSnapshot());
    if (!snapshot) throw new Forbidden();
    this.position = snapshot.position;
    this.noteBalance(before);
    yield* this.out({ kind: 'SNAPSHOT', ...snapshot });
  }

  private async *balance(): AsyncGenerator<Step<Snapshot>> {
    await this.requireView();
    this.noteBalance(this.signal.head);
    yield* this.out({ kind: 'BALANCE', position: this.position });
  }

  /** Resolves when there is something to tell, or nobody to tell it to. */
  private async news(): Promise<void> {
    const isLogNews = (head: Head) => this.following.positionOf(head) > this.position;
    await this.signal.until((head) => isLogNews(head) || this.isBalanceNews());
    const due = this.balanceIsDueIn();
    if (this.present() > this.position || due <= 0) return;
    await Promise.race([this.signal.until(isLogNews), delay(due, undefined, { ref: false })]);
  }

  private isBalanceNews(): boolean {
    return this.following.ledgerKnownAfter !== null && (this.signal.head?.ledgerSequence ?? 0) > this.ledgerTold;
  }

  /** Milliseconds until the balance may be told again. */
  private balanceIsDueIn(): number {
    return this.balanceToldAt + BALANCE_EVERY - this.services.clock();
  }

  /** Every event carries the credits as they are, so that what the ledger held before it went out is told with it. */
  private noteBalance(head: Head | null): void {
    this.ledgerTold = Math.max(this.ledgerTold, head?.ledgerSequence ?? 0);
    this.balanceToldAt = this.services.clock();
  }

  private async *out(step: Step<Snapshot>): AsyncGenerator<Step<Snapshot>> {
    this.outSince = this.present();
    yield step;
    this.outSince = null;
  }

  private async requireView(): Promise<ViewedOrganization> {
    const { organizationId, viewerId } = this.following;
    const viewed = await this.patiently(() => this.services.liveReads.viewedBy(organizationId, viewerId));
    if (!viewed || !permits(viewed.viewerStanding, 'VIEW_BILLING')) throw new Forbidden();
    this.standing = viewed.viewerStanding;
    this.standingAt = viewed.version;
    return viewed;
  }

  /** A database that is away for a while ends nobody's subscription: nothing is told until it answers again. */
  private async patiently<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof Unavailable) || this.signal.stopped) throw error;
        await delay(ASK_AGAIN_AFTER, undefined, { ref: false });
      }
    }
  }

  private present(): number {
    return this.signal.head ? this.following.positionOf(this.signal.head) : this.position;
  }

  private hasFallenBehind(): boolean {
    return this.replayingSince !== null && this.present() - this.replayingSince > this.services.backlogLimit;
  }

  private cutOffIfStalled(): void {
    const isLive = this.replayingSince === null;
    if (isLive && this.outSince !== null && this.present() - this.outSince > this.services.backlogLimit)
      this.following.onStalled();
  }
}
