import { Arg, Ctx, Directive, Field, ID, InputType, Mutation, Resolver } from 'type-graphql';
import { updateAutoRecharge } from '../../actions/recharge/update-auto-recharge';
import { BillingPayload } from '../billing/billing-payload';
import type { OperationContext } from '../context';
import { refusable } from '../errors/user-error';
import { SafeInt } from '../shared/scalars';
import { viewerId } from '../viewer/viewer-id';

@InputType({ description: 'The settings of auto-recharge.' })
export class UpdateAutoRechargeInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => Boolean, {
    description: 'False switches it off, which always works. The other values then do not change.',
  })
  enabled: boolean;

  @Field(() => SafeInt, { description: 'A balance below this triggers a purchase. 0 or more.' })
  thresholdCredits: number;

  @Field(() => ID, { description: 'A credit pack of the catalog.' })
  creditPackKey: string;

  @Field(() => SafeInt, {
    nullable: true,
    description:
      "The most that is charged in a calendar month, UTC, in the currency's minor unit. At least the pack's price. Null means the operator's limit.",
  })
  monthlyLimitAmount?: number | null;
}

@Resolver()
export class AutoRechargeMutations {
  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => BillingPayload, {
    nullable: true,
    description: 'Switches auto-recharge on or off, or changes its settings.',
  })
  updateAutoRecharge(
    @Arg('input', () => UpdateAutoRechargeInput) input: UpdateAutoRechargeInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingPayload> {
    const { organizationId, monthlyLimitAmount = null } = input;
    return refusable<BillingPayload>(
      async () => {
        const settings = { ...input, monthlyLimitAmount, actorId: viewerId(context) };
        await updateAutoRecharge(context.services, settings);
        return { organizationId };
      },
      { organizationId },
    );
  }
}
