import { Arg, Ctx, Directive, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { billingAdminsAt } from '../../actions/roster/billing-admins-at';
import type { PastAccess } from '../../store/log/past-rosters';
import type { OperationContext } from '../context';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import { knownPerson, somePerson, User } from '../shared/user';

@ObjectType({ description: 'Billing access that somebody had.' })
export class PastBillingAccess {
  organizationId: string;

  userId: string;

  givenBy: string | null;

  @Field(() => DateTime, { description: 'When the access had been given.' })
  since: Date;
}

@ObjectType({ description: 'Who had billing access at a moment, as the event log has it.' })
export class PastBillingAdminRoster {
  @Field(() => DateTime, { description: 'The moment, to the millisecond; changes of that very millisecond are in.' })
  at: Date;

  @Field(() => SafeInt, { description: 'The version that the roster had; 0 before its first change.' })
  version: number;

  @Field(() => [PastBillingAccess], { description: 'Were owners. In the order in which they had become that.' })
  owners: PastBillingAccess[];

  @Field(() => [PastBillingAccess], {
    description: 'Had been given billing access by an owner. In the order in which they had got it.',
  })
  admins: PastBillingAccess[];
}

@Resolver(() => PastBillingAccess)
export class PastRosterResolver {
  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Query(() => PastBillingAdminRoster, {
    nullable: true,
    description:
      'Who had billing access at a moment, since when and by whom, from the event log alone. Nobody had any before the organization existed; a moment in the future is BAD_USER_INPUT. What was being committed just then may still be missing.',
  })
  async billingAdminsAt(
    @Arg('organizationId', () => ID, { description: 'The organization.' }) organizationId: string,
    @Arg('at', () => DateTime, { description: 'The moment; not one in the future.' }) at: Date,
    @Ctx() { services }: OperationContext,
  ): Promise<PastBillingAdminRoster> {
    const { version, holders } = await billingAdminsAt(services, organizationId, at.getTime());
    const ofKind = (kind: PastAccess['kind']) =>
      holders.filter((holder) => holder.kind === kind).map((holder) => toPastAccess(organizationId, holder));
    return { at, version, owners: ofKind('OWNER_ADDED'), admins: ofKind('ADMIN_ADDED') };
  }

  @FieldResolver(() => User, { description: 'Who had it.' })
  user(@Root() { organizationId, userId }: PastBillingAccess, @Ctx() { reads }: OperationContext): Promise<User> {
    return somePerson(reads, organizationId, userId);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'The owner who gave it; null where the host application did, or where no name is known any more.',
  })
  givenBy(
    @Root() { organizationId, givenBy }: PastBillingAccess,
    @Ctx() { reads }: OperationContext,
  ): Promise<User | null> {
    return knownPerson(reads, organizationId, givenBy);
  }
}

function toPastAccess(organizationId: string, { userId, givenBy, since }: PastAccess): PastBillingAccess {
  return { organizationId, userId, givenBy, since: toDate(since) };
}
