import { permits } from '../../domain/access/permissions';
import type { LogPosition } from '../../domain/log/log-position';
import { BadInput, Forbidden, Unavailable } from '../../domain/refusals';
import type { Reader } from '../../store/database';
import type { JoinedMembership } from '../../store/memberships';
import type { Outcome } from './deliver';
import { LogPositionSignal } from './log-position-signal';
import { ASK_AGAIN_AFTER, BALANCE_EVERY, type LogStream, MOST_REPLAYED, PAGE, type Step } from './log-stream';
import type { GroupDependencies, GroupSubscriber, SubscriberGroup } from './subscriber-group';

export interface CatchUpDependencies extends GroupDependencies {
  /** The group of its organization and stream. It may be a new one, at the subscriber's position. */
  readonly groupFor: (subscriber: CatchingUp) => SubscriberGroup;
  /** Tells it in an answer that all who catch up at the same time share. */
  readonly tell: (subscriber: CatchingUp, step: Step) => Promise<Outcome>;
}

export interface CatchingUp<Event = unknown> extends GroupSubscriber {
  readonly stream: LogStream<unknown, Event>;
  readonly organizationId: string;
  readonly after: number | null;
  readonly isShared: boolean;
  readonly reader: Reader;
  readonly connection: { cutOff(): void };
  /** False if it has to catch up first. */
  join(group: SubscriberGroup): boolean;
}

/** Takes one subscriber from its start, or from where its group has detached it, to the group or to its end. */
export class CatchUp<Event> {
  readonly kind = 'CATCHING_UP';
  readonly steps = this.run();
  readonly signal = new LogPositionSignal();
  private readonly unwatch: () => void;
  /** While it replays: the newest position when the replay began. */
  private replayingSince: number | null = null;
  /** While the subscriber has not asked for the step after one that was sent: the newest position when that was sent. */
  private outSince: number | null = null;

  /** @param origin a detached subscriber first gets what its group could not tell it. */
  constructor(
    private readonly dependencies: CatchUpDependencies,
    private readonly subscriber: CatchingUp<Event>,
    private readonly origin: 'BEGINS' | 'DETACHED',
  ) {
    // It listens before it reads, or a commit between the two would be lost.
    this.unwatch = dependencies.positionWatcher.watch(subscriber.organizationId, (newest) => {
      this.signal.hear(newest);
      if (this.replayingSince === null && this.isTooMuchSince(this.outSince)) subscriber.connection.cutOff();
    });
  }

  /** A waiting generator cannot be returned from outside. It must be woken first. */
  stop(): void {
    this.unwatch();
    this.signal.stop();
  }

  private async *run(): AsyncGenerator<Event, undefined> {
    const { subscriber } = this;
    try {
      if (this.origin === 'BEGINS') yield* this.begin();
      // A detached subscriber first gets what the group could not tell it.
      let mayJoin = this.origin === 'BEGINS';
      while (!this.signal.stopped) {
        if (!this.isLogNews()) {
          this.replayingSince = null;
          if (mayJoin && this.hasJoinedGroup()) return;
          await this.news();
        }
        mayJoin = true;
        if (!this.signal.stopped) yield* this.readOn();
        if (!this.isBalanceNews() || this.balanceIsDueIn() > 0) continue;
        await this.requireView();
        yield* this.tell({ kind: 'BALANCE', position: subscriber.position }, this.signal.position);
      }
    } finally {
      this.stop();
    }
  }

  /** Whether it is in the group from here on. If the group is ahead, there is news. */
  private hasJoinedGroup(): boolean {
    const { subscriber, signal } = this;
    if (!subscriber.isShared || signal.isRemoved) return false;
    const group = this.dependencies.groupFor(subscriber);
    // Each may know a newer position than the other. The group checks again: the subscriber may be behind only in the ledger.
    if (signal.position) group.signal.hear(signal.position);
    if (group.signal.position) signal.hear(group.signal.position);
    return !this.isLogNews() && subscriber.join(group);
  }

  private async *begin(): AsyncGenerator<Event, void> {
    const { subscriber, dependencies } = this;
    const { stream, organizationId, after, reader } = subscriber;
    const newest = await dependencies.subscriptionReads.position(organizationId);
    if (!newest) throw new Forbidden();
    this.signal.hear(newest);
    if (after === null) return yield* this.snapshot();
    // A viewer who is not a member learns no position, not even from refusals (A4). A snapshot checks access by itself.
    const viewed = await this.requireView();
    const present = stream.positionOf(newest);
    if (after > present) throw new BadInput('This position has not been reached yet.');
    const joined = stream.joinedAt(viewed) ?? present + 1;
    const missed = async () => stream.countAfter(reader, organizationId, after, newest);
    if (after < joined - 1 || (await missed()) > MOST_REPLAYED) return yield* this.snapshot();
    subscriber.position = after;
    subscriber.ledgerTold = (await stream.ledgerKnownAfter?.(reader, organizationId, after, newest)) ?? 0;
    this.replayingSince = present;
  }

