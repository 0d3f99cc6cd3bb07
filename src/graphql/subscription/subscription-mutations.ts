import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { cancelSubscription } from '../../actions/subscription/cancel-subscription';
import { changeSubscription } from '../../actions/subscription/change-subscription';
import type { SubscriptionCommand } from '../../actions/subscription/place-change';
import { resumeSubscription } from '../../actions/subscription/resume-subscription';
import type { Services } from '../../actions/services';
import type { BillingCadence, CancellationReason } from '../../domain/billing/terms';
import { BillingCadenceType, CancellationReasonType } from '../billing/billing-enums';
import { BillingPayload, billingNow } from '../billing/billing-payload';
import { Billing } from '../billing/billing-types';
import type { OperationContext } from '../context';
import { OrganizationInput } from '../directory/directory-inputs';
import { refusable, UserError } from '../errors/user-error';
import { AFTER_THE_CALL, organizationNow } from '../organization/organization-now';
import { Organization } from '../organization/organization-types';
import { Url, writtenAs } from '../shared/scalars';
import { requestIn } from '../spending/spending-resolver';
import { PurchaseRequest } from '../spending/spending-types';
import { viewerId } from '../viewer/viewer-id';

@InputType({ description: 'The new state of the subscription.' })
export class ChangeSubscriptionInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'A plan of the catalog.' })
  planKey: string;

  @Field(() => BillingCadenceType, { description: 'A cadence that the plan has a price for.' })
  cadence: BillingCadence;

  @Field(() => String, {
    nullable: true,
    description:
      'The token of the preview that the user confirmed. The charge equals the preview, or the call returns PREVIEW_EXPIRED.',
  })
  previewToken?: string | null;

  @Field(() => Url, {
    nullable: true,
    description: 'Required if the change may need a checkout. Its origin must be one of RETURN_URL_ORIGINS.',
  })
  returnUrl?: URL | null;

  @Field(() => String, {
    nullable: true,
    description: 'At most 255 characters. A repeated call with the same key and values has no further effect.',
  })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The result of a change of the subscription.' })
export class ChangeSubscriptionPayload {
  organizationId: string;

  @Field(() => Url, {
    nullable: true,
    description: "Set if the payer must complete the change on the provider's page.",
  })
  checkoutUrl: string | null;

  @Field(() => PurchaseRequest, {
    nullable: true,
    description: 'Set with APPROVAL_REQUIRED: what an owner decides about. A repeated key returns the same one.',
  })
  purchaseRequest: PurchaseRequest | null;

  @Field(() => [UserError], { description: 'Why nothing changed. Empty if the call was not refused.' })
  userErrors: UserError[];
}

@Resolver(() => ChangeSubscriptionPayload)
export class SubscriptionMutations {
  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => ChangeSubscriptionPayload, {
    nullable: true,
    description:
      'Subscribes, or changes plan or cadence. An upgrade starts at once and is prorated. A downgrade starts at the end of the period.',
  })
  changeSubscription(
    @Arg('input', () => ChangeSubscriptionInput) input: ChangeSubscriptionInput,
    @Ctx() context: OperationContext,
  ): Promise<ChangeSubscriptionPayload> {
    const { organizationId, planKey, cadence, previewToken = null, returnUrl, idempotencyKey = null } = input;
    return refusable<ChangeSubscriptionPayload>(
      async () => {
        const actorId = viewerId(context);
        const address = returnUrl ? writtenAs(returnUrl) : null;
        const wish = { actorId, organizationId, planKey, cadence, previewToken, returnUrl: address, idempotencyKey };
        const checkoutUrl = await changeSubscription(context.services, wish);
        return { organizationId, checkoutUrl, purchaseRequest: null };
      },
      async (refusal) => ({
        organizationId,
        checkoutUrl: null,
        purchaseRequest: await requestIn(context.services, refusal),
      }),
    );
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => BillingPayload, {
    nullable: true,
    description: 'Ends the subscription at the end of the paid period.',
  })
  cancelSubscription(
    @Arg('input', () => OrganizationInput) { organizationId }: OrganizationInput,
    @Arg('reason', () => CancellationReasonType, {
      nullable: true,
      description: 'Why. It is in the activity, and the host application hears of it.',
    })
    reason: CancellationReason | null,
    @Arg('comment', () => String, {
      nullable: true,
      description:
        'What the user says about it, for the people behind the product. At most 500 characters. It is not in the activity, and is erased with the account of the user.',
    })
    comment: string | null,
    @Ctx() context: OperationContext,
  ): Promise<BillingPayload> {
    return command(context, organizationId, (services, given) =>
      cancelSubscription(services, { ...given, reason: reason ?? null, comment: comment ?? null }),
    );
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => BillingPayload, {
    nullable: true,
    description: 'Undoes a cancellation before the subscription has ended.',
  })
  resumeSubscription(
    @Arg('input', () => OrganizationInput) { organizationId }: OrganizationInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingPayload> {
    return command(context, organizationId, resumeSubscription);
  }

  @FieldResolver(() => Billing, {
    nullable: true,
    description: 'The state after the call, even if the call was refused.',
  })
  billing(
    @Root() { organizationId }: ChangeSubscriptionPayload,
    @Ctx() context: OperationContext,
  ): Promise<Billing | null> {
    return billingNow(organizationId, context);
  }

  @FieldResolver(() => Organization, {
    nullable: true,
    description: AFTER_THE_CALL,
  })
  organization(
    @Root() { organizationId }: ChangeSubscriptionPayload,
    @Ctx() context: OperationContext,
  ): Promise<Organization | null> {
    return organizationNow(organizationId, context);
  }
}

function command(
  context: OperationContext,
  organizationId: string,
  run: (services: Services, command: SubscriptionCommand) => Promise<void>,
): Promise<BillingPayload> {
  return refusable<BillingPayload>(
    async () => {
      await run(context.services, { actorId: viewerId(context), organizationId });
      return { organizationId };
    },
    { organizationId },
  );
}
