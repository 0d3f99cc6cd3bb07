import { Arg, Ctx, Directive, Field, ID, InputType, Int, Mutation, Resolver } from 'type-graphql';
import { setCreditAlerts } from '../../actions/credits/set-credit-alerts';
import { USUAL_THRESHOLDS } from '../../domain/billing/credit-alerts';
import { BillingPayload } from '../billing/billing-payload';
import type { OperationContext } from '../context';
import { refusable } from '../errors/user-error';
import { SafeInt } from '../shared/scalars';
import { viewerId } from '../viewer/viewer-id';

@InputType({ description: 'The settings of credit alerts.' })
export class SetCreditAlertsInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'The number of credits for a calendar month, UTC: 1 to 1000000000000. Null means no alerts.',
  })
  monthlyCredits?: number | null;

  @Field(() => [Int], {
    nullable: true,
    defaultValue: [...USUAL_THRESHOLDS],
    description: 'Percentages of it, 1 to 1000 each, at most five.',
  })
  thresholds?: number[] | null;
}

@Resolver()
export class CreditAlertMutations {
  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => BillingPayload, {
    nullable: true,
    description:
      "Sets at which shares of a monthly number of credits the organization is told, once each in a month. What the present month's usage has reached already is not told.",
  })
  setCreditAlerts(
    @Arg('input', () => SetCreditAlertsInput) input: SetCreditAlertsInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingPayload> {
    const { organizationId, monthlyCredits = null, thresholds } = input;
    return refusable<BillingPayload>(
      async () => {
        const actorId = viewerId(context);
        const settings = { actorId, organizationId, monthlyCredits, thresholds: thresholds ?? USUAL_THRESHOLDS };
        await setCreditAlerts(context.services, settings);
        return { organizationId };
      },
      { organizationId },
    );
  }
}
