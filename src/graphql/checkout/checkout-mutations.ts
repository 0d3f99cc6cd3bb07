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
import { createBillingPortalSession } from '../../actions/checkout/create-billing-portal-session';
import { createTopUpCheckout } from '../../actions/checkout/create-top-up-checkout';
import type { OperationContext } from '../context';
import { refusable, UserError } from '../errors/user-error';
import { AFTER_THE_CALL, organizationNow } from '../organization/organization-now';
import { Organization } from '../organization/organization-types';
import { Url, writtenAs } from '../shared/scalars';
import { requestIn } from '../spending/spending-resolver';
import { PurchaseRequest } from '../spending/spending-types';
import { viewerId } from '../viewer/viewer-id';

@InputType({ description: 'Credits to buy.' })
export class CreateTopUpCheckoutInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'A credit pack of the catalog.' })
  creditPackKey: string;

  @Field(() => Url, { description: 'Where the payer returns to. Its origin must be one of RETURN_URL_ORIGINS.' })
  returnUrl: URL;

  @Field(() => String, {
    description: 'At most 255 characters. A repeated call with the same key returns the same checkout.',
  })
  idempotencyKey: string;
}

@InputType({ description: 'A session in the billing portal.' })
export class CreateBillingPortalSessionInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => Url, { description: 'Where the payer returns to. Its origin must be one of RETURN_URL_ORIGINS.' })
  returnUrl: URL;
}

@ObjectType({ description: 'A page for a payment.' })
export class CheckoutPayload {
  organizationId: string;

  @Field(() => Url, { nullable: true, description: 'The address. Null if the call was refused.' })
  checkoutUrl: string | null;

  @Field(() => PurchaseRequest, {
    nullable: true,
    description: 'Set with APPROVAL_REQUIRED: what an owner decides about. A repeated key returns the same one.',
  })
  purchaseRequest: PurchaseRequest | null;

  @Field(() => [UserError], { description: 'Why there is no page. Empty if there is one.' })
  userErrors: UserError[];
}

@ObjectType({ description: "A session on the payment provider's page for the payer." })
export class BillingPortalPayload {
  @Field(() => Url, {
    nullable: true,
    description: 'The address, valid for a short time. Null if the call was refused.',
  })
  url: string | null;

  @Field(() => [UserError], { description: 'Why there is no page. Empty if there is one.' })
  userErrors: UserError[];
}

@Resolver(() => CheckoutPayload)
export class CheckoutMutations {
  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => CheckoutPayload, {
    nullable: true,
    description: 'Makes a page to pay for a credit pack. The credits are added when the payment is confirmed.',
  })
  createTopUpCheckout(
    @Arg('input', () => CreateTopUpCheckoutInput) input: CreateTopUpCheckoutInput,
    @Ctx() context: OperationContext,
  ): Promise<CheckoutPayload> {
    const { organizationId } = input;
    return refusable<CheckoutPayload>(
      async () => {
        const topUp = { ...input, returnUrl: writtenAs(input.returnUrl), actorId: viewerId(context) };
        const checkoutUrl = await createTopUpCheckout(context.services, topUp);
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
  @Mutation(() => BillingPortalPayload, {
    nullable: true,
    description: 'Makes a page for the payment method and the invoices.',
  })
  createBillingPortalSession(
    @Arg('input', () => CreateBillingPortalSessionInput) input: CreateBillingPortalSessionInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingPortalPayload> {
    return refusable<BillingPortalPayload>(
      async () => {
        const visit = { ...input, returnUrl: writtenAs(input.returnUrl), actorId: viewerId(context) };
        return { url: await createBillingPortalSession(context.services, visit) };
      },
      { url: null },
    );
  }

  @FieldResolver(() => Organization, {
    nullable: true,
    description: AFTER_THE_CALL,
  })
  organization(
    @Root() { organizationId }: CheckoutPayload,
    @Ctx() context: OperationContext,
  ): Promise<Organization | null> {
    return organizationNow(organizationId, context);
  }
}
