import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { MOST_CHECKS } from '../../actions/reads/access-checks';
import { BadInput } from '../../domain/refusals';
import type { AccessRow } from '../../store/access-rows';
import { BillingAccess } from '../billing/billing-types';
import { viewerAccessOf } from '../billing/viewer-access';
import type { OperationContext } from '../context';
import { SafeInt } from '../shared/scalars';

@InputType({ description: 'Whose access to ask about, and where.' })
export class BillingAccessCheckInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The user.' })
  userId: string;
}

@ObjectType({ description: "What a user may do with an organization's billing now." })
export class BillingAccessCheck {
  found: AccessRow | null;

  @Field(() => ID, { description: 'As it was asked for.' })
  organizationId: string;

  @Field(() => ID, { description: 'As it was asked for.' })
  userId: string;

  @Field(() => SafeInt, { nullable: true, description: 'The version of the roster; null where `access` is.' })
  rosterVersion: number | null;
}

@Resolver(() => BillingAccessCheck)
export class BillingAccessCheckResolver {
  @Directive('@requiresScopes(scopes: [["access:read"]])')
  @Query(() => [BillingAccessCheck], {
    nullable: true,
    description:
      "For a host's back end: what `viewerAccess` answers to each user's own token, in the order of the checks.",
  })
  async billingAccessChecks(
    @Arg('checks', () => [BillingAccessCheckInput], { description: 'At most 1,000.' })
    checks: BillingAccessCheckInput[],
    @Ctx() { reads }: OperationContext,
  ): Promise<BillingAccessCheck[]> {
    if (checks.length > MOST_CHECKS) throw new BadInput(`checks has at most ${MOST_CHECKS} entries.`);
    const found = await reads.checks.ofEach(
      checks.map(({ organizationId, userId }) => ({ organizationId, viewerId: userId })),
    );
    return checks.map(({ organizationId, userId }, place) => {
      const row = found[place] ?? null;
      return { found: row, organizationId, userId, rosterVersion: row && row.version };
    });
  }

  @FieldResolver(() => BillingAccess, {
    nullable: true,
    description: 'Null for a user who is not a member, and where there is no such organization.',
  })
  access(@Root() { found }: BillingAccessCheck, @Ctx() { services }: OperationContext): BillingAccess | null {
    return found && viewerAccessOf(found, services.checkout);
  }
}
