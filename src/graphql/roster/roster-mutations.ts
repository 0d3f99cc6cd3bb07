import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Directive, Field, FieldResolver, ID, Info, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { addBillingAdmin } from '../../actions/roster/add-billing-admin';
import type { RosterCommand, RosterOutcome } from '../../actions/roster/change-grant';
import { removeBillingAdmin } from '../../actions/roster/remove-billing-admin';
import type { OperationContext } from '../context';
import { refusable } from '../errors/user-error';
import { asksFor } from '../shared/asks-for';
import { SafeInt } from '../shared/scalars';
import { viewerId } from '../viewer/viewer-id';
import { BillingAdminPayload, BillingAdminRoster, toRoster } from './roster-types';

const EXPECTED_VERSION =
  'The roster version that the caller saw; when the roster has moved on, VERSION_CONFLICT and nothing changes.';

@InputType({ description: 'Whom to give billing access, and where.' })
export class AddBillingAdminInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'A current member who is no owner.' })
  userId: string;

  @Field(() => SafeInt, { nullable: true, description: EXPECTED_VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: 'Whose billing access to take, and where.' })
export class RemoveBillingAdminInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The billing admin.' })
  userId: string;

  @Field(() => SafeInt, { nullable: true, description: EXPECTED_VERSION })
  expectedVersion?: number | null;
}

@Resolver(() => BillingAdminPayload)
export class RosterMutations {
  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => BillingAdminPayload, {
    nullable: true,
    description: 'Gives a current member billing access, and nothing else. Repeating it changes nothing.',
  })
  addBillingAdmin(
    @Arg('input', () => AddBillingAdminInput) input: AddBillingAdminInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAdminPayload> {
    return changeRoster(context, input, addBillingAdmin);
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => BillingAdminPayload, {
    nullable: true,
    description: 'Takes a billing admin’s access. Role and membership stay as they are. Repeating it changes nothing.',
  })
  removeBillingAdmin(
    @Arg('input', () => RemoveBillingAdminInput) input: RemoveBillingAdminInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAdminPayload> {
    return changeRoster(context, input, removeBillingAdmin);
  }

  @FieldResolver(() => BillingAdminRoster, {
    nullable: true,
    description: 'The roster after the call, also where it was refused.',
  })
  async roster(
    @Root() { organizationId, version }: BillingAdminPayload,
    @Ctx() { reads }: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Pick<BillingAdminRoster, 'organizationId' | 'version'> | null> {
    // The people are read with the version that they belong to (L3); where nobody asks for them, the call knows it.
    if (version !== null && !asksFor(info, 'owners') && !asksFor(info, 'admins')) return { organizationId, version };
    const roster = await reads.roster.load(organizationId);
    return roster && toRoster(roster);
  }
}

function changeRoster(
  context: OperationContext,
  { organizationId, userId, expectedVersion = null }: AddBillingAdminInput,
  change: (services: OperationContext['services'], command: RosterCommand) => Promise<RosterOutcome>,
): Promise<BillingAdminPayload> {
  return refusable<BillingAdminPayload>(
    async () => ({
      organizationId,
      ...(await change(context.services, { actorId: viewerId(context), organizationId, userId, expectedVersion })),
    }),
    { organizationId, changed: false, version: null },
  );
}
