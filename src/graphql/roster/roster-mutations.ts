import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Directive, Field, FieldResolver, ID, Info, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { addBillingAdmin } from '../../actions/roster/add-billing-admin';
import type { RosterCommand, RosterOutcome } from '../../actions/roster/change-grant';
import { updateBillingAdmin } from '../../actions/roster/update-billing-admin';
import { removeBillingAdmin } from '../../actions/roster/remove-billing-admin';
import type { GrantAccess } from '../../domain/access/permissions';
import type { Grant } from '../../domain/roster/grants';
import type { OperationContext } from '../context';
import { refusable } from '../errors/user-error';
import { AFTER_THE_CALL, organizationNow } from '../organization/organization-now';
import { Organization } from '../organization/organization-types';
import { asksFor } from '../shared/asks-for';
import { DateTime, SafeInt } from '../shared/scalars';
import { viewerId } from '../viewer/viewer-id';
import { grantOfInput } from './grant-of-input';
import { BillingAdminAccessType, BillingAdminPayload, BillingAdminRoster, EXPIRES_AT, toRoster } from './roster-types';

const EXPECTED_VERSION =
  'The roster version that the caller saw. If the roster has changed since, the call returns VERSION_CONFLICT and changes nothing.';

@InputType({ description: 'The member who gets a grant, and the organization.' })
export class AddBillingAdminInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'A current member who is not an owner.' })
  userId: string;

  @Field(() => SafeInt, { nullable: true, description: EXPECTED_VERSION })
  expectedVersion?: number | null;

  @Field(() => BillingAdminAccessType, { nullable: true, defaultValue: 'MANAGE', description: 'What the grant gives.' })
  access?: GrantAccess | null;

  @Field(() => DateTime, { nullable: true, description: EXPIRES_AT })
  expiresAt?: Date | null;
}

@InputType({ description: 'The billing admin whose grant changes, and the organization.' })
export class UpdateBillingAdminInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The billing admin.' })
  userId: string;

  @Field(() => SafeInt, { nullable: true, description: EXPECTED_VERSION })
  expectedVersion?: number | null;

  @Field(() => BillingAdminAccessType, {
    nullable: true,
    description: 'What the grant gives. If omitted, it does not change.',
  })
  access?: GrantAccess | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the grant ends. It must be in the future, and at most MAX_GRANT_DAYS away where that is set. If omitted, it does not change. Null: never, or the latest end allowed.',
  })
  expiresAt?: Date | null;
}

@InputType({ description: 'The billing admin who loses the grant, and the organization.' })
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
    description:
      'Gives a current member billing access, and nothing else. A repeated call changes nothing. For a billing admin with another kind or end of access it returns INVALID: use `updateBillingAdmin`. Where MAX_GRANT_DAYS is set, a call without an end repeats any grant of its kind.',
  })
  addBillingAdmin(
    @Arg('input', () => AddBillingAdminInput) input: AddBillingAdminInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAdminPayload> {
    return changeRoster(context, input, (services, command) =>
      addBillingAdmin(services, { ...command, grant: grantOfInput(input) }),
    );
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => BillingAdminPayload, {
    nullable: true,
    description:
      'Changes what a billing admin’s grant gives, or when it ends. A call that asks for what is so already changes nothing.',
  })
  updateBillingAdmin(
    @Arg('input', () => UpdateBillingAdminInput) input: UpdateBillingAdminInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAdminPayload> {
    const { access, expiresAt } = input;
    const terms: Partial<Grant> = {
      ...(access && { access }),
      ...(expiresAt !== undefined && { expiresAt: expiresAt && expiresAt.getTime() }),
    };
    return changeRoster(context, input, (services, command) => updateBillingAdmin(services, { ...command, terms }));
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @Mutation(() => BillingAdminPayload, {
    nullable: true,
    description: 'Revokes a billing admin’s grant. Role and membership do not change. A repeated call changes nothing.',
  })
  removeBillingAdmin(
    @Arg('input', () => RemoveBillingAdminInput) input: RemoveBillingAdminInput,
    @Ctx() context: OperationContext,
  ): Promise<BillingAdminPayload> {
    return changeRoster(context, input, removeBillingAdmin);
  }

  @FieldResolver(() => BillingAdminRoster, {
    nullable: true,
    description: 'The roster after the call, even if the call was refused.',
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

  @FieldResolver(() => Organization, {
    nullable: true,
    description: AFTER_THE_CALL,
  })
  organization(
    @Root() { organizationId }: BillingAdminPayload,
    @Ctx() context: OperationContext,
  ): Promise<Organization | null> {
    return organizationNow(organizationId, context);
  }
}

function changeRoster(
  context: OperationContext,
  { organizationId, userId, expectedVersion = null }: RemoveBillingAdminInput,
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
