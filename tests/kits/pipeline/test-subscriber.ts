import type { BillingEvent } from '../../../src/actions/billing/watch-billing';
import { mayBeTold } from '../../../src/actions/billing/watch-billing';
import type { RosterEvent } from '../../../src/actions/roster/watch-roster';
import type { SharedOutput } from '../../../src/actions/subscriptions/deliver';
import type { LogStream } from '../../../src/actions/subscriptions/log-stream';
import type { Subscriber } from '../../../src/actions/subscriptions/subscriber';
import { Forbidden } from '../../../src/domain/refusals';
import { LOG_KINDS } from '../../../src/domain/log/kinds';
import type { LogEntry } from '../../../src/store/log/log-entries';
import type { Instance, MadeAnswer } from './instance';

/** For how long access may be relied on (A8), in milliseconds. */
const ACCESS_HOLDS_FOR = 250;

export interface Watching {
  readonly viewerId: string;
  readonly stream: LogStream['name'];
  readonly after: number | null;
  /** Those with the same text share answers; null for one that shares none. */
  readonly shares: string | null;
}

interface Told {
  readonly how: 'SHARED' | 'ALONE';
  /** In the stream. */
  readonly position: number;
  readonly entry: LogEntry | null;
  readonly madeFor: string;
  readonly version: number;
  readonly ledgerSequence: number;
}

/**
 * A subscriber as the server has them: it asks for step after step, and is told past that in shared answers. All that it is told is held
 * to what the rules allow at that moment; what is wrong is thrown by `expectRight`.
 */
export class TestSubscriber {
  readonly told: Told[] = [];
  /** How it has ended: refused (L4), failed, or by itself. */
  ended: 'REFUSED' | 'FAILED' | 'STOPPED' | 'DONE' | null = null;
  isReady = true;
  takes = true;
  wasCutOff = false;
  private readonly subscriber: Subscriber<object>;
  private readonly wrong: string[] = [];
  private wake: () => void = () => undefined;
  /** Up to where it has been told, and of the ledger. */
  private position: number | null;
  private ledger: number;
  private version = 0;
  private balanceAt = -Infinity;
  private readonly begunAt: number;

  constructor(
    private readonly instance: Instance,
    readonly watching: Watching,
  ) {
    const { viewerId, stream, after, shares } = watching;
    this.begunAt = instance.scheduler.now;
    this.position = after;
    this.ledger = after === null ? 0 : instance.world.ledgerKnownAfter(after);
    this.subscriber = instance.subscribe(stream, {
      organizationId: instance.world.id,
      viewerId,
      after,
      output: shares === null ? null : this.output(shares),
      connection: { cutOff: () => (this.wasCutOff = true) },
    });
    void this.pull();
  }

  /** It takes nothing more from here on, or goes on. */
  setTakes(takes: boolean): void {
    this.takes = takes;
    this.wake();
  }

  async stop(): Promise<void> {
    this.ended ??= 'STOPPED';
    this.wake();
    await this.subscriber.return();
  }

  expectRight(): void {
    if (this.wrong.length > 0) throw new Error(`${this.name}: ${this.wrong.join(' ')} ${this.story}`);
  }

  /** When nothing is pending any more and it takes all that it is told: it is up to date, or refused. */
  expectUpToDate(): void {
    this.expectRight();
    const { world } = this.instance;
    const { viewerId, stream } = this.watching;
    if (this.ended === 'STOPPED' || this.ended === 'FAILED') return;
    const role = world.roleOf(viewerId);
    const wasNoMember = world
      .rolesSince(viewerId, this.begunAt)
      .some((since) => since.role === null || since.at >= this.begunAt);
    if (
      this.ended === 'DONE' ||
      (role === null && !this.ended) ||
      (this.ended === 'REFUSED' && role !== null && !wasNoMember)
    )
      throw new Error(`${this.name} is ${role ?? 'no member'} and ${this.ended ?? 'goes on'}. ${this.story}`);
    if (role === null || this.ended) return;
    const missed = this.entriesAfter(this.position ?? -1).filter((entry) => this.isSeen(entry, role));
    if (this.position === null || missed.length > 0)
      throw new Error(`${this.name} is at ${this.position} and misses ${missed.length}. ${this.story}`);
    if (stream === 'BILLING' && this.ledger < world.ledgerSequence)
      throw new Error(`${this.name} knows the ledger to ${this.ledger} of ${world.ledgerSequence}. ${this.story}`);
  }

  private get name(): string {
    const { viewerId, stream, after, shares } = this.watching;
    return `${viewerId} (${stream} after ${after}, ${shares})`;
  }

  private get story(): string {
    return this.told
      .map(({ how, position, entry, madeFor }) => `${how}:${position}:${entry?.kind ?? '-'}:${madeFor}`)
      .join(' ');
  }

  private output(shares: string): SharedOutput {
    const { scheduler, world } = this.instance;
    return {
      shares,
      isReady: () => this.isReady,
      answer: (event, reads) =>
        scheduler.wait('answer', (): MadeAnswer => {
          const { role, ledgerSequence } = reads as unknown as { role: string; ledgerSequence: number };
          return { event, madeFor: role, version: world.version, ledgerSequence };
        }),
      tell: (answer) => this.hear('SHARED', answer as MadeAnswer),
    };
  }

