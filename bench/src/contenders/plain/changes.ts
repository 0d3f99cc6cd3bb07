import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createPubSub } from 'graphql-yoga';
import { GraphQLDateTime, GraphQLSafeInt } from 'graphql-scalars';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { DataSource } from 'typeorm';
import { LogEntryEntity, MemberEntity, OrganizationEntity, rosterOf } from './entities';
import { BillingAdminRoster, type Context, User } from './types';

// The same change as the service makes: the organization's row is locked, the actor's permission asked, the member and the log
// entry saved, and the event published when all of that has committed. The roster is read once for each event; everything else
// of it is executed for each subscriber, with the dataloader that its subscription began with.

interface RosterEvent {
  readonly version: number;
  readonly kind: string;
  readonly subjectId: string;
  readonly actorId: string;
  readonly occurredAt: number;
  readonly members: MemberEntity[];
}

// One listener for each subscriber is what is measured here.
setMaxListeners(0);

export const pubSub = createPubSub<{ roster: [organizationId: string, event: RosterEvent] }>();

/** Set when the server starts. */
export const changes = {} as { dataSource: DataSource };

@InputType()
class AddBillingAdminInput {
  @Field(() => ID) organizationId: string;
  @Field(() => ID) userId: string;
}

@InputType()
class RemoveBillingAdminInput extends AddBillingAdminInput {}

@ObjectType()
class UserError {
  @Field(() => String) code: string;
}

@ObjectType()
class RosterPayload {
  @Field(() => Boolean) changed: boolean;
  @Field(() => [UserError]) userErrors: UserError[];
  @Field(() => BillingAdminRoster) roster: BillingAdminRoster;
}

@ObjectType()
class RosterChange {
  event: RosterEvent;
  @Field(() => String) kind: string;
  @Field(() => GraphQLDateTime) occurredAt: Date;
}

@ObjectType()
class BillingAdminRosterEvent {
  event: RosterEvent;
  @Field(() => GraphQLSafeInt) version: number;
}

@Resolver()
export class ChangeResolver {
  @Mutation(() => RosterPayload)
  addBillingAdmin(@Arg('input', () => AddBillingAdminInput) input: AddBillingAdminInput, @Ctx() { viewer }: Context) {
    return change(viewer, 'ADMIN_ADDED', input);
  }

  @Mutation(() => RosterPayload)
  removeBillingAdmin(
    @Arg('input', () => RemoveBillingAdminInput) input: RemoveBillingAdminInput,
    @Ctx() { viewer }: Context,
  ) {
    return change(viewer, 'ADMIN_REMOVED', input);
  }
}

@Resolver(() => BillingAdminRosterEvent)
export class EventResolver {
  @Subscription(() => BillingAdminRosterEvent, {
    topics: 'roster',
    topicId: ({ args }: { args: { organizationId: string } }) => args.organizationId,
  })
  billingAdminRosterChanged(
    @Root() event: RosterEvent,
    @Arg('organizationId', () => ID) _organizationId: string,
    @Arg('afterVersion', () => GraphQLSafeInt, { nullable: true }) _afterVersion: number | null,
  ): BillingAdminRosterEvent {
    return { event, version: event.version };
  }

  @FieldResolver(() => RosterChange)
  change(@Root() { event }: BillingAdminRosterEvent): RosterChange {
    return { event, kind: event.kind, occurredAt: new Date(event.occurredAt) };
  }

  @FieldResolver(() => BillingAdminRoster)
  roster(@Root() { event: { members, version } }: BillingAdminRosterEvent): BillingAdminRoster {
    return { members, version };
  }
}

@Resolver(() => RosterChange)
export class RosterChangeResolver {
  @FieldResolver(() => User)
  user(@Root() { event }: RosterChange, @Ctx() { users }: Context): Promise<User> {
    return users.load(event.subjectId);
  }

  @FieldResolver(() => User)
  actor(@Root() { event }: RosterChange, @Ctx() { users }: Context): Promise<User> {
    return users.load(event.actorId);
  }
}

type Kind = 'ADMIN_ADDED' | 'ADMIN_REMOVED';

async function change(
  actorId: string,
  kind: Kind,
  { organizationId, userId }: AddBillingAdminInput,
): Promise<RosterPayload> {
  const entry = await changes.dataSource.transaction(async (manager) => {
    const organization = await manager.findOneOrFail(OrganizationEntity, {
      where: { id: organizationId },
      lock: { mode: 'pessimistic_write' },
    });
    const actor = await manager.findOneBy(MemberEntity, { organizationId, userId: actorId });
    const member = await manager.findOneByOrFail(MemberEntity, { organizationId, userId });
    if (actor?.standing !== 'OWNER') throw new Error('Forbidden');
    if (member.standing === (kind === 'ADMIN_ADDED' ? 'BILLING_ADMIN' : 'TEAMMATE')) return null;
    const now = Math.max(Date.now(), organization.lastOccurredAt);
    member.standing = kind === 'ADMIN_ADDED' ? 'BILLING_ADMIN' : 'TEAMMATE';
    member.grantedAt = kind === 'ADMIN_ADDED' ? now : null;
    member.grantedBy = kind === 'ADMIN_ADDED' ? actorId : null;
    await manager.save(member);
    const details = kind === 'ADMIN_ADDED' ? '{}' : '{"reason":"REMOVED_BY_OWNER"}';
    const sequence = organization.sequence + 1;
    const version = organization.version + 1;
    const content = [organization.headHash, organizationId, sequence, version, kind, userId, actorId, details, now];
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    const row = { organizationId, sequence, version, kind, subjectId: userId, actorId, details, occurredAt: now };
    await manager.insert(LogEntryEntity, { ...row, inActivity: 1, hash });
    Object.assign(organization, { sequence, version, headHash: hash, lastOccurredAt: now });
    await manager.save(organization);
    return row;
  });
  const members = await rosterOf(organizationId);
  if (entry) pubSub.publish('roster', organizationId, { ...entry, members });
  const version = entry?.version ?? (await versionOf(organizationId));
  return { changed: entry !== null, userErrors: [], roster: { members, version } };
}

async function versionOf(id: string): Promise<number> {
  return (await changes.dataSource.getRepository(OrganizationEntity).findOneByOrFail({ id })).version;
}
