import type { LogEntry } from '../../store/log/log-entries';
import { SubscriberGroup, type GroupDependencies } from './subscriber-group';

/** The group of each organization whose roster is being watched on this instance. */
export class SubscriberGroups {
  private readonly groups = new Map<string, SubscriberGroup>();

  /** Most entries that a group is yet to be told of. */
  lag(): number {
    return [...this.groups.values()].reduce((most, group) => Math.max(most, group.lag()), 0);
  }

  /** The organization's group; where there is none, a new one that stands at `position`, for whoever asks to join at once. */
  of(
    ground: GroupDependencies,
    organizationId: string,
    position: number,
    toEvent: (entry: LogEntry) => unknown,
  ): SubscriberGroup {
    const held = this.groups.get(organizationId);
    if (held) return held;
    const group = new SubscriberGroup(ground, organizationId, position, toEvent, () =>
      this.groups.delete(organizationId),
    );
    this.groups.set(organizationId, group);
    return group;
  }
}
