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
    const membership = await (asksFor(info, 'billingAdmins') ? reads.viewedWithRoster(id) : reads.viewed.load(id));
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
    @Root() { organizationId }: Organization,
    @Ctx() { reads }: OperationContext,
  ): BillingAdminRoster | Promise<BillingAdminRoster> {
    const known = reads.rosterNow(organizationId);
    return known === undefined ? reads.roster.load(organizationId).then(shown) : shown(known);
  }
}

function shown(roster: Roster | null): BillingAdminRoster {
  // Removed since the organization was looked up.
  if (!roster) throw new Forbidden();
  return toRoster(roster);
}
