import { Arg, Ctx, Directive, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { listCancellationComments } from '../../actions/subscription/list-cancellation-comments';
import type { CancellationReason } from '../../domain/billing/terms';
import { CancellationReasonType } from '../billing/billing-enums';
import type { OperationContext } from '../context';
import { DateTime, toDate } from '../shared/scalars';

@ObjectType({ description: 'What a user wrote when they canceled a subscription.' })
export class CancellationComment {
  @Field(() => ID, { description: 'The user.' })
  userId: string;

  @Field(() => CancellationReasonType, { nullable: true, description: 'Why. Null if the user did not say.' })
  reason: CancellationReason | null;

  @Field(() => String, { description: 'What the user wrote.' })
  comment: string;

  @Field(() => DateTime, { description: 'When they canceled.' })
  canceledAt: Date;
}

@Resolver()
export class CancellationCommentsResolver {
  @Directive('@requiresScopes(scopes: [["events:read"]])')
  @Query(() => [CancellationComment], {
    nullable: true,
    description:
      "For a host's back end: the last 20 comments on cancellations of an organization, newest first. Comments are erased with the account of their author, and with the organization.",
  })
  async cancellationComments(
    @Arg('organizationId', () => ID, { description: 'The organization.' }) organizationId: string,
    @Ctx() { services }: OperationContext,
  ): Promise<CancellationComment[]> {
    const rows = await listCancellationComments(services, organizationId);
    return rows.map(({ createdAt, ...row }) => ({ ...row, canceledAt: toDate(createdAt) }));
  }
}
