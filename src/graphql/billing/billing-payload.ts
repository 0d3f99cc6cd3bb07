import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { OperationContext } from '../context';
import { UserError } from '../errors/user-error';
import { Billing, toBilling } from './billing-types';

@ObjectType({ description: 'The answer to a change of the billing.' })
export class BillingPayload {
  organizationId: string;

  @Field(() => [UserError], { description: 'Why nothing changed; empty where nothing was refused.' })
  userErrors: UserError[];
}

@Resolver(() => BillingPayload)
export class BillingPayloadResolver {
  @FieldResolver(() => Billing, { nullable: true, description: 'As it is after the call, refused or not.' })
  billing(@Root() { organizationId }: BillingPayload, @Ctx() context: OperationContext): Promise<Billing | null> {
    return billingNow(organizationId, context);
  }
}

/** The organization's billing as the viewer meets it now; null for whom it is none of their business any more. */
export async function billingNow(organizationId: string, { reads }: OperationContext): Promise<Billing | null> {
  const viewed = await reads.viewed.load(organizationId);
  return viewed && toBilling(viewed);
}
