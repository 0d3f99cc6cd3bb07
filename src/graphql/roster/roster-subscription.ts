import { Arg, Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import { type RosterEvent, watchRoster } from '../../actions/roster/watch-roster';
import type { GrantAccess } from '../../domain/access/permissions';
import type { RosterChangeKind } from '../../domain/log/kinds';
import { Forbidden } from '../../domain/refusals';
import type { AdminRemovalReason } from '../../domain/roster/changes';
import { grantInDetails } from '../../domain/roster/grants';
import type { LogEntry } from '../../store/log/log-entries';
import type { OperationContext } from '../context';
import { registerEnum } from '../shared/register-enum';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import { knownPerson, somePerson, User } from '../shared/user';
import { viewerId } from '../viewer/viewer-id';
import { BillingAdminAccessType, BillingAdminRoster, toRoster } from './roster-types';

const RosterChangeKindType = registerEnum<RosterChangeKind>('RosterChangeKind', 'What happened to the roster.', {
  ADMIN_ADDED: 'An owner gave a member billing access.',
  ADMIN_UPDATED: 'An owner changed what a grant gives, or when it ends.',
  ADMIN_REMOVED: 'A billing admin lost access. `removalReason` says why.',
  OWNER_ADDED: 'A user became an owner.',
  OWNER_REMOVED: 'A user stopped being an owner.',
  TEAMMATE_JOINED: 'A user became a member.',
  TEAMMATE_LEFT: 'A user stopped being a member.',
});

const AdminRemovalReasonType = registerEnum<AdminRemovalReason>(
  'AdminRemovalReason',
  'Why a billing admin lost access.',
  {
    REMOVED_BY_OWNER: 'An owner revoked the grant.',
    LEFT_ORGANIZATION: 'The user left the organization.',
    BECAME_OWNER: 'The user became an owner and needs no grant.',
    EXPIRED: 'The grant had an end, which has come.',
  },
);

@ObjectType({ description: 'One change of the roster.' })
export class RosterChange {
  organizationId: string;

  subjectId: string;

  actorId: string | null;

  @Field(() => RosterChangeKindType, { description: 'What happened.' })
  kind: RosterChangeKind;

  @Field(() => AdminRemovalReasonType, { nullable: true, description: 'Set for ADMIN_REMOVED only.' })
  removalReason: AdminRemovalReason | null;

  @Field(() => BillingAdminAccessType, {
    nullable: true,
    description: 'What the grant gives after the change. Set for ADMIN_ADDED and ADMIN_UPDATED only.',
  })
  access: GrantAccess | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the grant ends, after ADMIN_ADDED or ADMIN_UPDATED. Null if it has no end, and for other changes.',
  })
  expiresAt: Date | null;

  @Field(() => DateTime, { description: 'When it happened. Never before the previous change of the organization.' })
  occurredAt: Date;
}

@ObjectType({ description: 'A roster, and the change that led to it.' })
export class BillingAdminRosterEvent {
  source: RosterEvent;

  @Field(() => SafeInt, { description: 'Pass it as `afterVersion` to resume.' })
  version: number;

  @Field(() => RosterChange, {
    nullable: true,
    description:
      'Null if the event is a snapshot of the current roster: the first event of a subscription that does not resume, or in place of more than 1,000 missed changes or of changes from before the viewer joined.',
  })
  change: RosterChange | null;
}

@Resolver(() => BillingAdminRosterEvent)
export class RosterSubscription {
  @Directive('@requiresPermission(permission: VIEW_BILLING)')
  @Subscription(() => BillingAdminRosterEvent, {
    description:
      'Sends the current roster at once, then each change, once and in order. With `afterVersion` it sends each change after that version instead. After more than 1,000 missed changes, or if the viewer joined after that version, it sends the current roster in their place. Ends with FORBIDDEN when the viewer loses access.',
    subscribe: ({ args, context }: { args: Record<string, unknown>; context: OperationContext }) =>
      watchRoster(context.services, {
        organizationId: args.organizationId as string,
        viewerId: viewerId(context),
        after: (args.afterVersion as number | null | undefined) ?? null,
        output: context.live,
        connection: context.connection,
      }),
  })
  billingAdminRosterChanged(
    @Root() event: RosterEvent,
    @Arg('organizationId', () => ID, { description: 'The organization.' }) _organizationId: string,
    @Arg('afterVersion', () => SafeInt, {
      nullable: true,
      description: 'The last version that the client has. It must not be in the future.',
    })
    _afterVersion?: number | null,
  ): BillingAdminRosterEvent {
    return {
      source: event,
      version: event.version,
      change: event.change && toChange(event.change),
    };
  }

  @FieldResolver(() => BillingAdminRoster, {
    description: 'The current roster: at this version, or at a newer one whose event follows.',
  })
  async roster(
    @Root() { source }: BillingAdminRosterEvent,
    @Ctx() { reads }: OperationContext,
  ): Promise<BillingAdminRoster> {
    const roster = source.roster ?? (await reads.roster.load(source.organizationId));
    // Removed since the event's access was asked.
    if (!roster) throw new Forbidden();
    return toRoster(roster);
  }
}

@Resolver(() => RosterChange)
export class RosterChangeResolver {
  @FieldResolver(() => User, { description: 'The user whose access or membership changed.' })
  user(@Root() { organizationId, subjectId }: RosterChange, @Ctx() { reads }: OperationContext): Promise<User> {
    return somePerson(reads, organizationId, subjectId);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description:
      'The owner who made the change. Null if the host application made it, or if the name is no longer known.',
  })
  actor(@Root() { organizationId, actorId }: RosterChange, @Ctx() { reads }: OperationContext): Promise<User | null> {
    return knownPerson(reads, organizationId, actorId);
  }
}

function toChange({ organizationId, kind, subjectId, actorId, details, occurredAt }: LogEntry): RosterChange {
  const leavesGrant = kind === 'ADMIN_ADDED' || kind === 'ADMIN_UPDATED';
  const grant = leavesGrant ? grantInDetails(details) : null;
  return {
    organizationId,
    kind: kind as RosterChangeKind,
    subjectId: subjectId ?? '',
    actorId,
    removalReason: (details.reason as AdminRemovalReason | undefined) ?? null,
    access: grant?.access ?? null,
    expiresAt: toDate(grant?.expiresAt ?? null),
    occurredAt: toDate(occurredAt),
  };
}
