import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { GrantAccess } from '../../domain/access/permissions';
import type { AccessRequestRow } from '../../store/access-requests';
import { UserError } from '../errors/user-error';
import { BillingAdminAccessType, EXPIRES_AT } from '../roster/roster-types';
import { DateTime, toDate } from '../shared/scalars';

@ObjectType({ description: "A member's request for billing access." })
export class BillingAccessRequest {
  organizationId: string;

  userId: string;

  @Field(() => ID, { description: 'The id for approving or declining it.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'The reason that the member gave.' })
  reason: string | null;

  @Field(() => BillingAdminAccessType, { description: 'The kind of access that the member asks for.' })
  access: GrantAccess;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The end of the grant that the member asks for. Null for a grant without an end.',
  })
  grantExpiresAt: Date | null;

  @Field(() => DateTime, { description: 'When the member requested access.' })
  requestedAt: Date;

  @Field(() => DateTime, { description: 'When the request lapses if no owner decides it.' })
  lapsesAt: Date;
}

@ObjectType({ description: 'The result of a call about a request for billing access.' })
export class BillingAccessRequestPayload {
  organizationId: string;

  @Field(() => BillingAccessRequest, {
    nullable: true,
    description: 'The request. Null if the call was refused, and where nothing was there to withdraw.',
  })
  request: BillingAccessRequest | null;

  @Field(() => [UserError], { description: 'Why nothing changed. Empty if the call was not refused.' })
  userErrors: UserError[];
}

@InputType({ description: 'A request to the owners of an organization for billing access.' })
export class RequestBillingAccessInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => String, { nullable: true, description: 'The reason, for the owners. At most 500 characters.' })
  reason?: string | null;

  @Field(() => BillingAdminAccessType, {
    nullable: true,
    defaultValue: 'MANAGE',
    description: 'The kind of access to ask for. The owner may give less or more.',
  })
  access?: GrantAccess | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The end of the grant to ask for. It must be in the future, and at most MAX_GRANT_DAYS away where that is set.',
  })
  grantExpiresAt?: Date | null;
}

@InputType({ description: 'The request to decide.' })
export class DecideBillingAccessRequestInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The request.' })
  requestId: string;
}

@InputType({ description: 'What an owner grants.' })
export class BillingAdminTermsInput {
  @Field(() => BillingAdminAccessType, { description: 'What the grant gives.' })
  access: GrantAccess;

  @Field(() => DateTime, { nullable: true, description: EXPIRES_AT })
  expiresAt?: Date | null;
}

export function toRequest(request: AccessRequestRow): BillingAccessRequest {
  const { id, organizationId, userId, reason, access } = request;
  return {
    ...{ id, organizationId, userId, reason, access },
    grantExpiresAt: toDate(request.grantExpiresAt),
    requestedAt: toDate(request.requestedAt),
    lapsesAt: toDate(request.lapsesAt),
  };
}
