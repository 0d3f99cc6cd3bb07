import type { BillingRole } from '../../domain/access/permissions';
import type { LogPosition } from '../../domain/log/log-position';
import type { Reader } from '../../store/database';
import { CatchUp, type CatchUpDependencies } from './catch-up';
import type { LogStream } from './log-stream';
import type { SharedOutput } from './deliver';
import type { SubscriberGroup } from './subscriber-group';

/** Takes the next step of an iterator, or why there is none. */
export interface Taker<T> {
  take(step: IteratorResult<T, undefined>): void;
  fail(error: unknown): void;
}

/** An iterator that can be asked without a promise: each idle subscriber would hold that, and what waits for it. */
export interface AskedIterator<T> extends AsyncIterableIterator<T, undefined> {
  /** Asks for the next step, as `next()` does. */
  ask(taker: Taker<T>): void;
}

/** The connection of a subscriber. */
export interface Connection {
  /** Ends it at once. */
  cutOff(): void;
}

/** Who subscribes to what, and how they are told. */
export interface SubscriptionRequest {
  readonly organizationId: string;
  readonly viewerId: string;
  /** The last position that the subscriber has seen; null if it starts over. */
  readonly after: number | null;
  /** Where the subscriber is told of what is the same for many; null if it asks for each step itself. */
  readonly output: SharedOutput | null;
  /** Cut off when the subscriber has taken nothing while more than `backlogLimit` changes came (L7). */
  readonly connection: Connection;
}

type State<Event> = CatchUp<Event> | SubscriberGroup | typeof ENDED;

const ENDED = { kind: 'ENDED' } as const;
const DONE = { done: true, value: undefined } as const;

/**
 * Everything that one subscriber has to see of a stream, each once and in order: the state or what was missed first, then what comes
 * (L1, L2, L9). It catches up, goes live in the group, and is detached from there whenever it has to go on by itself again; then it has
 * ended. If the viewer may not see any more, the iterator throws `Forbidden` and has ended (L4). A position from the future is `BadInput`.
 *
 * Nothing is queued for a subscriber: it keeps a position and reads on from there when it has taken the last step, so that a slow one
 * costs no memory. One that is live is this object and nothing else.
 */
export class Subscriber<Event> implements AskedIterator<Event> {
  /** Everything up to here has been told, or is not this viewer's to know. */
  position = 0;
  role: BillingRole | null = null;
  roleAt = 0;
  grantExpiresAt: number | null = null;
  ledgerTold = 0;
  balanceToldAt = 0;
  private state: State<Event>;
  /** Who waits for the next step while it is live. */
  private waiting: Taker<Event> | null = null;

  /** @param output used of those alone that share answers. */
  constructor(
    private readonly dependencies: CatchUpDependencies,
    readonly stream: LogStream<unknown, Event>,
    readonly organizationId: string,
    readonly viewerId: string,
    readonly after: number | null,
    readonly isShared: boolean,
    readonly output: SharedOutput,
    readonly connection: Connection,
    readonly reader: Reader,
  ) {
    this.state = new CatchUp(dependencies, this, 'BEGINS');
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    return new Promise((take, fail) => this.ask({ take, fail }));
  }

  ask(taker: Taker<Event>): void {
    const { state } = this;
    if (state.kind === 'ENDED') return taker.take(DONE);
    if (state.kind === 'LIVE') return void (this.waiting = taker);
    state.steps.next().then(
      (step) => {
        if (!step.done) return taker.take(step);
        // It is live, or has been detached again since. What has neither joined nor ended otherwise has nothing to tell any more.
        if (this.state === state) this.state = ENDED;
        this.ask(taker);
      },
      (error: unknown) => {
        if (this.state === state) this.state = ENDED;
        taker.fail(error);
      },
    );
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    const { state, waiting } = this;
    this.state = ENDED;
    this.waiting = null;
    if (state.kind === 'LIVE') state.leave(this);
    waiting?.take(DONE);
    if (state.kind === 'CATCHING_UP') {
      state.stop();
      await state.steps.return(undefined);
    }
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  canTake(): boolean {
    return this.state.kind !== 'ENDED' && this.output.isReady();
  }

  join(group: SubscriberGroup): boolean {
    if (this.state.kind !== 'CATCHING_UP' || !group.join(this)) return false;
    this.state = group;
    return true;
  }

  detach(newest: LogPosition | null): void {
    if (this.state.kind !== 'LIVE') return;
    const { waiting } = this;
    this.waiting = null;
    const catchUp = new CatchUp<Event>(this.dependencies, this, 'DETACHED');
    this.state = catchUp;
    catchUp.signal.hear(newest);
    if (waiting) this.ask(waiting);
  }
}