  /** As graphql-ws and the executor do: a step is answered for the viewer as they are then, and the next is asked for. */
  private async pull(): Promise<void> {
    const { scheduler, world } = this.instance;
    try {
      for (;;) {
        while (!this.takes) await new Promise<void>((resolve) => (this.wake = resolve));
        const { done, value } = await this.subscriber.next();
        if (done || this.ended) break;
        const takenAt = scheduler.now;
        const viewed = await scheduler.wait('own answer', () => world.viewedBy(this.watching.viewerId));
        if (this.ended) break;
        if (!viewed) throw new Forbidden();
        if (this.watching.stream === 'BILLING' && !mayBeTold(value as BillingEvent, viewed)) continue;
        const { version, ledgerSequence } = world;
        this.hear('ALONE', { event: value, madeFor: viewed.viewerBillingRole, version, ledgerSequence }, takenAt);
      }
      this.ended ??= 'DONE';
    } catch (error) {
      this.ended ??= error instanceof Forbidden ? 'REFUSED' : 'FAILED';
      await this.subscriber.return();
    }
  }

  /** @param since when the viewer was last known to see the entry, if not now. */
  private hear(
    how: Told['how'],
    { event, madeFor, version, ledgerSequence }: MadeAnswer,
    since = this.instance.scheduler.now,
  ): void {
    const { roster, change, version: atVersion } = event as RosterEvent;
    const { entry: billingEntry, sequence } = event as BillingEvent;
    const isRoster = this.watching.stream === 'ROSTER';
    const entry = (isRoster ? change : billingEntry) ?? null;
    const position = isRoster ? atVersion : sequence;
    const told: Told = { how, position, entry, madeFor, version: roster?.version ?? version, ledgerSequence };
    this.told.push(told);
    if (this.ended) this.wrong.push('was told after its end.');
    if (how === 'SHARED' && !this.isReady) this.wrong.push('was told while it was not ready.');
    this.checkAccess(told, since);
    if (entry) this.checkEntry(told, entry);
    else this.checkState(told);
    if (told.version < this.version) this.wrong.push('was shown an older roster than it had seen.');
    if (isRoster && told.version < position) this.wrong.push('was shown a roster older than the event.');
    this.version = told.version;
    this.position = position;
    this.ledger = Math.max(this.ledger, ledgerSequence);
    this.balanceAt = this.instance.scheduler.now;
  }

  /** A8, A10: what it was made for, the viewer is, or was so short a time ago that access need not be asked again. */
  private checkAccess({ how, entry, madeFor, position }: Told, since: number): void {
    const { world, scheduler } = this.instance;
    const { viewerId, stream } = this.watching;
    const roles = world.rolesSince(viewerId, scheduler.now - ACCESS_HOLDS_FOR);
    const seenBy = world.rolesSince(viewerId, since - ACCESS_HOLDS_FOR);
    const mayReplay = seenBy.some(
      ({ role, joinedVersion, joinedSequence }) =>
        role !== null && position >= (stream === 'ROSTER' ? joinedVersion : joinedSequence),
    );
    if (!roles.some(({ role }) => role === madeFor) || (entry && !mayReplay))
      this.wrong.push(`was told ${position} as ${madeFor} (${how}) and is ${world.roleOf(viewerId)}.`);
  }

  /** L2: each once, in order, and none left out that the viewer sees. */
  private checkEntry({ position }: Told, entry: LogEntry): void {
    if (this.position === null) return void this.wrong.push('was told of an entry before any state.');
    if (position <= this.position) this.wrong.push(`was told ${position} after ${this.position}.`);
    const since = entry.occurredAt - ACCESS_HOLDS_FOR;
    const roles = this.instance.world.rolesSince(this.watching.viewerId, since);
    const leftOut = this.entriesAfter(this.position).filter(
      (other) =>
        this.positionOf(other) < position &&
        this.instance.world
          .rolesSince(this.watching.viewerId, other.occurredAt)
          .every(({ role }) => role !== null && this.isSeen(other, role)),
    );
    if (roles.length > 0 && leftOut.length > 0)
      this.wrong.push(
        `was told ${position} after ${this.position} and not ${leftOut.map((other) => this.positionOf(other)).join()}.`,
      );
  }

  /** L1, L2, A10: the state comes first, or where what was missed is not to be told. L9: a balance comes once a second. */
  private checkState({ position }: Told): void {
    const { world, scheduler } = this.instance;
    if (this.position !== null && position < this.position)
      this.wrong.push(`was told the state of ${position} after ${this.position}.`);
    const isFirst = this.told.length === 1;
    if (this.watching.stream === 'ROSTER') {
      const last = world.rolesSince(this.watching.viewerId, scheduler.now - ACCESS_HOLDS_FOR);
      const hasJoinedSince = last.some(({ joinedVersion }) => joinedVersion > (this.position ?? 0));
      if (!hasJoinedSince && !(isFirst && this.watching.after === null))
        this.wrong.push(`was told the state of ${position} again, after ${this.position}.`);
    } else if (!isFirst && scheduler.now - this.balanceAt < 1_000) {
      const hasJoinedSince = world
        .rolesSince(this.watching.viewerId, scheduler.now - ACCESS_HOLDS_FOR)
        .some(({ joinedSequence }) => joinedSequence > (this.position ?? 0));
      if (!hasJoinedSince) this.wrong.push('was told the balance twice in a second.');
    }
  }

  private entriesAfter(position: number): LogEntry[] {
    const isOfStream = ({ version }: LogEntry) => (version !== null) === (this.watching.stream === 'ROSTER');
    return this.instance.world.entries.filter((entry) => isOfStream(entry) && this.positionOf(entry) > position);
  }

  private positionOf({ version, sequence }: LogEntry): number {
    return this.watching.stream === 'ROSTER' ? (version ?? 0) : sequence;
  }

  private isSeen({ kind, subjectId, version }: LogEntry, role: string): boolean {
    const { audience } = LOG_KINDS[kind];
    if (version !== null || audience === 'MEMBERS' || role === 'OWNER') return true;
    return audience === 'OWNERS_AND_SUBJECT' && subjectId === this.watching.viewerId;
  }
}
