import { Arg, Ctx, Directive, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Services } from '../../actions/services';
import { approvePurchase } from '../../actions/spending/approve-purchase';
import { declinePurchase } from '../../actions/spending/decline-purchase';
import { withPages } from '../../actions/spending/list-purchase-requests';
import { PurchaseRefusal } from '../../actions/spending/purchase-refusal';
import { setSpendingPolicy } from '../../actions/spending/set-spending-policy';
import { withdrawPurchase } from '../../actions/spending/withdraw-purchase';
import { permits } from '../../domain/access/permissions';
import type { Refusal } from '../../domain/refusals';
import type { PurchaseRequestRow } from '../../store/purchase-requests';
import { BillingPayload } from '../billing/billing-payload';
import type { OperationContext } from '../context';
import { refusable } from '../errors/user-error';
import { AFTER_THE_CALL, organizationNow } from '../organization/organization-now';
import { Organization } from '../organization/organization-types';
import { moneyOf, Money } from '../shared/money';
import { Url, writtenAs } from '../shared/scalars';
import { knownPerson, User } from '../shared/user';
import { DEPENDS_ON_VIEWER } from '../sharing/depends-on-viewer';
import { viewerId } from '../viewer/viewer-id';
import {
  DecidePurchaseRequestInput,
  PurchaseRequest,
  PurchaseRequestPayload,
  SetSpendingPolicyInput,
  SpendingPolicy,
  toPurchaseRequest,
} from './spending-types';

@Resolver(() => SpendingPolicy)
export class SpendingPolicyResolver {
  @FieldResolver(() => Money, {
    description:
      'What billing admins and auto-recharge were charged this calendar month, UTC. What an owner bought or approved is left out.',
  })
  async spentThisMonth(@Root() { spending }: SpendingPolicy, @Ctx() { services }: OperationContext): Promise<Money> {
    const { spent } = await spending();
    return moneyOf(spent, services.catalog.currency);
  }

  @FieldResolver(() => Money, {
    description:
      'What counts toward the monthly limit beside `spentThisMonth`: pages that may still be paid, purchases in progress, and what a change of plan counts as beyond its charge.',
  })
  async heldThisMonth(@Root() { spending }: SpendingPolicy, @Ctx() { services }: OperationContext): Promise<Money> {
    const { held } = await spending();
    return moneyOf(held, services.catalog.currency);
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => BillingPayload, {
    nullable: true,
    description:
      'Sets what billing admins may buy without approval. It does not limit owners, and what was bought before stays.',
  })
  setSpendingPolicy(
    @Arg('input', () => SetSpendingPolicyInput) input: SetSpendingPolicyInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingPayload> {
    const { organizationId } = input;
    return refusable<BillingPayload>(
      async () => {
        await setSpendingPolicy(context.services, { ...input, actorId: viewerId(context) });
        return { organizationId };
      },
      { organizationId },
    );
  }
}

@Resolver(() => PurchaseRequest)
export class PurchaseRequestResolver {
  @FieldResolver(() => User, { nullable: true, description: 'Who made it. Null if the account was removed.' })
  requestedBy(
    @Root() { organizationId, requestedById }: PurchaseRequest,
    @Ctx() { reads }: OperationContext,
  ): Promise<User | null> {
    return knownPerson(reads, organizationId, requestedById);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who decided it. Null while it is open, if it lapsed, and if the account was removed.',
  })
  decidedBy(
    @Root() { organizationId, decidedById }: PurchaseRequest,
    @Ctx() { reads }: OperationContext,
  ): Promise<User | null> {
    return knownPerson(reads, organizationId, decidedById);
  }

