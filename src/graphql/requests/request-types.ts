import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { AccessRequestRow } from '../../store/access-requests';
import { UserError } from '../errors/user-error';
import { DateTime, toDate } from '../shared/scalars';

@ObjectType({ description: "A member's wish for billing access." })
export class BillingAccessRequest {
  organizationId: string;

  userId: string;

  @Field(() => ID, { description: 'For approving or declining it.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'In the words of whoever asks.' })
  reason: string | null;

  @Field(() => DateTime, { description: 'When it was asked.' })
  requestedAt: Date;
}

@ObjectType({ description: 'The answer about a request for billing access.' })
export class BillingAccessRequestPayload {
  @Field(() => BillingAccessRequest, { nullable: true, description: 'The request; null where the call was refused.' })
  request: BillingAccessRequest | null;

  @Field(() => [UserError], { description: 'Why nothing changed; empty where nothing was refused.' })
  userErrors: UserError[];
}

@InputType({ description: 'Asks the owners of an organization for billing access.' })
export class RequestBillingAccessInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => String, { nullable: true, description: 'For the owners: at most 500 characters.' })
  reason?: string | null;
}

@InputType({ description: 'Which request to decide.' })
export class DecideBillingAccessRequestInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The request.' })
  requestId: string;
}

export function toRequest({ id, organizationId, userId, reason, requestedAt }: AccessRequestRow): BillingAccessRequest {
  return { id, organizationId, userId, reason, requestedAt: toDate(requestedAt) };
}
