import { setTimeout as delay } from 'node:timers/promises';
import { type BillingStanding, permits } from '../../domain/access/permissions';
import type { Head } from '../../domain/log/head';
import { BadInput, Forbidden } from '../../domain/refusals';
import type { LogEntry } from '../../store/log/log-entries';
import { headsOf } from '../../store/organizations';
import type { ViewedOrganization } from '../../store/standings';
import type { Services } from '../services';
import type { Crowd, CrowdMember } from './crowd';
import { type FollowedLog, type LogSubscriber, MOST_REPLAYED, type Step } from './followed-log';
import type { LiveListener } from './live-listener';
import { LogSignal } from './log-signal';
import { patiently } from './patiently';

/** Entries read at once while catching up. */
const PAGE = 100;

/** A balance that usage changes all the time is told no more often than this, in milliseconds (L9). */
const BALANCE_EVERY = 1_000;

const DONE = { done: true, value: undefined } as const;
type Next<Event> = IteratorResult<Event, undefined> | Promise<IteratorResult<Event, undefined>>;

/**
 * Everything that a subscriber has to see of an organization's log, each once and in order: the state or what was missed
 * first, then what comes (L1, L2, L9). Access is asked again for each step (A8); without it the iterator throws `Forbidden`
 * and has ended (L4). A position from the future is `BadInput`.
 *
 * Nothing is queued for a subscriber: it keeps a position and reads on from there when it has taken the last step, so that
 * one that is slow costs no memory.
 */
export function followLog<Snapshot, Event>(
  services: Services,
  log: FollowedLog<Snapshot, Event>,
  subscriber: LogSubscriber,
): AsyncIterableIterator<Event, undefined> {
  return new Walk(services, log, subscriber);
}

/**
 * One subscriber's way through the log. Most of the time it stands at the end of it, in the crowd, and then it is nothing but this
 * object and the promise of the next event: what is in the middle of something is a function's frame on the heap.
 */
class Walk<Snapshot, Event> implements AsyncIterableIterator<Event, undefined>, CrowdMember {
  /** What the viewer was to the organization when that was last asked, and the version that it is as of. */
  standing: BillingStanding | null = null;
  standingAt = 0;
  alike: CrowdMember['alike'] = null;
  /** Everything up to here has been told, or is not this viewer's to know. */
  position = 0;
  private readonly signal = new LogSignal();
  private unwatch: (() => void) | null;
  private steps: AsyncGenerator<Event, undefined> | null = this.walk(false);
  /** The crowd that it is in, and the promise of the next event meanwhile. */
  private crowd: Crowd | null = null;
  private answer: ((next: Next<Event>) => void) | null = null;
  /** The ledger's position that the subscriber has been told of, and when that was, in milliseconds since the epoch. */
  private ledgerTold = 0;
  private balanceToldAt = 0;
  /** While the subscriber catches up with the past: where the present was when it began. */
  private replayingSince: number | null = null;
  /** While a step is out and the next is not yet asked for: where the present was when it went out. */
  private outSince: number | null = null;

  constructor(
    private readonly services: Services,
    private readonly log: FollowedLog<Snapshot, Event>,
    private readonly subscriber: LogSubscriber,
  ) {
    // Attached before anything is read, or what commits between the two would be lost.
    this.unwatch = this.watch();
  }

  get viewerId(): string {
    return this.subscriber.viewerId;
  }

