import { Arg, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { approveBillingAccessRequest } from '../../actions/requests/approve-billing-access-request';
import { declineBillingAccessRequest } from '../../actions/requests/decline-billing-access-request';
import { listOpenRequests } from '../../actions/requests/list-open-requests';
import { requestBillingAccess } from '../../actions/requests/request-billing-access';
import type { OperationContext } from '../context';
import { refusable } from '../errors/user-error';
import { BillingAdminPayload } from '../roster/roster-types';
import { somePerson, User } from '../shared/user';
import { viewerId } from '../viewer/viewer-id';
import {
  BillingAccessRequest,
  BillingAccessRequestPayload,
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
    @Arg('input', () => RequestBillingAccessInput) { organizationId, reason = null }: RequestBillingAccessInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAccessRequestPayload> {
    return refusable<BillingAccessRequestPayload>(
      async () => {
        const command = { actorId: viewerId(context), organizationId, reason };
        return { request: toRequest(await requestBillingAccess(context.services, command)) };
      },
      { request: null },
    );
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => BillingAdminPayload, {
    nullable: true,
    description: 'Makes the requester a billing admin. If the roster is full, the request stays open.',
  })
  approveBillingAccessRequest(
    @Arg('input', () => DecideBillingAccessRequestInput) { organizationId, requestId }: DecideBillingAccessRequestInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAdminPayload> {
    return refusable<BillingAdminPayload>(
      async () => {
        const decision = { actorId: viewerId(context), organizationId, requestId };
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
    return refusable<BillingAccessRequestPayload>(
      async () => {
        const decision = { actorId: viewerId(context), organizationId, requestId };
        return { request: toRequest(await declineBillingAccessRequest(context.services, decision)) };
      },
      { request: null },
    );
  }

  @FieldResolver(() => User, { description: 'The member who requests access.' })
  user(@Root() { organizationId, userId }: BillingAccessRequest, @Ctx() { reads }: OperationContext): Promise<User> {
    return somePerson(reads, organizationId, userId);
  }
}
