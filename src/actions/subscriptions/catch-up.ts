import { setTimeout as delay } from 'node:timers/promises';
import { permits } from '../../domain/access/permissions';
import type { LogPosition } from '../../domain/log/log-position';
import { BadInput, Forbidden } from '../../domain/refusals';
import type { LogEntry } from '../../store/log/log-entries';
import { logPositionsOf } from '../../store/organizations';
import type { JoinedMembership } from '../../store/memberships';
import type { Services } from '../services';
import type { SubscriberGroup, Subscriber, KnownStanding } from './subscriber-group';
import { type FollowedLog, type LogSubscriber, MOST_REPLAYED, type Step } from './followed-log';
import { LogSignal } from './log-signal';
import { patiently } from './patiently';

/** Entries read at once while catching up. */
const PAGE = 100;

/** A balance that usage changes all the time is told no more often than this, in milliseconds (L9). */
const BALANCE_EVERY = 1_000;

/** A subscriber that catches up, and its position. */
export interface CatchingUp<Snapshot, Event> extends Subscriber {
  readonly services: Services;
  readonly log: FollowedLog<Snapshot, Event>;
  readonly subscriber: LogSubscriber;
  /** Called when it is in the group. */
  joined(group: SubscriberGroup): void;
}

/** A subscriber's way through a log by itself: from where it begins, or was detached from the group, to the group, or to the end. */
export class CatchUp<Snapshot, Event> {
  readonly steps = this.run();
  private readonly signal = new LogSignal();
  private readonly unwatch: () => void;
  /** What the viewer was to the organization when that was last asked. */
  private known: KnownStanding = { standing: null, at: 0 };
  /** The ledger's position that the subscriber has been told of, and when that was, in milliseconds since the epoch. */
  private ledgerTold = 0;
  private balanceToldAt = 0;
  /** While the subscriber catches up with the past: where the present was when it began. */
  private replayingSince: number | null = null;
  /** While a step is out and the next is not yet asked for: where the present was when it went out. */
  private outSince: number | null = null;

  /** @param wasDetached whether it comes from the group, and is to be told what it was not told there. */
  constructor(
    private readonly follower: CatchingUp<Snapshot, Event>,
    private readonly wasDetached: boolean,
  ) {
    // Attached before anything is read, or what commits between the two would be lost.
    this.unwatch = follower.services.watches.watch(follower.subscriber.organizationId, (head) => {
      this.signal.hear(head);
      this.cutOffIfStalled();
    });
  }

  /** Null for an organization that is no more. */
  hear(head: LogPosition | null): void {
    this.signal.hear(head);
  }

  /** A generator that waits can't be returned from outside: it must be woken first. */
  stop(): void {
    this.unwatch();
    this.signal.stop();
  }

  private async *run(): AsyncGenerator<Event, undefined> {
    const { follower } = this;
    try {
      if (!this.wasDetached) yield* this.begin();
      let mayJoin = !this.wasDetached;
      while (!this.signal.stopped) {
        if (this.present() <= follower.position) {
          this.replayingSince = null;
          const way = mayJoin ? await this.joinGroup() : 'NEWS';
          if (way === 'JOINED') return;
          if (way === 'ELSEWHERE') continue;
          await this.news();
        }
        mayJoin = true;
        if (!this.signal.stopped) yield* this.readOn();
        if (this.isBalanceNews() && this.balanceIsDueIn() <= 0) yield* this.balance();
      }
    } finally {
      this.stop();
    }
  }

  /** Into the group, which then watches for it. Where the group stood elsewhere it is to be tried again. */
  private async joinGroup(): Promise<'JOINED' | 'NEWS' | 'ELSEWHERE'> {
    const { services, log, subscriber } = this.follower;
    const { organizationId, listener } = subscriber;
    // Of an organization that is no more there is nothing to wait for, and whoever tried again would never let anybody else on.
    if (!listener || this.signal.isGone) return 'NEWS';
    const toEvent = (entry: LogEntry) =>
      log.toEvent(organizationId, { kind: 'ENTRY', position: log.positionOf(entry), entry });
    const group = services.groups.of(services, organizationId, this.follower.position, toEvent);
    if (group.head) this.signal.hear(group.head);
    if (this.present() > this.follower.position) return 'NEWS';
    if (group.join(this.follower, this.known)) {
      this.follower.joined(group);
      return 'JOINED';
    }
    await Promise.race([group.moved(), this.signal.until((head) => log.positionOf(head) > this.follower.position)]);
    return 'ELSEWHERE';
  }

  private async *begin(): AsyncGenerator<Event> {
    const { services, log, subscriber } = this.follower;
    const { organizationId, after } = subscriber;
    const [head] = await logPositionsOf(services.database.reader, [organizationId]);
    if (!head) throw new Forbidden();
    this.signal.hear(head);
    if (after === null) {
      yield* this.snapshot();
      return;
    }
    // A stranger is told no position, not even by which ones are refused (A4); a snapshot asks for itself.
    const viewed = await this.requireView();
    const present = log.positionOf(head);
    if (after > present) throw new BadInput('This position has not been reached yet.');
    const joined = log.joinedAt(viewed) ?? present + 1;
    const isBeforeJoin = after < joined - 1;
    if (isBeforeJoin || (await log.countMissed(services, organizationId, after, head)) > MOST_REPLAYED) {
      yield* this.snapshot();
      return;
    }
    this.follower.position = after;
    this.ledgerTold = (await log.ledgerKnownAfter?.(services, organizationId, after, head)) ?? 0;
    this.replayingSince = present;
  }

