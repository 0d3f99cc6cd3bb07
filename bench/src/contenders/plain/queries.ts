import 'reflect-metadata';
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { accessOf } from '../shared/access-of';
import { toDate } from '../shared/scalars';
import { repositories, rosterOf } from './entities';
import {
  Billing,
  BillingAccess,
  BillingAdmin,
  BillingAdminRoster,
  type Context,
  CreditBalance,
  Organization,
  User,
} from './types';

@Resolver(() => Organization)
export class OrganizationResolver {
  @Query(() => Organization, { nullable: true })
  async organization(@Arg('id', () => ID) id: string, @Ctx() { viewer }: Context): Promise<Organization | null> {
    const member = await repositories.members.findOneBy({ organizationId: id, userId: viewer });
    const entity = member && (await repositories.organizations.findOneBy({ id }));
    if (!entity || entity.removedAt !== null) return null;
    return { entity, member, id: entity.id, name: entity.name, viewerRole: member.role };
  }

  @FieldResolver(() => Billing)
  billing(@Root() { entity, member }: Organization): Billing {
    const { status, contractType, cadence, currentPeriodEnd } = entity;
    return { entity, member, status, contractType, cadence, currentPeriodEnd: toDate(currentPeriodEnd) };
  }

  @FieldResolver(() => BillingAdminRoster)
  async billingAdmins(@Root() { entity }: Organization): Promise<BillingAdminRoster> {
    const members = await rosterOf(entity.id);
    return { members, version: entity.version };
  }
}

@Resolver(() => Billing)
export class BillingResolver {
  @FieldResolver(() => CreditBalance)
  credits(@Root() { entity: { included, topUp } }: Billing): CreditBalance {
    return { available: included + topUp, included, topUp };
  }

  @FieldResolver(() => BillingAccess)
  viewerAccess(@Root() { entity, member }: Billing): BillingAccess {
    return accessOf({ ...entity, standing: member.standing });
  }
}

@Resolver(() => BillingAdminRoster)
export class RosterResolver {
  @FieldResolver(() => [User])
  owners(@Root() { members }: BillingAdminRoster, @Ctx() { users }: Context): Promise<User[]> {
    return Promise.all(members.filter(({ standing }) => standing === 'OWNER').map(({ userId }) => users.load(userId)));
  }

  @FieldResolver(() => [BillingAdmin])
  admins(@Root() { members }: BillingAdminRoster): BillingAdmin[] {
    return members
      .filter(({ standing }) => standing === 'BILLING_ADMIN')
      .map(({ userId, grantedBy, grantedAt }) => ({ userId, grantedBy, addedAt: new Date(grantedAt!) }));
  }
}

@Resolver(() => BillingAdmin)
export class AdminResolver {
  @FieldResolver(() => User)
  user(@Root() { userId }: BillingAdmin, @Ctx() { users }: Context): Promise<User> {
    return users.load(userId);
  }

  @FieldResolver(() => User, { nullable: true })
  async addedBy(@Root() { grantedBy }: BillingAdmin, @Ctx() { users }: Context): Promise<User | null> {
    return grantedBy === null ? null : users.load(grantedBy);
  }
}
