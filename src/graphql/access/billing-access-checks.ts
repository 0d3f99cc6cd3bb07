import {
  Arg,
  Ctx,
  Directive,
  Extensions,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { MOST_CHECKS } from '../../actions/loaders/access-checks';
import { BadInput } from '../../domain/refusals';
import type { AccessRow } from '../../store/access-rows';
import { BillingAccess } from '../billing/billing-types';
import { viewerAccessOf } from '../billing/viewer-access';
import type { OperationContext } from '../context';
import { faultsOfEntries } from '../input/check-inputs';
import { JUDGES_EACH_ENTRY } from '../input/malformed-entries';
import { SafeInt } from '../shared/scalars';

@InputType({ description: 'The user and the organization to check.' })
export class BillingAccessCheckInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The user.' })
  userId: string;
}

@ObjectType({ description: "What a user may do with an organization's billing now." })
export class BillingAccessCheck {
  found: AccessRow | null;

  @Field(() => ID, { description: 'The value from the check. Empty if the check has none.' })
  organizationId: string;

  @Field(() => ID, { description: 'The value from the check. Empty if the check has none.' })
  userId: string;

  @Field(() => SafeInt, { nullable: true, description: 'The version of the roster. Null if `access` is null.' })
  rosterVersion: number | null;
}

@Resolver(() => BillingAccessCheck)
export class BillingAccessCheckResolver {
  @Directive('@requiresScopes(scopes: [["access:read"]])')
  @Extensions(JUDGES_EACH_ENTRY)
  @Query(() => [BillingAccessCheck], {
    nullable: true,
    description:
      "For a host's back end: what `viewerAccess` returns for each user's own token, in the order of the checks.",
  })
  async billingAccessChecks(
    @Arg('checks', () => [BillingAccessCheckInput], { description: 'At most 1,000.' })
    checks: BillingAccessCheckInput[],
    @Ctx() { reads }: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BillingAccessCheck[]> {
    if (checks.length > MOST_CHECKS) throw new BadInput(`checks has at most ${MOST_CHECKS} entries.`);
    // A malformed check is about nobody (I1), and does not reach the database.
    const faults = faultsOfEntries(info);
    const asked = checks.filter((_, place) => !faults[place]);
    const rows = await reads.checks.ofEach(
      asked.map(({ organizationId, userId }) => ({ organizationId, viewerId: userId })),
    );
    const found = new Map(asked.map((check, place) => [check, rows[place] ?? null]));
    return checks.map((check, place) => {
      const row = found.get(check) ?? null;
      const { organizationId = '', userId = '' } = faults[place]?.ids ?? check;
      return { found: row, organizationId, userId, rosterVersion: row && row.version };
    });
  }

  @FieldResolver(() => BillingAccess, {
    nullable: true,
    description: 'Null if the user is not a member, if the organization does not exist, or if the check is malformed.',
  })
  access(@Root() { found }: BillingAccessCheck, @Ctx() { services }: OperationContext): BillingAccess | null {
    return found && viewerAccessOf(found, services.checkout);
  }
}
