import * as fc from 'fast-check';
import type { BillingRole } from '../../../src/domain/access/permissions';
import { Unavailable } from '../../../src/domain/refusals';
import { Instance } from './instance';
import { Scheduler } from './scheduler';
import { TestSubscriber, type Watching } from './test-subscriber';
import { World } from './world';

const PEOPLE = ['olivia', 'oscar', 'bea', 'mia', 'ada', 'gus'] as const;
const ROLES: readonly (BillingRole | null)[] = ['OWNER', 'BILLING_ADMIN', 'TEAMMATE', null];
const SHARES = ['a', 'b', 'c', 'd', 'e', 'f', null] as const;

type Change =
  | { readonly does: 'changes'; readonly who: string; readonly role: BillingRole | null }
  | {
      readonly does: 'logs';
      readonly kind: 'ORGANIZATION_UPDATED' | 'INVITATION_CREATED' | 'ACCESS_REQUESTED';
      readonly who: string;
    }
  | { readonly does: 'uses' }
  | { readonly does: 'removes' };

export type Step =
  | Change
  /** Something pending happens, after so many changes, and takes so many milliseconds. */
  | { readonly does: 'releases'; readonly nth: number; readonly after: readonly Change[]; readonly takes: number }
  | { readonly does: 'fails'; readonly nth: number; readonly isAway: boolean }
  | { readonly does: 'fires' }
  | { readonly does: 'polls'; readonly at: number }
  | { readonly does: 'subscribes'; readonly watching: Watching; readonly back: number | null; readonly at: number }
  | { readonly does: 'stops' | 'flips' | 'pauses'; readonly nth: number };

const who = fc.constantFrom(...PEOPLE);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('changes' as const), who, role: fc.constantFrom(...ROLES) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('logs' as const),
      kind: fc.constantFrom('ORGANIZATION_UPDATED', 'INVITATION_CREATED', 'ACCESS_REQUESTED'),
      who,
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('uses' as const) }) },
);
const nth = fc.nat({ max: 40 });
/** More than access may be relied on, or nothing. */
const takes = fc.constantFrom(300, 300, 0);

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 40,
      arbitrary: fc.record({
        does: fc.constant('releases' as const),
        nth,
        after: fc.array(change, { maxLength: 2 }),
        takes,
      }),
    },
    {
      weight: 40,
      arbitrary: fc.record({ does: fc.constant('releases' as const), nth, after: fc.constant([]), takes }),
    },
    { weight: 8, arbitrary: change },
    {
      weight: 8,
      arbitrary: fc.record({
        does: fc.constant('subscribes' as const),
        watching: fc.record({
          viewerId: who,
          stream: fc.constantFrom('ROSTER' as const, 'BILLING' as const),
          after: fc.constant(null),
          shares: fc.constantFrom(...SHARES),
        }),
        back: fc.option(fc.nat({ max: 6 })),
        at: fc.nat({ max: 1 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('fails' as const), nth, isAway: fc.boolean() }) },
    { weight: 5, arbitrary: fc.record({ does: fc.constant('fires' as const) }) },
    { weight: 6, arbitrary: fc.record({ does: fc.constant('polls' as const), at: fc.nat({ max: 1 }) }) },
    { weight: 8, arbitrary: fc.record({ does: fc.constantFrom('stops', 'flips', 'flips', 'pauses'), nth }) },
    { weight: 1, arbitrary: fc.constant({ does: 'removes' as const }) },
  ),
  { minLength: 1, maxLength: 150, size: 'max' },
);

/** Two instances on one organization, of which one hears no notification, and what random steps do to them. */
export class PipelineRun {
  readonly scheduler = new Scheduler();
  readonly world: World;
  readonly instances: readonly Instance[];
  readonly subscribers: TestSubscriber[] = [];

