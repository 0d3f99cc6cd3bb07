import { Arg, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Forbidden } from '../../domain/refusals';
import { Billing, toBilling } from '../billing/billing-types';
import type { OperationContext } from '../context';
import { BillingAdminRoster, toRoster } from '../roster/roster-types';
import { Organization, toOrganization } from './organization-types';

@Resolver(() => Organization)
export class OrganizationResolver {
  @Directive('@authenticated')
  @Query(() => Organization, {
    nullable: true,
    description: 'Null for who is not a member, and where there is no such organization.',
  })
  async organization(
    @Arg('id', () => ID, { description: "The host's own id." }) id: string,
    @Ctx() { reads }: OperationContext,
  ): Promise<Organization | null> {
    const viewed = await reads.viewed.load(id);
    return viewed && toOrganization(viewed);
  }

  @FieldResolver(() => Billing, { description: 'Its billing: the read-only view, and for who may, the rest.' })
  billing(@Root() { viewed }: Organization): Billing {
    return toBilling(viewed);
  }

  @FieldResolver(() => BillingAdminRoster, { description: 'Who may manage its billing.' })
  async billingAdmins(
    @Root() { organizationId }: Organization,
    @Ctx() { reads }: OperationContext,
  ): Promise<BillingAdminRoster> {
    const roster = await reads.roster.load(organizationId);
    // Removed since the organization was looked up.
    if (!roster) throw new Forbidden();
    return toRoster(roster);
  }
}