  /** Asked of those in the crowd alone, who have one. */
  get listener(): LiveListener {
    return this.subscriber.listener!;
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    return new Promise((resolve, reject) => {
      this.steps ??= this.walk(true);
      this.steps.next().then((step) => this.take(step, resolve), reject);
    });
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    // A generator that waits can't be returned from outside: it must be woken first.
    this.stop();
    await this.steps?.return(undefined);
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  release(head: Head | null): void {
    this.crowd = null;
    this.unwatch = this.watch();
    this.signal.hear(head);
    this.goOn();
  }

  private take(step: IteratorResult<Event, undefined>, answer: (next: Next<Event>) => void): void {
    if (!step.done || this.signal.stopped) return answer(step);
    this.steps = null;
    this.answer = answer;
    // The crowd may have let go of it already.
    if (!this.crowd) this.goOn();
  }

  private goOn(): void {
    const { answer } = this;
    this.answer = null;
    answer?.(this.signal.stopped ? DONE : this.next());
  }

  private stop(): void {
    this.unwatch?.();
    this.unwatch = null;
    const { crowd } = this;
    this.crowd = null;
    crowd?.leave(this);
    this.signal.stop();
    this.goOn();
  }

  /** Ends where there is nothing more, or in the crowd. */
  private async *walk(isReleased: boolean): AsyncGenerator<Event, undefined> {
    let hasJoined = false;
    try {
      if (!isReleased) yield* this.begin();
      // What the crowd has let go of is to be told what it was not.
      let mayJoin = !isReleased;
      while (!this.signal.stopped) {
        if (this.present() <= this.position) {
          this.replayingSince = null;
          const way = mayJoin ? await this.joinCrowd() : 'NEWS';
          hasJoined = way === 'JOINED';
          if (hasJoined) return;
          if (way === 'ELSEWHERE') continue;
          await this.news();
        }
        mayJoin = true;
        if (!this.signal.stopped) yield* this.readOn();
        if (this.isBalanceNews() && this.balanceIsDueIn() <= 0) yield* this.balance();
      }
    } finally {
      if (!hasJoined) this.stop();
    }
  }

  private watch(): () => void {
    return this.services.watches.watch(this.subscriber.organizationId, (head) => {
      this.signal.hear(head);
      this.cutOffIfStalled();
    });
  }

  /** Into the crowd, which then watches for it. Where the crowd stood elsewhere it is to be tried again. */
  private async joinCrowd(): Promise<'JOINED' | 'NEWS' | 'ELSEWHERE'> {
    const { services, log } = this;
    const { organizationId, listener } = this.subscriber;
    if (!listener) return 'NEWS';
    const toEvent = (entry: LogEntry) =>
      log.toEvent(organizationId, { kind: 'ENTRY', position: log.positionOf(entry), entry });
    const crowd = services.crowds.of(services, organizationId, this.position, toEvent);
    if (crowd.head) this.signal.hear(crowd.head);
    if (this.present() > this.position) return 'NEWS';
    if (crowd.join(this)) {
      this.crowd = crowd;
      this.unwatch?.();
      this.unwatch = null;
      this.signal.head = null;
      return 'JOINED';
    }
    await Promise.race([crowd.moved(), this.signal.until((head) => log.positionOf(head) > this.position)]);
    return 'ELSEWHERE';
  }

  private async *begin(): AsyncGenerator<Event> {
    const { services, log } = this;
    const { organizationId, after } = this.subscriber;
    const [head] = await headsOf(services.database.reader, [organizationId]);
    if (!head) throw new Forbidden();
    this.signal.hear(head);
    // A stranger is told no position, not even by which ones are refused (A4); a snapshot asks for itself.
    if (after !== null) await this.requireView();
    if (after !== null && after > log.positionOf(head)) throw new BadInput('This position has not been reached yet.');

    if (after === null || (await log.countMissed(services, organizationId, after, head)) > MOST_REPLAYED) {
      yield* this.snapshot();
    } else {
      this.position = after;
      this.ledgerTold = (await log.ledgerKnownAfter?.(services, organizationId, after, head)) ?? 0;
      this.replayingSince = log.positionOf(head);
    }
  }

  private async *readOn(): AsyncGenerator<Event> {
    const { log, services } = this;
    const { organizationId } = this.subscriber;
    const present = this.signal.head;
    const entries = await patiently(this.signal, () =>
      services.liveReads.log({ part: log.part, organizationId, after: this.position, limit: PAGE }),
    );
    for (const entry of entries) {
      if (this.hasFallenBehind()) {
        yield* this.snapshot();
        return;
      }
      const viewed = await this.requireView();
      this.position = log.positionOf(entry);
      if (!log.sees(entry, viewed)) continue;
      this.noteBalance(present);
      yield* this.out({ kind: 'ENTRY', position: this.position, entry });
    }
    if (entries.length === 0) await this.requireView();
    // What had been written when the page was asked for is read now, and what of it was left out is no part of this log.
    if (entries.length < PAGE && present) this.position = Math.max(this.position, log.positionOf(present));
  }

  private async *snapshot(): AsyncGenerator<Event> {
    this.replayingSince = null;
    await this.requireView();
    const before = this.signal.head;
    const snapshot = await patiently(this.signal, () =>
      this.log.takeSnapshot(this.services, this.subscriber.organizationId),
    );
    if (!snapshot) throw new Forbidden();
    this.position = snapshot.position;
    this.noteBalance(before);
    yield* this.out({ kind: 'SNAPSHOT', ...snapshot });
  }

  private async *balance(): AsyncGenerator<Event> {
    await this.requireView();
    this.noteBalance(this.signal.head);
    yield* this.out({ kind: 'BALANCE', position: this.position });
  }

  /** Resolves when there is something to tell, or nobody to tell it to. */
  private async news(): Promise<void> {
    const isLogNews = (head: Head) => this.log.positionOf(head) > this.position;
    await this.signal.until((head) => isLogNews(head) || this.isBalanceNews());
    const due = this.balanceIsDueIn();
    if (this.present() > this.position || due <= 0) return;
    await Promise.race([this.signal.until(isLogNews), delay(due, undefined, { ref: false })]);
  }

  private isBalanceNews(): boolean {
    return this.log.ledgerKnownAfter !== null && (this.signal.head?.ledgerSequence ?? 0) > this.ledgerTold;
  }

  /** Milliseconds until the balance may be told again. */
  private balanceIsDueIn(): number {
    return this.balanceToldAt + BALANCE_EVERY - this.services.clock();
  }

  /** Every event carries the credits as they are, so that what the ledger held before it went out is told with it. */
  private noteBalance(head: Head | null): void {
    if (!this.log.ledgerKnownAfter) return;
    this.ledgerTold = Math.max(this.ledgerTold, head?.ledgerSequence ?? 0);
    this.balanceToldAt = this.services.clock();
  }

  private async *out(step: Step<Snapshot>): AsyncGenerator<Event> {
    this.outSince = this.present();
    yield this.log.toEvent(this.subscriber.organizationId, step);
    this.outSince = null;
  }

  private async requireView(): Promise<ViewedOrganization> {
    const { organizationId, viewerId } = this.subscriber;
    const viewed = await patiently(this.signal, () => this.services.liveReads.viewedBy(organizationId, viewerId));
    if (!viewed || !permits(viewed.viewerStanding, 'VIEW_BILLING')) throw new Forbidden();
    this.standing = viewed.viewerStanding;
    this.standingAt = viewed.version;
    return viewed;
  }

  private present(): number {
    return this.signal.head ? this.log.positionOf(this.signal.head) : this.position;
  }

  private hasFallenBehind(): boolean {
    return this.replayingSince !== null && this.present() - this.replayingSince > this.services.backlogLimit;
  }

  private cutOffIfStalled(): void {
    const isLive = this.replayingSince === null;
    if (isLive && this.outSince !== null && this.present() - this.outSince > this.services.backlogLimit)
      this.subscriber.connection.cutOff();
  }
}
