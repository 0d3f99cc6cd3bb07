import type { LogPosition } from '../../domain/log/log-position';
import type { Services } from '../services';
import type { SubscriberGroup, Subscriber } from './subscriber-group';
import type { Connection, FollowedLog, LogSubscriber } from './followed-log';
import type { LiveListener } from './live-listener';
import type { AskedIterator, Taker } from './taker';
import { CatchUp, type CatchingUp } from './catch-up';

const DONE = { done: true, value: undefined } as const;

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
): AskedIterator<Event> {
  return new Follower(services, log, subscriber);
}

/**
 * One subscriber. Most of the time it is in the group at the end of the log, and then it is nothing but this object: whoever waits in the
 * middle of a function has that function's frame on the heap.
 */
class Follower<Snapshot, Event> implements AskedIterator<Event>, CatchingUp<Snapshot, Event>, LogSubscriber {
  readonly organizationId: string;
  readonly viewerId: string;
  readonly after: number | null;
  /** Asked of those in the group alone, who have one. */
  readonly listener: LiveListener;
  readonly connection: Connection;
  cohort: Subscriber['cohort'] = null;
  /** Everything up to here has been told, or is not this viewer's to know. */
  position = 0;
  /** Its own way, unless it is in the group. */
  private catchUp: CatchUp<Snapshot, Event> | null;
  private group: SubscriberGroup | null = null;
  /** Who waits meanwhile. */
  private waiting: Taker<Event> | null = null;
  private hasEnded = false;

  constructor(
    readonly services: Services,
    readonly log: FollowedLog<Snapshot, Event>,
    { organizationId, viewerId, after, listener, connection }: LogSubscriber,
  ) {
    this.organizationId = organizationId;
    this.viewerId = viewerId;
    this.after = after;
    this.listener = listener!;
    this.connection = connection;
    this.catchUp = new CatchUp(this, false);
  }

  /** Itself: another object would be memory for as long as the subscription. */
  get subscriber(): LogSubscriber {
    return this;
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    return new Promise((take, fail) => this.ask({ take, fail }));
  }

  ask(taker: Taker<Event>): void {
    const { catchUp } = this;
    if (!catchUp || this.hasEnded) return taker.take(DONE);
    catchUp.steps.next().then(
      (step) => this.pass(catchUp, step, taker),
      (error: unknown) => taker.fail(error),
    );
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    const { catchUp, group, waiting } = this;
    this.hasEnded = true;
    this.group = null;
    this.waiting = null;
    group?.leave(this);
    waiting?.take(DONE);
    catchUp?.stop();
    await catchUp?.steps.return(undefined);
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  joined(group: SubscriberGroup): void {
    this.group = group;
  }

  detach(head: LogPosition | null): void {
    const { waiting } = this;
    this.group = null;
    this.waiting = null;
    this.catchUp = new CatchUp(this, true);
    this.catchUp.hear(head);
    if (waiting) this.ask(waiting);
  }

  private pass(catchUp: CatchUp<Snapshot, Event>, step: IteratorResult<Event, undefined>, taker: Taker<Event>): void {
    const hasJoined = this.group !== null;
    // The group may have detached it already.
    const goesOn = hasJoined || this.catchUp !== catchUp;
    if (!step.done || !goesOn || this.hasEnded) return taker.take(step);
    if (!hasJoined) return this.ask(taker);
    this.catchUp = null;
    this.waiting = taker;
  }
}
