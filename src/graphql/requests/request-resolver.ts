import { Arg, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { approveBillingAccessRequest } from '../../actions/requests/approve-billing-access-request';
import { declineBillingAccessRequest } from '../../actions/requests/decline-billing-access-request';
import { listOpenRequests } from '../../actions/requests/list-open-requests';
import { requestBillingAccess } from '../../actions/requests/request-billing-access';
import { withdrawBillingAccessRequest } from '../../actions/requests/withdraw-billing-access-request';
import type { AccessRequestRow } from '../../store/access-requests';
import type { OperationContext } from '../context';
import { OrganizationInput } from '../directory/directory-inputs';
import { refusable } from '../errors/user-error';
import { AFTER_THE_CALL, organizationNow } from '../organization/organization-now';
import { Organization } from '../organization/organization-types';
import { grantOfInput } from '../roster/grant-of-input';
import { BillingAdminPayload } from '../roster/roster-types';
import { somePerson, User } from '../shared/user';
import { viewerId } from '../viewer/viewer-id';
import {
  BillingAccessRequest,
  BillingAccessRequestPayload,
  BillingAdminTermsInput,
  DecideBillingAccessRequestInput,
  RequestBillingAccessInput,
  toRequest,
} from './request-types';

@Resolver(() => BillingAccessRequest)
export class RequestResolver {
  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Query(() => [BillingAccessRequest], {
    nullable: true,
    description: "The organization's open requests for billing access, oldest first.",
  })
  async billingAccessRequests(
    @Arg('organizationId', () => ID, { description: 'The organization.' }) organizationId: string,
    @Ctx() { services }: OperationContext,
  ): Promise<BillingAccessRequest[]> {
    return (await listOpenRequests(services, organizationId)).map(toRequest);
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING)')
  @Mutation(() => BillingAccessRequestPayload, {
    nullable: true,
    description: 'Requests billing access from the owners. A repeated call returns the open request.',
  })
  requestBillingAccess(
    @Arg('input', () => RequestBillingAccessInput)
    { organizationId, reason = null, access, grantExpiresAt }: RequestBillingAccessInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAccessRequestPayload> {
    return answered(organizationId, () => {
      const grant = grantOfInput({ access, expiresAt: grantExpiresAt });
      return requestBillingAccess(context.services, { actorId: viewerId(context), organizationId, reason, grant });
    });
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING)')
  @Mutation(() => BillingAccessRequestPayload, {
    nullable: true,
    description:
      "Withdraws the viewer's own open request. The viewer may make a new request a day later. A repeated call changes nothing.",
  })
  withdrawBillingAccessRequest(
    @Arg('input', () => OrganizationInput) { organizationId }: OrganizationInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAccessRequestPayload> {
    return answered(organizationId, () =>
      withdrawBillingAccessRequest(context.services, { actorId: viewerId(context), organizationId }),
    );
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => BillingAdminPayload, {
    nullable: true,
    description:
      'Gives the requester what they ask for: it makes them a billing admin, or changes the grant that they have. If the roster is full, the request stays open. If the end that they ask for has passed, the call returns INVALID, and needs `grant`.',
  })
  approveBillingAccessRequest(
    @Arg('input', () => DecideBillingAccessRequestInput) { organizationId, requestId }: DecideBillingAccessRequestInput,
    @Arg('grant', () => BillingAdminTermsInput, {
      nullable: true,
      description: 'What the owner gives instead. If omitted: what the request asks for.',
    })
    grant: BillingAdminTermsInput | null,
    @Ctx() context: OperationContext,
  ): Promise<BillingAdminPayload> {
    return refusable<BillingAdminPayload>(
      async () => {
        const request = { actorId: viewerId(context), organizationId, requestId };
        const decision = { ...request, ...(grant && { grant: grantOfInput(grant) }) };
        return { organizationId, ...(await approveBillingAccessRequest(context.services, decision)) };
      },
      { organizationId, changed: false, version: null },
    );
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => BillingAccessRequestPayload, {
    nullable: true,
    description: 'Closes a request without giving access. The requester may make a new request a day later.',
  })
  declineBillingAccessRequest(
    @Arg('input', () => DecideBillingAccessRequestInput) { organizationId, requestId }: DecideBillingAccessRequestInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAccessRequestPayload> {
    return answered(organizationId, () =>
      declineBillingAccessRequest(context.services, { actorId: viewerId(context), organizationId, requestId }),
    );
  }

  @FieldResolver(() => User, { description: 'The member who requests access.' })
  user(@Root() { organizationId, userId }: BillingAccessRequest, @Ctx() { reads }: OperationContext): Promise<User> {
    return somePerson(reads, organizationId, userId);
  }
}

@Resolver(() => BillingAccessRequestPayload)
export class RequestPayloadResolver {
  @FieldResolver(() => Organization, {
    nullable: true,
    description: AFTER_THE_CALL,
  })
  organization(
    @Root() { organizationId }: BillingAccessRequestPayload,
    @Ctx() context: OperationContext,
  ): Promise<Organization | null> {
    return organizationNow(organizationId, context);
  }
}

/** The answer to a call about one request. */
function answered(
  organizationId: string,
  call: () => Promise<AccessRequestRow | null>,
): Promise<BillingAccessRequestPayload> {
  return refusable<BillingAccessRequestPayload>(
    async () => {
      const request = await call();
      return { organizationId, request: request && toRequest(request) };
    },
    { organizationId, request: null },
  );
}
