import type { BillingRole } from '../../domain/access/permissions';
import type { LogPosition } from '../../domain/log/log-position';
import type { Reader } from '../../store/database';
import { CatchUp, type CatchUpDependencies } from './catch-up';
import type { LogStream } from './log-stream';
import type { SharedOutput } from './deliver';
import type { SubscriberGroup } from './subscriber-group';

/** Receives the next step of an iterator, or the error in its place. */
export interface StepReceiver<T> {
  receive(step: IteratorResult<T, undefined>): void;
  fail(error: unknown): void;
}

/** An iterator that can be asked without a promise, which each idle subscriber would hold: 0.4 kB of 8.0 (bench/README.md). */
export interface AskedIterator<T> extends AsyncIterableIterator<T, undefined> {
  ask(receiver: StepReceiver<T>): void;
}

export interface Connection {
  /** Ends it at once. */
  cutOff(): void;
}

/** Who subscribes to what, and where it is delivered. */
export interface SubscriptionRequest {
  readonly organizationId: string;
  readonly viewerId: string;
  /** The last position that the subscriber has seen. Null if it starts with a snapshot. */
  readonly after: number | null;
  /** Where shared answers are sent. Null if each step is answered only for this subscriber. */
  readonly output: SharedOutput | null;
  /** Cut off when more than `backlogLimit` changes came while the subscriber took none (L7). */
  readonly connection: Connection;
}

type State<Event> = CatchUp<Event> | SubscriberGroup | typeof ENDED;

const ENDED = { kind: 'ENDED' } as const;
const DONE = { done: true, value: undefined } as const;

/**
 * Everything that one subscriber gets of a stream, each once and in order: first a snapshot or what it missed, then each change (L1, L2, L9).
 * It catches up, then it is live in its group. The group may detach it, and it catches up again. In the end it has ended. If the viewer loses
 * access, the iterator throws `Forbidden` and ends (L4). A position from the future is `BadInput`.
 *
 * Nothing is queued for a subscriber. It keeps a position, and reads on from there after each step, so a slow one costs no memory. A live one
 * is this object and nothing else.
 */
export class Subscriber<Event> implements AskedIterator<Event> {
  /** Everything up to here has been told, or is not for this viewer. */
  position = 0;
  role: BillingRole | null = null;
  roleAt = 0;
  grantExpiresAt: number | null = null;
  ledgerTold = 0;
  balanceToldAt = 0;
  private state: State<Event>;
  /** The caller of `ask`, while the subscriber is live. */
  private waiting: StepReceiver<Event> | null = null;

  /** @param output only used if `isShared`. */
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
    return new Promise((receive, fail) => this.ask({ receive, fail }));
  }

  ask(receiver: StepReceiver<Event>): void {
    const { state } = this;
    if (state.kind === 'ENDED') return receiver.receive(DONE);
    if (state.kind === 'LIVE') return void (this.waiting = receiver);
    state.steps.next().then(
      (step) => {
        if (!step.done) return receiver.receive(step);
        // It has joined a group, and may have been detached again. Otherwise the catch-up has ended, and so has the subscription.
        if (this.state === state) this.state = ENDED;
        this.ask(receiver);
      },
      (error: unknown) => {
        if (this.state === state) this.state = ENDED;
        receiver.fail(error);
      },
    );
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    const { state, waiting } = this;
    this.state = ENDED;
    this.waiting = null;
    if (state.kind === 'LIVE') state.leave(this);
    waiting?.receive(DONE);
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
