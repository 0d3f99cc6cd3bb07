import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Directive, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { Forbidden } from '../../domain/refusals';
import type { Roster } from '../../store/rosters';
import { Billing, toBilling } from '../billing/billing-types';
import type { OperationContext } from '../context';
import { BillingAdminRoster, toRoster } from '../roster/roster-types';
import { asksFor } from '../shared/asks-for';
import { Organization, toOrganization } from './organization-types';

@Resolver(() => Organization)
export class OrganizationResolver {
  @Directive('@authenticated')
  @Query(() => Organization, {
    nullable: true,
    description: 'Null if the viewer is not a member, or if the organization does not exist.',
  })
  async organization(
    @Arg('id', () => ID, { description: "The host's own id." }) id: string,
    @Ctx() { reads }: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Organization | null> {
    if (asksFor(info, 'billingAdmins')) {
      const found = await reads.viewedWithRoster(id);
      return found && toOrganization(found.membership, found.roster);
    }
    const membership = await reads.viewed.load(id);
    return membership && toOrganization(membership);
  }

  @FieldResolver(() => Billing, {
    description: 'Its billing: the read-only view, and more if the viewer has the permission.',
  })
  billing(@Root() { membership }: Organization): Billing {
    return toBilling(membership);
  }

  @FieldResolver(() => BillingAdminRoster, { description: 'The users who may manage its billing.' })
  billingAdmins(
    @Root() { organizationId, roster }: Organization,
    @Ctx() { reads }: OperationContext,
  ): BillingAdminRoster | Promise<BillingAdminRoster> {
    return roster ? toRoster(roster) : reads.roster.load(organizationId).then(shown);
  }
}

function shown(roster: Roster | null): BillingAdminRoster {
  // Removed since the organization was looked up.
  if (!roster) throw new Forbidden();
  return toRoster(roster);
}
