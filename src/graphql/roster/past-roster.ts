import { Arg, Ctx, Directive, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { GrantAccess } from '../../domain/access/permissions';
import { billingAdminsAt } from '../../actions/roster/billing-admins-at';
import type { PastAccess } from '../../store/log/past-rosters';
import type { OperationContext } from '../context';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import { BillingAdminAccessType } from './roster-types';
import { knownPerson, somePerson, User } from '../shared/user';

@ObjectType({ description: 'Billing access that a user had.' })
export class PastBillingAccess {
  organizationId: string;

  userId: string;

  givenBy: string | null;

  @Field(() => DateTime, { description: 'When the grant was given, or when the user became an owner.' })
  since: Date;

  @Field(() => BillingAdminAccessType, { nullable: true, description: 'What the grant gave then. Null for owners.' })
  access: GrantAccess | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the grant was to end, as set by then. Null if it had no end, and for owners.',
  })
  expiresAt: Date | null;
}

@ObjectType({ description: 'The users who had billing access at a moment, from the event log.' })
export class PastBillingAdminRoster {
  @Field(() => DateTime, { description: 'The moment, to the millisecond. Changes in that millisecond are included.' })
  at: Date;

  @Field(() => SafeInt, { description: 'The version of the roster at that moment. 0 before its first change.' })
  version: number;

  @Field(() => [PastBillingAccess], { description: 'Owners at that moment, in the order in which they became owners.' })
  owners: PastBillingAccess[];

  @Field(() => [PastBillingAccess], {
    description: 'Billing admins at that moment, in the order in which they got access.',
  })
  admins: PastBillingAccess[];
}

@Resolver(() => PastBillingAccess)
export class PastRosterResolver {
  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Query(() => PastBillingAdminRoster, {
    nullable: true,
    description:
      'The users who had billing access at a moment, since when, and who gave it, from the event log. The roster is empty before the organization existed. A grant ends at its end, even if the change of the roster follows later. A moment in the future is BAD_USER_INPUT. A change that commits at the same time may be missing.',
  })
  async billingAdminsAt(
    @Arg('organizationId', () => ID, { description: 'The organization.' }) organizationId: string,
    @Arg('at', () => DateTime, { description: 'The moment. It must not be in the future.' }) at: Date,
    @Ctx() { services }: OperationContext,
  ): Promise<PastBillingAdminRoster> {
    const { version, holders } = await billingAdminsAt(services, organizationId, at.getTime());
    const ofKind = (kind: PastAccess['kind']) =>
      holders.filter((holder) => holder.kind === kind).map((holder) => toPastAccess(organizationId, holder));
    return { at, version, owners: ofKind('OWNER_ADDED'), admins: ofKind('ADMIN_ADDED') };
  }

  @FieldResolver(() => User, { description: 'The user who had it.' })
  user(@Root() { organizationId, userId }: PastBillingAccess, @Ctx() { reads }: OperationContext): Promise<User> {
    return somePerson(reads, organizationId, userId);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description:
      'The owner who gave it, in an earlier system if it was imported. Null if the host application gave it, or if the name is no longer known.',
  })
  givenBy(
    @Root() { organizationId, givenBy }: PastBillingAccess,
    @Ctx() { reads }: OperationContext,
  ): Promise<User | null> {
    return knownPerson(reads, organizationId, givenBy);
  }
}

function toPastAccess(
  organizationId: string,
  { userId, givenBy, since, access, expiresAt }: PastAccess,
): PastBillingAccess {
  return { organizationId, userId, givenBy, since: toDate(since), access, expiresAt: toDate(expiresAt) };
}
