import { Arg, Ctx, Directive, Field, ID, InputType, Mutation, Resolver } from 'type-graphql';
import { updateAutoRecharge } from '../../actions/recharge/update-auto-recharge';
import { BillingPayload } from '../billing/billing-payload';
import type { OperationContext } from '../context';
import { refusable } from '../errors/user-error';
import { SafeInt } from '../shared/scalars';
import { viewerId } from '../viewer/viewer-id';

@InputType({ description: 'How credits are bought by themselves.' })
export class UpdateAutoRechargeInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => Boolean, {
    description: 'False switches it off, which always works; the other values then stay as they were.',
  })
  enabled: boolean;

  @Field(() => SafeInt, { description: 'A balance below this buys the pack: 0 or more.' })
  thresholdCredits: number;

  @Field(() => ID, { description: 'A credit pack of the catalog.' })
  creditPackKey: string;

  @Field(() => SafeInt, {
    nullable: true,
    description:
      "Most to be charged in a calendar month, UTC, in the currency's minor unit: at least the pack's price. Null: the operator's limit.",
  })
  monthlyLimitAmount?: number | null;
}

@Resolver()
export class AutoRechargeMutations {
  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => BillingPayload, {
    nullable: true,
    description: 'Switches the buying of credits when they run low on or off, or changes what it is set to.',
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