  private async *readOn(): AsyncGenerator<Event, void> {
    const { subscriber } = this;
    const { stream, organizationId } = subscriber;
    const newest = this.signal.position;
    const query = { stream, organizationId, after: subscriber.position, limit: PAGE };
    const entries = await this.retryWhileUnavailable(() => this.dependencies.subscriptionReads.log(query));
    for (const entry of entries) {
      if (this.signal.stopped) return;
      // A snapshot contained it.
      if (stream.positionOf(entry) <= subscriber.position) continue;
      if (this.isTooMuchSince(this.replayingSince)) return yield* this.snapshot();
      const viewed = await this.requireView();
      // The viewer has left and joined again since the last step, and may not see what happened between.
      if (stream.positionOf(entry) < (stream.joinedAt(viewed) ?? 0)) return yield* this.snapshot();
      subscriber.position = stream.positionOf(entry);
      if (!stream.sees(entry, viewed)) continue;
      yield* this.tell({ kind: 'ENTRY', position: subscriber.position, entry }, newest);
    }
    if (entries.length === 0) await this.requireView();
    // Everything that was written before the page was read has been read. What the page left out is not in the stream.
    if (entries.length < PAGE && newest) subscriber.position = Math.max(subscriber.position, stream.positionOf(newest));
  }

  private async *snapshot(): AsyncGenerator<Event, void> {
    const { subscriber, dependencies } = this;
    this.replayingSince = null;
    await this.requireView();
    const newest = this.signal.position;
    const snapshot = await this.retryWhileUnavailable(() =>
      subscriber.stream.takeSnapshot(dependencies.subscriptionReads, subscriber.organizationId),
    );
    if (!snapshot) throw new Forbidden();
    subscriber.position = snapshot.position;
    yield* this.tell({ kind: 'SNAPSHOT', ...snapshot }, newest);
  }

  /** Resolves when there is something to tell, or the subscription has ended. */
  private async news(): Promise<void> {
    await this.signal.until(() => this.isLogNews() || this.isBalanceNews());
    const due = this.balanceIsDueIn();
    if (this.isLogNews() || due <= 0) return;
    await Promise.race([this.signal.until(() => this.isLogNews()), this.dependencies.delay(due)]);
  }

  private isLogNews(): boolean {
    return this.present() > this.subscriber.position;
  }

  private isBalanceNews(): boolean {
    const { stream, ledgerTold } = this.subscriber;
    return stream.ledgerKnownAfter !== null && (this.signal.position?.ledgerSequence ?? 0) > ledgerTold;
  }

  /** Milliseconds until the balance may be told again. */
  private balanceIsDueIn(): number {
    return this.subscriber.balanceToldAt + BALANCE_EVERY - this.dependencies.clock();
  }

  /**
   * Tells it in a shared answer. If this subscriber cannot get that, the step is yielded, and answered only for it.
   *
   * @param newest a position that the log had reached when the step was read.
   */
  private async *tell(step: Step, newest: LogPosition | null): AsyncGenerator<Event, void> {
    const { subscriber, dependencies } = this;
    const { stream, organizationId } = subscriber;
    // Every event contains the present credits, so it tells everything that the ledger held before it was sent.
    const noteTold = () => {
      subscriber.ledgerTold = Math.max(subscriber.ledgerTold, newest?.ledgerSequence ?? 0);
      subscriber.balanceToldAt = dependencies.clock();
    };
    if (subscriber.isShared && subscriber.canTake()) {
      const outcome = await dependencies.tell(subscriber, step);
      if (outcome === 'TOLD') noteTold();
      if (outcome !== 'ALONE') return;
      const joined = stream.joinedAt(await this.requireView()) ?? 0;
      if (step.kind === 'ENTRY' && step.position < joined) return yield* this.snapshot();
    }
    if (this.signal.stopped) return;
    this.outSince = this.present();
    yield stream.toEvent(organizationId, step);
    this.outSince = null;
    noteTold();
  }

  private async requireView(): Promise<JoinedMembership> {
    const { subscriber } = this;
    const { organizationId, viewerId } = subscriber;
    const { subscriptionReads } = this.dependencies;
    const viewed = await this.retryWhileUnavailable(() => subscriptionReads.viewedBy(organizationId, viewerId));
    if (!viewed || !permits(viewed.viewerBillingRole, 'VIEW_BILLING')) throw new Forbidden();
    subscriber.role = viewed.viewerBillingRole;
    subscriber.roleAt = viewed.version;
    subscriber.grantExpiresAt = viewed.viewerGrantExpiresAt;
    // The log is at least as new as this role. The viewer may not be told what happened in between (A10).
    const { sequence, version, ledgerSequence } = viewed;
    this.signal.hear({ organizationId, sequence, version, ledgerSequence });
    return viewed;
  }

  /** An unreachable database ends no subscription: nothing is told until it responds again. */
  private async retryWhileUnavailable<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof Unavailable) || this.signal.stopped) throw error;
        await this.dependencies.delay(ASK_AGAIN_AFTER);
      }
    }
  }

  private present(): number {
    const { stream, position } = this.subscriber;
    return this.signal.position ? stream.positionOf(this.signal.position) : position;
  }

  private isTooMuchSince(present: number | null): boolean {
    return present !== null && this.present() - present > this.dependencies.backlogLimit;
  }
}
