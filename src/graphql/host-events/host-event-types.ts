import { Field, ID, ObjectType } from 'type-graphql';
import type { HostEvent as Heard } from '../../actions/host-events/host-event';
import { DateTime, JsonObject, SafeInt, toDate } from '../shared/scalars';

@ObjectType({
  description: "Something that happened, for the host's back end. It says ids, numbers and codes, and never changes.",
})
export class HostEvent {
  @Field(() => ID, { description: 'Unique over all feeds; the `webhook-id`.' })
  id: string;

  @Field(() => SafeInt, { description: '1, 2, 3, …: pass it as `after`.' })
  position: number;

  @Field(() => ID, { description: 'Of this feed: a restored database begins another.' })
  feedId: string;

  @Field(() => String, { description: 'For example billing_admin.added; new types may come.' })
  type: string;

  @Field(() => ID, { nullable: true, description: 'Null for feed.reset.' })
  organizationId: string | null;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'The version of the roster that the event made; null where it is no change of the roster.',
  })
  rosterVersion: number | null;

  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt: Date;

  @Field(() => JsonObject, { description: 'Ids and facts; the same object that a webhook carries as `data`.' })
  data: object;
}

@ObjectType({ description: 'A page of the feed of host events.' })
export class HostEventPage {
  @Field(() => [HostEvent], { description: 'The events, in the order of their positions.' })
  nodes: HostEvent[];

  @Field(() => ID, { description: 'Of the feed that grows now.' })
  feedId: string;

  @Field(() => Boolean, { description: 'Whether there is more already.' })
  hasNextPage: boolean;

  @Field(() => SafeInt, { description: 'Pass it as `after`, also where this page is empty.' })
  position: number;
}

export function shownHostEvent(heard: Heard): HostEvent {
  return { ...heard, occurredAt: toDate(heard.occurredAt) };
}