  private async *readOn(): AsyncGenerator<Event> {
    const { services, log, subscriber } = this.follower;
    const { organizationId } = subscriber;
    const present = this.signal.head;
    const entries = await patiently(this.signal, () =>
      services.liveReads.log({ part: log.part, organizationId, after: this.follower.position, limit: PAGE }),
    );
    for (const entry of entries) {
      if (this.signal.stopped) return;
      if (this.hasFallenBehind()) {
        yield* this.snapshot();
        return;
      }
      const viewed = await this.requireView();
      // The viewer has left and joined again since the last step, and may not see what happened between.
      if (log.positionOf(entry) < (log.joinedAt(viewed) ?? 0)) {
        yield* this.snapshot();
        return;
      }
      this.follower.position = log.positionOf(entry);
      if (!log.sees(entry, viewed)) continue;
      this.noteBalance(present);
      yield* this.out({ kind: 'ENTRY', position: this.follower.position, entry });
    }
    if (entries.length === 0) await this.requireView();
    // What had been written when the page was asked for is read now, and what of it was left out is no part of this log.
    if (entries.length < PAGE && present)
      this.follower.position = Math.max(this.follower.position, log.positionOf(present));
  }

  private async *snapshot(): AsyncGenerator<Event> {
    this.replayingSince = null;
    await this.requireView();
    const before = this.signal.head;
    const snapshot = await patiently(this.signal, () =>
      this.follower.log.takeSnapshot(this.follower.services, this.follower.subscriber.organizationId),
    );
    if (!snapshot) throw new Forbidden();
    this.follower.position = snapshot.position;
    this.noteBalance(before);
    yield* this.out({ kind: 'SNAPSHOT', ...snapshot });
  }

  private async *balance(): AsyncGenerator<Event> {
    await this.requireView();
    this.noteBalance(this.signal.head);
    yield* this.out({ kind: 'BALANCE', position: this.follower.position });
  }

  /** Resolves when there is something to tell, or nobody to tell it to. */
  private async news(): Promise<void> {
    const isLogNews = (head: LogPosition) => this.follower.log.positionOf(head) > this.follower.position;
    await this.signal.until((head) => isLogNews(head) || this.isBalanceNews());
    const due = this.balanceIsDueIn();
    if (this.present() > this.follower.position || due <= 0) return;
    await Promise.race([this.signal.until(isLogNews), delay(due, undefined, { ref: false })]);
  }

  private isBalanceNews(): boolean {
    return this.follower.log.ledgerKnownAfter !== null && (this.signal.head?.ledgerSequence ?? 0) > this.ledgerTold;
  }

  /** Milliseconds until the balance may be told again. */
  private balanceIsDueIn(): number {
    return this.balanceToldAt + BALANCE_EVERY - this.follower.services.clock();
  }

  /** Every event carries the credits as they are, so that what the ledger held before it went out is told with it. */
  private noteBalance(head: LogPosition | null): void {
    if (!this.follower.log.ledgerKnownAfter) return;
    this.ledgerTold = Math.max(this.ledgerTold, head?.ledgerSequence ?? 0);
    this.balanceToldAt = this.follower.services.clock();
  }

  private async *out(step: Step<Snapshot>): AsyncGenerator<Event> {
    const event = this.follower.log.toEvent(this.follower.subscriber.organizationId, step);
    if (await this.hasTold(step, event)) return;
    this.outSince = this.present();
    yield event;
    this.outSince = null;
  }

  /**
   * Tells it in the answer of all who are being told of the same at this moment. False where that is not for this one: it is answered
   * alone, and finds by itself what is in the way.
   */
  private async hasTold(step: Step<Snapshot>, event: Event): Promise<boolean> {
    const { services, subscriber } = this.follower;
    const { organizationId, viewerId, listener } = subscriber;
    const { standing, at } = this.known;
    if (!listener?.isReady() || !standing) return false;
    const subject = step.kind === 'SNAPSHOT' ? step.value : `${organizationId} ${step.position}`;
    const wasTold = await services.sharedAnswers({
      organizationId,
      subject,
      event,
      viewerId,
      standing,
      at,
      listener,
      hasEnded: () => this.signal.stopped,
    });
    // Nobody is there any more where it has ended.
    return wasTold || this.signal.stopped;
  }

  private async requireView(): Promise<JoinedMembership> {
    const { organizationId, viewerId } = this.follower.subscriber;
    const viewed = await patiently(this.signal, () =>
      this.follower.services.liveReads.viewedBy(organizationId, viewerId),
    );
    if (!viewed || !permits(viewed.viewerBillingRole, 'VIEW_BILLING')) throw new Forbidden();
    this.known = { standing: viewed.viewerBillingRole, at: viewed.version };
    return viewed;
  }

  private present(): number {
    return this.signal.head ? this.follower.log.positionOf(this.signal.head) : this.follower.position;
  }

  private hasFallenBehind(): boolean {
    return this.replayingSince !== null && this.present() - this.replayingSince > this.follower.services.backlogLimit;
  }

  private cutOffIfStalled(): void {
    const isLive = this.replayingSince === null;
    if (isLive && this.outSince !== null && this.present() - this.outSince > this.follower.services.backlogLimit)
      this.follower.subscriber.connection.cutOff();
  }
}
