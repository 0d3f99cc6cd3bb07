import {
  Arg,
  Ctx,
  Directive,
  Extensions,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
// Not named `Event`: a compiler that does not look into other files takes a type of that name for the global class, and
// type-graphql would make one.
import { type BillingEvent as ToldEvent, mayBeTold, watchBilling } from '../../actions/billing/watch-billing';
import { Forbidden } from '../../domain/refusals';
import type { OperationContext } from '../context';
import { Withheld } from '../events';
import { Organization, toOrganization } from '../organization/organization-types';
import { SafeInt } from '../shared/scalars';
import { DEPENDS_ON_VIEWER } from '../sharing/depends-on-viewer';
import { viewerId } from '../viewer/viewer-id';

@ObjectType({ description: 'Something about the billing of an organization changed.' })
export class BillingEvent {
  organizationId: string;

  @Field(() => SafeInt, { description: 'Resume with it as `afterSequence`. It may skip.' })
  sequence: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Null when the event carries the current state: the first event of a subscription that does not resume, instead of changes that are too many or from before the viewer joined, and balances changed by usage alone.',
  })
  kind: string | null;
}

@Resolver(() => BillingEvent)
export class BillingSubscription {
  // Who may be told of an event depends on who they are, so that nobody shares the answer.
  @Extensions(DEPENDS_ON_VIEWER)
  @Directive('@requiresPermission(permission: VIEW_BILLING)')
  @Subscription(() => BillingEvent, {
    description:
      'What changes apart from the roster: the current state at once and then each change, once and in order; with `afterSequence` each change after that one instead, but nothing from before the viewer joined. Invitations are told to owners alone, and requests to owners and whoever asks. Ends with FORBIDDEN when the viewer is no member any more.',
    subscribe: ({ args, context }: { args: Record<string, unknown>; context: OperationContext }) =>
      watchBilling(context.services, {
        organizationId: args.organizationId as string,
        viewerId: viewerId(context),
        after: (args.afterSequence as number | null | undefined) ?? null,
        // Each of these events is the viewer's own.
        listener: null,
        connection: context.connection,
      }),
  })
  async billingChanged(
    @Root() event: ToldEvent,
    @Ctx() { reads }: OperationContext,
    @Arg('organizationId', () => ID, { description: 'The organization.' }) _organizationId: string,
    @Arg('afterSequence', () => SafeInt, {
      nullable: true,
      description: 'The last sequence that the client has seen; not one from the future.',
    })
    _afterSequence?: number | null,
  ): Promise<BillingEvent> {
    const { organizationId, sequence, kind } = event;
    const viewed = await reads.viewed.load(organizationId);
    if (!viewed) throw new Forbidden();
    if (!mayBeTold(event, viewed)) throw new Withheld();
    return { organizationId, sequence, kind };
  }

  @FieldResolver(() => Organization, { description: 'The organization now.' })
  async organization(
    @Root() { organizationId }: BillingEvent,
    @Ctx() { reads }: OperationContext,
  ): Promise<Organization> {
    const viewed = await reads.viewed.load(organizationId);
    if (!viewed) throw new Forbidden();
    return toOrganization(viewed);
  }
}
