import { ROSTER_STREAM } from '../../../src/actions/roster/watch-roster';
import { BILLING_STREAM } from '../../../src/actions/billing/watch-billing';
import type { SubscriptionReads } from '../../../src/actions/loaders/subscription-reads';
import type { LogStream } from '../../../src/actions/subscriptions/log-stream';
import { LogPositionWatcher } from '../../../src/actions/subscriptions/log-position-watcher';
import { Subscriptions } from '../../../src/actions/subscriptions/subscriptions';
import { createMemoryNotifier } from '../../../src/notifications/memory-notifier';
import type { Reader } from '../../../src/store/database';
import type { Scheduler } from './scheduler';
import type { World } from './world';

const HOUR = 3_600_000;

/** Nothing is read with it: what these streams read is in memory. */
const NO_READER = {} as Reader;

/** What an answer that is shared consists of here. */
export interface MadeAnswer {
  readonly event: unknown;
  readonly madeFor: string;
  /** As it was when the answer was made. */
  readonly version: number;
  readonly ledgerSequence: number;
}

/** The subscription pipeline of one instance of the service, on an organization in memory. Each thing that it waits for is pending in the scheduler. */
export class Instance {
  readonly notifier = createMemoryNotifier();
  readonly watcher: LogPositionWatcher;
  readonly subscriptions: Subscriptions;
  readonly streams: Record<LogStream['name'], LogStream<unknown, object>>;
  /** How many each group told of each entry. */
  readonly deliveries: { readonly sequence: number; readonly told: number }[] = [];

  constructor(
    readonly world: World,
    readonly scheduler: Scheduler,
    backlogLimit: number,
  ) {
    const clock = () => scheduler.now;
    this.watcher = new LogPositionWatcher(
      this.notifier,
      () => scheduler.wait('poll', () => (world.isRemoved ? [] : [world.position])),
      (error) => {
        throw error;
      },
      HOUR,
    );
    const inMemory = {
      countAfter: async (_reader: Reader, _id: string, after: number) => this.count(after),
      ledgerKnownAfter: async (_reader: Reader, _id: string, after: number) => world.ledgerKnownAfter(after),
    };
    this.streams = {
      ROSTER: ROSTER_STREAM,
      BILLING: { ...(BILLING_STREAM as LogStream<unknown, object>), ...inMemory },
    };
    this.subscriptions = new Subscriptions({
      subscriptionReads: this.reads(),
      positionWatcher: this.watcher,
      smallSteps: { next: () => scheduler.wait('step', () => undefined) },
      clock,
      monotonicClock: clock,
      delay: scheduler.delay,
      backlogLimit,
      aroundDelivery: async ({ sequence }, deliver) => this.deliveries.push({ sequence, told: await deliver() }),
    });
  }

  subscribe(stream: LogStream['name'], request: Parameters<Subscriptions['subscribe']>[2]) {
    return this.subscriptions.subscribe(this.streams[stream], NO_READER, request);
  }

  close(): void {
    this.watcher.close();
  }

  private count(after: number): number {
    return this.world.entries.filter(({ sequence, version }) => version === null && sequence > after).length;
  }

  private reads(): SubscriptionReads {
    const { world, scheduler } = this;
    const unasked = () => Promise.reject(new Error('An answer of its own reads nothing here.'));
    return {
      viewedBy: (_id, viewerId) => scheduler.wait('access', () => world.viewedBy(viewerId)),
      roster: () => scheduler.wait('roster', () => world.roster),
      position: () => scheduler.wait('position', () => (world.isRemoved ? null : world.position)),
      log: ({ stream, after, limit }) =>
        scheduler.wait('log', () =>
          world.entries
            .filter((entry) =>
              stream.name === 'ROSTER'
                ? (entry.version ?? 0) > after
                : entry.version === null && entry.sequence > after,
            )
            .slice(0, limit),
        ),
      organization: () => scheduler.wait('organization', () => (world.isRemoved ? undefined : world.row)),
      accessChangedAfter: (_id, version, viewers) =>
        scheduler.wait('check', () => {
          if (world.isRemoved) return null;
          const changed = new Set(
            world.entries.filter((entry) => (entry.version ?? 0) > version).map(({ subjectId }) => subjectId),
          );
          const members = viewers
            .filter(({ viewerId }) => changed.has(viewerId))
            .map(({ viewerId }) => [viewerId, world.memberAccess(viewerId)] as const);
          return { version: world.version, members: new Map(members) };
        }),
      ofEvent: ({ ledgerSequence }) => ({ as: (role) => ({ role, ledgerSequence }) as never }),
      viewed: unasked,
      viewedWithRoster: unasked,
      rosters: unasked,
      people: unasked,
    };
  }
}
