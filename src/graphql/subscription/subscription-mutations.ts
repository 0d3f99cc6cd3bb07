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
import type { BillingCadence } from '../../domain/billing/terms';
import { BillingCadenceType } from '../billing/billing-enums';
import { BillingPayload, billingNow } from '../billing/billing-payload';
import { Billing } from '../billing/billing-types';
import type { OperationContext } from '../context';
import { OrganizationInput } from '../directory/directory-inputs';
import { refusable, UserError } from '../errors/user-error';
import { Url, writtenAs } from '../shared/scalars';
import { viewerId } from '../viewer/viewer-id';

@InputType({ description: 'What the subscription is to become.' })
export class ChangeSubscriptionInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'A plan of the catalog.' })
  planKey: string;

  @Field(() => BillingCadenceType, { description: 'One that the plan has a price for.' })
  cadence: BillingCadence;

  @Field(() => String, {
    nullable: true,
    description: 'Of the preview that the person confirmed: charged is what it said, or PREVIEW_EXPIRED.',
  })
  previewToken?: string | null;

  @Field(() => Url, { nullable: true, description: 'Needed when a checkout may be; RETURN_URL_ORIGINS applies.' })
  returnUrl?: URL | null;

  @Field(() => String, {
    nullable: true,
    description: 'At most 255 characters. Repeating a call with the same key and values does nothing more.',
  })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The answer to a change of the subscription.' })
export class ChangeSubscriptionPayload {
  organizationId: string;

  @Field(() => Url, {
    nullable: true,
    description: "Set when the payer must finish the change on the provider's page.",
  })
  checkoutUrl: string | null;

  @Field(() => [UserError], { description: 'Why nothing changed; empty where nothing was refused.' })
  userErrors: UserError[];
}

@Resolver(() => ChangeSubscriptionPayload)
export class SubscriptionMutations {
  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => ChangeSubscriptionPayload, {
    nullable: true,
    description:
      'Subscribes, or changes plan or cadence: at once and prorated for what is more, at the end of the period for what is less.',
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
        return { organizationId, checkoutUrl: await changeSubscription(context.services, wish) };
      },
      { organizationId, checkoutUrl: null },
    );
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => BillingPayload, {
    nullable: true,
    description: 'Lets the subscription end with the period that is paid for.',
  })
  cancelSubscription(
    @Arg('input', () => OrganizationInput) { organizationId }: OrganizationInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingPayload> {
    return command(context, organizationId, cancelSubscription);
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => BillingPayload, {
    nullable: true,
    description: 'Takes a cancellation back while the subscription is still there.',
  })
  resumeSubscription(
    @Arg('input', () => OrganizationInput) { organizationId }: OrganizationInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingPayload> {
    return command(context, organizationId, resumeSubscription);
  }

  @FieldResolver(() => Billing, { nullable: true, description: 'As it is after the call, refused or not.' })
  billing(
    @Root() { organizationId }: ChangeSubscriptionPayload,
    @Ctx() context: OperationContext,
  ): Promise<Billing | null> {
    return billingNow(organizationId, context);
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