  /** @param backlogLimit most changes that may come while a subscriber takes none (L7). */
  constructor(backlogLimit = 1_000) {
    this.world = new World(
      () => this.scheduler.now,
      (position) => this.instances[0]?.notifier.publish(position),
    );
    this.instances = [0, 1].map(() => new Instance(this.world, this.scheduler, backlogLimit));
    this.world.logs('ORGANIZATION_CREATED');
    for (const owner of ['olivia', 'oscar']) this.world.changes(owner, 'OWNER');
    this.world.changes('bea', 'TEAMMATE');
    this.world.changes('bea', 'BILLING_ADMIN');
    for (const member of ['mia', 'ada']) this.world.changes(member, 'TEAMMATE');
  }

  /** Groups of more documents than are told in one go, on both instances. */
  async begin(): Promise<void> {
    for (const at of [0, 1])
      for (const [index, shares] of SHARES.slice(0, 6).entries())
        for (const stream of ['ROSTER', 'BILLING'] as const)
          this.subscribe({ viewerId: PEOPLE[index % 5]!, stream, after: null, shares }, at);
    await this.scheduler.idle();
  }

  async take(step: Step): Promise<void> {
    const { scheduler, subscribers } = this;
    switch (step.does) {
      case 'releases':
        for (const each of step.after) this.make(each);
        return scheduler.release(step.nth % Math.max(1, scheduler.pending.length), null, step.takes);
      case 'fails': {
        const error = step.isAway ? new Unavailable('The database is away.') : new Error('It is broken.');
        const index = step.nth % Math.max(1, scheduler.pending.length);
        // A turn is only waited for.
        if (scheduler.pending[index]?.label === 'step' || scheduler.pending[index]?.label === 'poll') return;
        return scheduler.release(index, error);
      }
      case 'fires':
        return scheduler.fire();
      case 'polls':
        void this.instances[step.at]?.watcher.poll();
        return scheduler.settle();
      case 'subscribes': {
        if (subscribers.length >= 40) return;
        const { stream } = step.watching;
        const present = stream === 'ROSTER' ? this.world.version : this.world.sequence;
        const after = step.back === null ? null : Math.max(0, present - step.back);
        this.subscribe({ ...step.watching, after }, step.at);
        return scheduler.settle();
      }
      case 'stops':
      case 'flips':
      case 'pauses': {
        const subscriber = subscribers[step.nth % subscribers.length];
        if (!subscriber) return;
        if (step.does === 'stops') void subscriber.stop();
        else if (step.does === 'flips') subscriber.isReady = !subscriber.isReady;
        else subscriber.setTakes(!subscriber.takes);
        return scheduler.settle();
      }
      default:
        this.make(step);
        return scheduler.settle();
    }
  }

  expectRight(): void {
    for (const subscriber of this.subscribers) subscriber.expectRight();
  }

  /** Everybody takes what there is for them, until there is nothing more. */
  async end(): Promise<void> {
    const { scheduler } = this;
    for (const subscriber of this.subscribers) {
      subscriber.isReady = true;
      subscriber.setTakes(true);
    }
    for (let round = 0; round < 3; round++) {
      for (const { watcher } of this.instances) void watcher.poll();
      await scheduler.settle();
      await scheduler.idle();
      for (let fired = 0; scheduler.timersSet > 0 && fired < 1_000; fired++) {
        await scheduler.fire();
        await scheduler.idle();
      }
    }
    for (const subscriber of this.subscribers) subscriber.expectUpToDate();
    for (const instance of this.instances) instance.close();
  }

  subscribe(watching: Watching, at = 0): TestSubscriber {
    const subscriber = new TestSubscriber(this.instances[at]!, watching);
    this.subscribers.push(subscriber);
    return subscriber;
  }

  private make(change: Change): void {
    const { world } = this;
    if (change.does === 'changes') world.changes(change.who, change.role);
    else if (change.does === 'logs') world.logs(change.kind, change.kind === 'ACCESS_REQUESTED' ? change.who : null);
    else if (change.does === 'uses') world.uses();
    else world.removes();
  }
}
