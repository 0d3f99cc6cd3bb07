import { Arg, Ctx, Directive, Extensions, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { followHostEvents } from '../../actions/host-events/follow-host-events';
import type { HostEvent as Heard } from '../../actions/host-events/host-event';
import { readHostEvents } from '../../actions/host-events/read-host-events';
import type { OperationContext } from '../context';
import { badInput } from '../errors/graphql-errors';
import { DEPENDS_ON_VIEWER } from '../sharing/depends-on-viewer';
import { SafeInt } from '../shared/scalars';
import { HostEvent, HostEventPage, shownHostEvent } from './host-event-types';

/** A back end that was away for long reads much, in few calls. */
const MOST_ON_A_PAGE = 1_000;

@Resolver()
export class HostEventsResolver {
  @Directive('@requiresScopes(scopes: [["events:read"]])')
  @Query(() => HostEventPage, {
    nullable: true,
    description: "For a host's back end: what happened in all organizations, in one order that never changes.",
  })
  async hostEvents(
    @Arg('after', () => SafeInt, {
      nullable: true,
      defaultValue: 0,
      description: 'The `position` of the last page; 0: from the beginning.',
    })
    given: number | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100, description: 'At most 1,000.' })
    size: number | null,
    @Ctx() { services }: OperationContext,
  ): Promise<HostEventPage> {
    const after = given ?? 0;
    const first = size ?? 100;
    if (after < 0) throw badInput('after must be 0 or more.');
    if (first < 1 || first > MOST_ON_A_PAGE) throw badInput(`first must be 1 to ${MOST_ON_A_PAGE}.`);
    const { events, ...page } = await readHostEvents(services.database, after, first);
    return { ...page, nodes: events.map(shownHostEvent) };
  }

  @Directive('@requiresScopes(scopes: [["events:read"]])')
  // Each client follows the feed at its own pace, so that no answer is shared.
  @Extensions(DEPENDS_ON_VIEWER)
  @Subscription(() => HostEvent, {
    name: 'hostEvents',
    description:
      "For a host's back end: each event after a position, once and in order, as it comes. Without `after` it sends what happens from now on.",
    subscribe: ({ args, context }: { args: Record<string, unknown>; context: OperationContext }) => {
      const after = (args.after as number | null | undefined) ?? null;
      if (after !== null && after < 0) throw badInput('after must be 0 or more.');
      return followHostEvents(context.services, after);
    },
  })
  hostEventsFollowed(
    @Root() event: Heard,
    @Arg('after', () => SafeInt, {
      nullable: true,
      description: 'The `position` of the last event that the client has; 0: from the beginning.',
    })
    _after?: number | null,
  ): HostEvent {
    return shownHostEvent(event);
  }
}
