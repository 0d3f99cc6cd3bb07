import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { AccessRequestRow } from '../../store/access-requests';
import { UserError } from '../errors/user-error';
import { DateTime, toDate } from '../shared/scalars';

@ObjectType({ description: "A member's request for billing access." })
export class BillingAccessRequest {
  organizationId: string;

  userId: string;

  @Field(() => ID, { description: 'The id for approving or declining it.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'The reason that the member gave.' })
  reason: string | null;

  @Field(() => DateTime, { description: 'When the member requested access.' })
  requestedAt: Date;
}

@ObjectType({ description: 'The result of a call about a request for billing access.' })
export class BillingAccessRequestPayload {
  @Field(() => BillingAccessRequest, { nullable: true, description: 'The request. Null if the call was refused.' })
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
}

@InputType({ description: 'The request to decide.' })
export class DecideBillingAccessRequestInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The request.' })
  requestId: string;
}

export function toRequest({ id, organizationId, userId, reason, requestedAt }: AccessRequestRow): BillingAccessRequest {
  return { id, organizationId, userId, reason, requestedAt: toDate(requestedAt) };
}
