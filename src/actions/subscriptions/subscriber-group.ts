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
  /** Wraps the delivery of an entry, which returns how many were told. */
  readonly aroundDelivery: (entry: LogEntry, deliver: () => Promise<number>) => Promise<unknown>;
  /** Most changes that may come while a subscriber takes none of them (L2, L7). */
  readonly backlogLimit: number;
}

/** A subscriber that has received everything so far. While it is in the group, the group moves its position. */
export interface GroupSubscriber extends Recipient {
  position: number;
  /** Up to where in the ledger it has been told of the credits, and when that was (L9). */
  ledgerTold: number;
  balanceToldAt: number;
  /** It has left the group and catches up from its position. Null if the organization has been removed. */
  detach(newest: LogPosition | null): void;
}

/**
 * The live subscribers of one organization and stream. For each entry, it reads the log, the organization and everything in the answers once,
 * and each cohort gets one answer (L8, see `deliver`). It detaches a subscriber that may not see the entry, or has unread data. Catch-up
 * handles all special cases (see `CatchUp`).
 */
export class SubscriberGroup {
  readonly kind = 'LIVE';
  /** The newest position that the group knows. A subscriber that is about to join may know a newer or an older one. */
  readonly signal = new LogPositionSignal();
  private readonly subscribers = new Set<GroupSubscriber>();
  private readonly unwatch: () => void;
  private balanceToldAt = 0;

  /** @param position up to where each subscriber has been told, or is being told now. Some may have been told more. */
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
  join(subscriber: GroupSubscriber): boolean {
    if (subscriber.position < this.position || this.signal.isRemoved) return false;
    this.subscribers.add(subscriber);
    return true;
  }

  leave(subscriber: GroupSubscriber): void {
    if (this.subscribers.delete(subscriber)) this.endIfEmpty();
  }

  private async follow(): Promise<void> {
    while (!this.signal.stopped) {
      await this.signal.until(() => this.lag() > 0 || this.behindInLedger().length > 0);
      if (this.signal.isRemoved) {
        for (const subscriber of [...this.subscribers]) this.detach(subscriber, null);
        return;
      }
      if (this.signal.stopped) return;
      try {
        if (this.lag() > 0) await this.readOn();
        else await this.tellBalance();
      } catch (error) {
        // A subscriber that has missed this step reads it in catch-up, or meets the same error there.
        const isAway = error instanceof Unavailable;
        for (const subscriber of [...this.subscribers])
          if (!isAway || subscriber.position < this.position) this.detach(subscriber);
        if (isAway) await this.dependencies.delay(ASK_AGAIN_AFTER);
      }
    }
  }

  private async readOn(): Promise<void> {
    const { dependencies, stream, organizationId, position: after } = this;
    const newest = this.signal.position;
    const entries = await dependencies.subscriptionReads.log({ stream, organizationId, after, limit: PAGE });
    for (const entry of entries) {
      const step: Step = { kind: 'ENTRY', position: stream.positionOf(entry), entry };
      await dependencies.aroundDelivery(entry, () => this.tell(step.position, step));
    }
    // The remaining entries are not in the stream, but they may have ended a subscriber's access (L4).
    const present = newest && entries.length < PAGE ? stream.positionOf(newest) : 0;
    if (present > this.position) await this.tell(present, null);
  }

  /** Sends the balance to those who got none for a second, or waits for the first of them (L9). */
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
  private async tell(position: number, step: Step | null, to?: readonly GroupSubscriber[]): Promise<number> {
    // A subscriber that joins from here on has seen this. One that has joined before may have seen it too.
    this.position = position;
    const recipients = to ?? [...this.subscribers].filter((subscriber) => subscriber.position < position);
    const message = new Message(this.stream, this.organizationId, step);
    let told = 0;
    await deliver<GroupSubscriber>(this.dependencies, {
      organizationId: this.organizationId,
      recipients,
      messageFor: () => message,
      isAccessFresh: false,
      done: (subscriber, outcome, organization) => {
        if (outcome === 'ALONE') return this.detach(subscriber);
        subscriber.position = Math.max(subscriber.position, position);
        if (outcome === 'UNSEEN') return;
        told += 1;
        // Each answer carries the credits as they are in the organization's row.
        if (organization && this.stream.ledgerKnownAfter) {
          subscriber.ledgerTold = organization.ledgerSequence;
          subscriber.balanceToldAt = this.dependencies.clock();
        }
      },
    });
    return told;
  }

  private behindInLedger(): GroupSubscriber[] {
    const newest = this.signal.position;
    if (!this.stream.ledgerKnownAfter || !newest) return [];
    return [...this.subscribers].filter(({ ledgerTold }) => ledgerTold < newest.ledgerSequence);
  }

  private detach(subscriber: GroupSubscriber, newest = this.signal.position): void {
    if (!this.subscribers.delete(subscriber)) return;
    subscriber.detach(newest);
    this.endIfEmpty();
  }

  private endIfEmpty(): void {
    if (this.subscribers.size > 0 || this.signal.stopped) return;
    this.signal.stop();
    this.unwatch();
    this.onEmpty();
  }
}