  @Extensions(DEPENDS_ON_VIEWER)
  @FieldResolver(() => Url, {
    nullable: true,
    description:
      'The page on which an approved purchase can be paid, for the user who made the request and the owner who approved it. Null for everybody else, and where there is no open page.',
  })
  async checkoutUrl(
    @Root() { organizationId, requestedById, decidedById, pageUrl }: PurchaseRequest,
    @Ctx() context: OperationContext,
  ): Promise<string | null> {
    if (pageUrl === null) return null;
    const membership = await context.reads.viewed.load(organizationId);
    const viewer = viewerId(context);
    const mayPay = membership !== null && permits(membership.viewerBillingRole, 'MANAGE_BILLING');
    return mayPay && [requestedById, decidedById].includes(viewer) ? pageUrl : null;
  }
}

@Resolver(() => PurchaseRequestPayload)
export class PurchaseRequestMutations {
  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => PurchaseRequestPayload, {
    nullable: true,
    description:
      'Makes the purchase with exactly the numbers of the request. PREVIEW_EXPIRED if they are out of date; the request then lapses. A declined payment leaves it open.',
  })
  approvePurchase(
    @Arg('input', () => DecidePurchaseRequestInput) input: DecidePurchaseRequestInput,
    @Ctx() context: OperationContext,
  ): Promise<PurchaseRequestPayload> {
    return decide(context, input, async (decision) => {
      const returnUrl = input.returnUrl ? writtenAs(input.returnUrl) : null;
      return approvePurchase(context.services, { ...decision, returnUrl });
    });
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => PurchaseRequestPayload, {
    nullable: true,
    description: 'Closes a purchase request without buying anything.',
  })
  declinePurchase(
    @Arg('input', () => DecidePurchaseRequestInput) input: DecidePurchaseRequestInput,
    @Ctx() context: OperationContext,
  ): Promise<PurchaseRequestPayload> {
    return decide(context, input, async (decision) => ({
      request: await declinePurchase(context.services, decision),
      checkoutUrl: null,
    }));
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @Mutation(() => PurchaseRequestPayload, {
    nullable: true,
    description: "Withdraws the viewer's own purchase request.",
  })
  withdrawPurchase(
    @Arg('input', () => DecidePurchaseRequestInput) input: DecidePurchaseRequestInput,
    @Ctx() context: OperationContext,
  ): Promise<PurchaseRequestPayload> {
    return decide(context, input, async (decision) => ({
      request: await withdrawPurchase(context.services, decision),
      checkoutUrl: null,
    }));
  }

  @FieldResolver(() => Organization, {
    nullable: true,
    description: AFTER_THE_CALL,
  })
  organization(
    @Root() { organizationId }: PurchaseRequestPayload,
    @Ctx() context: OperationContext,
  ): Promise<Organization | null> {
    return organizationNow(organizationId, context);
  }
}

interface Decision {
  readonly actorId: string;
  readonly organizationId: string;
  readonly requestId: string;
}

function decide(
  context: OperationContext,
  { organizationId, requestId }: DecidePurchaseRequestInput,
  run: (decision: Decision) => Promise<{ readonly request: PurchaseRequestRow; readonly checkoutUrl: string | null }>,
): Promise<PurchaseRequestPayload> {
  const { services } = context;
  return refusable<PurchaseRequestPayload>(
    async () => {
      const { request, checkoutUrl } = await run({ actorId: viewerId(context), organizationId, requestId });
      return { organizationId, purchaseRequest: await shown(services, request), checkoutUrl };
    },
    async (refusal) => ({
      organizationId,
      purchaseRequest: await requestIn(services, refusal),
      checkoutUrl: null,
    }),
  );
}

/** The purchase request that a refusal names, for its payload. */
export async function requestIn(services: Services, refusal: Refusal): Promise<PurchaseRequest | null> {
  return refusal instanceof PurchaseRefusal ? shown(services, refusal.request) : null;
}

async function shown(services: Services, request: PurchaseRequestRow): Promise<PurchaseRequest> {
  const [withPage] = await withPages(services, request.organizationId, [request]);
  if (!withPage) throw new Error('One request is one.');
  return toPurchaseRequest(services.catalog, withPage);
}
