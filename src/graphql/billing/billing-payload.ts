import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { OperationContext } from '../context';
import { UserError } from '../errors/user-error';
import { AFTER_THE_CALL, organizationNow } from '../organization/organization-now';
import { Organization } from '../organization/organization-types';
import { Billing, toBilling } from './billing-types';

@ObjectType({ description: 'The result of a change of billing.' })
export class BillingPayload {
  organizationId: string;

  @Field(() => [UserError], { description: 'Why nothing changed. Empty if the call was not refused.' })
  userErrors: UserError[];
}

@Resolver(() => BillingPayload)
export class BillingPayloadResolver {
  @FieldResolver(() => Billing, {
    nullable: true,
    description: 'The state after the call, even if the call was refused.',
  })
  billing(@Root() { organizationId }: BillingPayload, @Ctx() context: OperationContext): Promise<Billing | null> {
    return billingNow(organizationId, context);
  }

  @FieldResolver(() => Organization, {
    nullable: true,
    description: AFTER_THE_CALL,
  })
  organization(
    @Root() { organizationId }: BillingPayload,
    @Ctx() context: OperationContext,
  ): Promise<Organization | null> {
    return organizationNow(organizationId, context);
  }
}

/** The organization's billing as the viewer sees it now. Null if the viewer is no longer a member. */
export async function billingNow(organizationId: string, { reads }: OperationContext): Promise<Billing | null> {
  const membership = await reads.viewed.load(organizationId);
  return membership && toBilling(membership);
}
