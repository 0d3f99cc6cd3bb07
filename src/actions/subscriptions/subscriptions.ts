import type { Reader } from '../../store/database';
import { batchPerTick, FOR_SUBSCRIBERS } from '../loaders/batch-per-tick';
import type { CatchingUp, CatchUpDependencies } from './catch-up';
import { deliver, Message, type Outcome } from './deliver';
import type { LogStream, Step } from './log-stream';
import { SubscriberGroup, type GroupDependencies } from './subscriber-group';
import { Subscriber, type SubscriptionRequest } from './subscriber';

/** A step for a subscriber that catches up. */
interface Telling {
  readonly subscriber: CatchingUp;
  readonly step: Step;
}

/** All subscribers of this instance, and the group of each organization and stream. */
export class Subscriptions {
  private readonly groups = new Map<string, SubscriberGroup>();
  private readonly catchUpDependencies: CatchUpDependencies;

  constructor(private readonly dependencies: GroupDependencies) {
    const tellings = batchPerTick<Telling, Outcome>((batch) => this.tellAll(batch), FOR_SUBSCRIBERS);
    this.catchUpDependencies = {
      ...dependencies,
      groupFor: (subscriber) => this.groupFor(subscriber),
      tell: (subscriber, step) => tellings.load({ subscriber, step }),
    };
  }

  /** @param reader for what only this subscriber reads. */
  subscribe<Event>(
    stream: LogStream<unknown, Event>,
    reader: Reader,
    { organizationId, viewerId, after, output, connection }: SubscriptionRequest,
  ): Subscriber<Event> {
    const how = [output !== null, output!, connection, reader] as const;
    return new Subscriber(this.catchUpDependencies, stream, organizationId, viewerId, after, ...how);
  }

  /** How far the group that is furthest behind is behind its log. */
  lag(): number {
    return [...this.groups.values()].reduce((most, group) => Math.max(most, group.lag()), 0);
  }

  /** The subscriber's group. It may be a new one, at the subscriber's position. */
  private groupFor({ stream, organizationId, position }: CatchingUp): SubscriberGroup {
    // Ids hold no space (I1).
    const key = `${stream.name} ${organizationId}`;
    const onEmpty = () => this.groups.delete(key);
    const make = () => new SubscriberGroup(this.dependencies, stream, organizationId, position, onEmpty);
    return found(this.groups, key, make);
  }

  /**
   * Tells those who catch up at the same time (L8). The answers are made after the last of them has asked, and not kept, so no subscriber gets
   * an older state than one that it has seen.
   */
  private async tellAll(batch: readonly Telling[]): Promise<Outcome[]> {
    const outcomes = new Map<CatchingUp, Outcome>();
    const messages = new Map<CatchingUp, Message>();
    const messageOf = new Map<unknown, Message>();
    const byOrganization = new Map<string, CatchingUp[]>();
    for (const { subscriber, step } of batch) {
      const { organizationId, stream } = subscriber;
      const isWhole = step.kind === 'SNAPSHOT' && step.value !== null;
      const subject = isWhole ? step.value : `${organizationId} ${stream.name} ${step.kind} ${step.position}`;
      const message = found(messageOf, subject, () => new Message(stream, organizationId, step));
      messages.set(subscriber, message);
      found(byOrganization, organizationId, () => []).push(subscriber);
    }
    const delivered = [...byOrganization].map(([organizationId, recipients]) =>
      deliver<CatchingUp>(this.dependencies, {
        organizationId,
        recipients,
        messageFor: (subscriber) => messages.get(subscriber)!,
        isAccessFresh: true,
        done: (subscriber, outcome) => outcomes.set(subscriber, outcome),
      }),
    );
    await Promise.allSettled(delivered);
    return batch.map(({ subscriber }) => outcomes.get(subscriber) ?? 'ALONE');
  }
}

function found<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
