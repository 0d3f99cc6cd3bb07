import { Arg, Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
// Not named `Event`: a compiler that does not look into other files takes a type of that name for the global class, and
// type-graphql would make one.
import { type BillingEvent as ToldEvent, mayBeTold, watchBilling } from '../../actions/billing/watch-billing';
import { Forbidden } from '../../domain/refusals';
import type { OperationContext } from '../context';
import { Withheld } from '../events';
import { Organization, toOrganization } from '../organization/organization-types';
import { SafeInt } from '../shared/scalars';
import { viewerId } from '../viewer/viewer-id';

@ObjectType({ description: "A change of an organization's billing." })
export class BillingEvent {
  organizationId: string;

  @Field(() => SafeInt, { description: 'Pass it as `afterSequence` to resume. Numbers may be skipped.' })
  sequence: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Null if the event is a snapshot of the current state: the first event of a subscription that does not resume, in place of too many missed changes or of changes from before the viewer joined, and for balances that only usage has changed.',
  })
  kind: string | null;
}

@Resolver(() => BillingEvent)
export class BillingSubscription {
  @Directive('@requiresPermission(permission: VIEW_BILLING)')
  @Subscription(() => BillingEvent, {
    description:
      "Sends all changes other than the roster's: the current state at once, then each change, once and in order. With `afterSequence` it sends each change after that one instead, but none from before the viewer joined. Only owners see invitations. Owners and the requester see requests. Ends with FORBIDDEN when the viewer is no longer a member.",
    subscribe: ({ args, context }: { args: Record<string, unknown>; context: OperationContext }) =>
      watchBilling(context.services, {
        organizationId: args.organizationId as string,
        viewerId: viewerId(context),
        after: (args.afterSequence as number | null | undefined) ?? null,
        output: context.live,
        connection: context.connection,
      }),
  })
  async billingChanged(
    @Root() event: ToldEvent,
    @Ctx() { reads }: OperationContext,
    @Arg('organizationId', () => ID, { description: 'The organization.' }) _organizationId: string,
    @Arg('afterSequence', () => SafeInt, {
      nullable: true,
      description: 'The last sequence that the client has. It must not be in the future.',
    })
    _afterSequence?: number | null,
  ): Promise<BillingEvent> {
    const { organizationId, sequence, kind } = event;
    const membership = await reads.viewed.load(organizationId);
    if (!membership) throw new Forbidden();
    if (!mayBeTold(event, membership)) throw new Withheld();
    return { organizationId, sequence, kind };
  }

  @FieldResolver(() => Organization, { description: 'The current organization.' })
  async organization(
    @Root() { organizationId }: BillingEvent,
    @Ctx() { reads }: OperationContext,
  ): Promise<Organization> {
    const membership = await reads.viewed.load(organizationId);
    if (!membership) throw new Forbidden();
    return toOrganization(membership);
  }
}
