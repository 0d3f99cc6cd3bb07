import type { LogPosition } from '../../domain/log/log-position';
import { Unavailable } from '../../domain/refusals';
import type { LogEntry } from '../../store/log/log-entries';
import { deliver, type DeliveryDependencies, Message, type Recipient } from './deliver';
import { LogPositionSignal } from './log-position-signal';
import type { LogPositionWatcher } from './log-position-watcher';
import { ASK_AGAIN_AFTER, BALANCE_EVERY, type LogStream, PAGE, type Step } from './log-stream';

export interface GroupDependencies extends DeliveryDependencies {
  readonly positionWatcher: LogPositionWatcher;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Resolves after so many milliseconds. */
  readonly delay: (milliseconds: number) => Promise<void>;
  /** Stands around telling of an entry, which says how many were told. */
  readonly aroundDelivery: (entry: LogEntry, deliver: () => Promise<number>) => Promise<unknown>;
  /** Most changes that may come while a subscriber takes none of them (L2, L7). */
  readonly backlogLimit: number;
}

/** A subscriber that has seen everything so far. The group moves its position while it is in the group. */
export interface Member extends Recipient {
  position: number;
  /** Up to where in the ledger it has been told of the credits, and when that was (L9). */
  ledgerTold: number;
  balanceToldAt: number;
  /** It is out of the group and goes on by itself from its position; null if the organization has been removed. */
  detach(newest: LogPosition | null): void;
}

/**
 * The subscribers of one organization and stream who are live. For each entry the log, the organization and all that the answers hold are
 * read once, and each cohort gets one answer (L8, see `deliver`). A member that may not see it, or has not taken what was sent before, is
 * detached: all that is special happens while a subscriber catches up (see `CatchUp`).
 */
export class SubscriberGroup {
  readonly kind = 'LIVE';
  /** What it has heard of. A subscriber that is about to join may have heard of more, or of less. */
  readonly signal = new LogPositionSignal();
  private readonly members = new Set<Member>();
  private readonly unwatch: () => void;
  private balanceToldAt = 0;

  /** @param position up to where each member has been told, or is being told now. Some may have been told more. */
  constructor(
    private readonly dependencies: GroupDependencies,
    private readonly stream: LogStream,
    private readonly organizationId: string,
    private position: number,
    private readonly onEmpty: () => void,
  ) {
    this.unwatch = dependencies.positionWatcher.watch(organizationId, (newest) => this.signal.hear(newest));
    void this.follow();
  }

  /** How far the log is ahead of it. */
  lag(): number {
    const newest = this.signal.position;
    return newest ? Math.max(0, this.stream.positionOf(newest) - this.position) : 0;
  }

  /** Takes in a subscriber; false if it has to catch up first. */
  join(member: Member): boolean {
    if (member.position < this.position || this.signal.isRemoved) return false;
    this.members.add(member);
    return true;
  }

  leave(member: Member): void {
    if (this.members.delete(member)) this.endIfEmpty();
  }

  private async follow(): Promise<void> {
    while (!this.signal.stopped) {
      await this.signal.until(() => this.lag() > 0 || this.behindInLedger().length > 0);
      if (this.signal.isRemoved) {
        for (const member of [...this.members]) this.detach(member, null);
        return;
      }
      if (this.signal.stopped) return;
      try {
        if (this.lag() > 0) await this.readOn();
        else await this.tellBalance();
      } catch (error) {
        // A member that was not told of what the group was about to tell finds it by itself, or what is wrong with it.
        const isAway = error instanceof Unavailable;
        for (const member of [...this.members]) if (!isAway || member.position < this.position) this.detach(member);
        if (isAway) await this.dependencies.delay(ASK_AGAIN_AFTER);
      }
    }
  }

  private async readOn(): Promise<void> {
    const { stream, organizationId, position: after } = this;
    const newest = this.signal.position;
    const query = { stream, organizationId, after, limit: PAGE };
    const entries = await this.dependencies.subscriptionReads.log(query);
    for (const entry of entries) {
      const step: Step = { kind: 'ENTRY', position: stream.positionOf(entry), entry };
      await this.dependencies.aroundDelivery(entry, () => this.tell(step.position, step));
    }
    // What is left is no part of the stream. It may have ended somebody's access all the same (L4).
    const present = newest && entries.length < PAGE ? stream.positionOf(newest) : 0;
    if (present > this.position) await this.tell(present, null);
  }

  /** Tells those of the balance who have been told of none for a second, or waits until there are some (L9). */
  private async tellBalance(): Promise<void> {
    const { dependencies, position } = this;
    const behind = this.behindInLedger();
    const now = dependencies.clock();
    const toldAt = behind.reduce((earliest, { balanceToldAt }) => Math.min(earliest, balanceToldAt), Infinity);
    const due = Math.max(this.balanceToldAt, toldAt) + BALANCE_EVERY - now;
    if (due > 0) return Promise.race([this.signal.until(() => this.lag() > 0), dependencies.delay(due)]);
    this.balanceToldAt = now;
    const recipients = behind.filter(({ balanceToldAt }) => balanceToldAt + BALANCE_EVERY <= now);
    await this.tell(position, { kind: 'BALANCE', position }, recipients);
  }

  /** @param step null if there is nothing to tell. */
  private async tell(position: number, step: Step | null, to?: readonly Member[]): Promise<number> {
    // A subscriber that joins from here on has seen this, and so may have one that has joined before.
    this.position = position;
    const recipients = to ?? [...this.members].filter((member) => member.position < position);
    const message = new Message(this.stream, this.organizationId, step);
    let told = 0;
    await deliver<Member>(this.dependencies, {
      organizationId: this.organizationId,
      recipients,
      messageFor: () => message,
      isAccessFresh: false,
      done: (member, outcome, organization) => {
        if (outcome === 'ALONE') return this.detach(member);
        member.position = Math.max(member.position, position);
        if (outcome === 'UNSEEN') return;
        told += 1;
        // Each answer carries the credits as they are in the organization's row.
        if (organization && this.stream.ledgerKnownAfter) {
          member.ledgerTold = organization.ledgerSequence;
          member.balanceToldAt = this.dependencies.clock();
        }
      },
    });
    return told;
  }

  private behindInLedger(): Member[] {
    const newest = this.signal.position;
    if (!this.stream.ledgerKnownAfter || !newest) return [];
    return [...this.members].filter(({ ledgerTold }) => ledgerTold < newest.ledgerSequence);
  }

  private detach(member: Member, newest = this.signal.position): void {
    if (!this.members.delete(member)) return;
    member.detach(newest);
    this.endIfEmpty();
  }

  private endIfEmpty(): void {
    if (this.members.size > 0 || this.signal.stopped) return;
    this.signal.stop();
    this.unwatch();
    this.onEmpty();
  }
}
