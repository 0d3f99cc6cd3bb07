import { Extensions, Field, ID, InputType } from 'type-graphql';
import type { DirectoryUser } from '../../actions/directory/profiles';
import type { DirectoryMember } from '../../actions/directory/sync-members';
import type { GrantAccess, OrganizationRole } from '../../domain/access/permissions';
import type { ContractType } from '../../domain/billing/terms';
import { ContractTypeType } from '../billing/billing-enums';
import { badInput } from '../errors/graphql-errors';
import { JUDGES_EACH_ENTRY } from '../input/malformed-entries';
import { BillingAdminAccessType, EXPIRES_AT } from '../roster/roster-types';
import { OrganizationRoleType } from '../shared/organization-role';
import { DateTime, SafeInt, Url } from '../shared/scalars';

const OF_MEMBERSHIP =
  'A number of yours that grows with each change of the membership, its end included. An older call is STALE, and an equal one is a repeat.';

@InputType({ description: 'An organization in the host application.' })
export class SyncOrganizationInput {
  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, { description: 'At most 200 characters, at least one of them visible.' })
  name: string;

  @Field(() => ContractTypeType, {
    nullable: true,
    description: 'If omitted, it does not change. The default for a new organization is SELF_SERVE.',
  })
  contractType?: ContractType | null;
}

@InputType({ description: 'A person in the host application.' })
export class DirectoryUserInput {
  @Field(() => ID, { description: "The host's own id, which is the subject of the person's tokens." })
  id: string;

  @Field(() => String, { description: 'At most 200 characters, at least one of them visible.' })
  name: string;

  @Field(() => String, { description: 'At most 254 characters, with one @ and text on both sides of it.' })
  email: string;

  @Field(() => Url, { nullable: true, description: 'The address of a picture, http or https.' })
  avatarUrl?: URL | null;

  @Field(() => SafeInt, {
    nullable: true,
    description:
      'A number of yours that grows with each change of the profile, in all organizations. An older profile is ignored.',
  })
  revision?: number | null;
}

@InputType({ description: 'A membership in the host application.' })
export class SyncMemberInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => DirectoryUserInput, { description: 'The member.' })
  user: DirectoryUserInput;

  @Field(() => OrganizationRoleType, { description: "The member's role." })
  role: OrganizationRole;

  @Field(() => SafeInt, { nullable: true, description: OF_MEMBERSHIP })
  revision?: number | null;
}

@InputType({ description: 'A member of the organization of the call.' })
export class DirectoryMemberInput {
  @Field(() => DirectoryUserInput, { description: 'The member.' })
  user: DirectoryUserInput;

  @Field(() => OrganizationRoleType, { description: "The member's role." })
  role: OrganizationRole;

  @Field(() => SafeInt, { nullable: true, description: OF_MEMBERSHIP })
  revision?: number | null;
}

@InputType({ description: 'Members of one organization in the host application.' })
export class SyncMembersInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Extensions(JUDGES_EACH_ENTRY)
  @Field(() => [DirectoryMemberInput], { description: 'At most 1,000.' })
  members: DirectoryMemberInput[];

  @Field(() => ID, { nullable: true, description: 'Of the full sync that these belong to.' })
  syncId?: string | null;
}

@InputType({ description: 'A membership that has ended.' })
export class RemoveMemberInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The member.' })
  userId: string;

  @Field(() => SafeInt, { nullable: true, description: OF_MEMBERSHIP })
  revision?: number | null;
}

@InputType({ description: 'A billing admin of an earlier system.' })
export class ImportedBillingAdminInput {
  @Field(() => ID, { description: 'A current member who is not an owner.' })
  userId: string;

  @Field(() => ID, { description: 'The owner who added them. A current owner.' })
  addedById: string;

  @Field(() => DateTime, { description: 'When they were added. Not in the future.' })
  addedAt: Date;

  @Field(() => BillingAdminAccessType, { nullable: true, defaultValue: 'MANAGE', description: 'What the grant gives.' })
  access?: GrantAccess | null;

  @Field(() => DateTime, { nullable: true, description: EXPIRES_AT })
  expiresAt?: Date | null;
}

@InputType({ description: 'Billing admins of one organization in an earlier system.' })
export class ImportBillingAdminsInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Extensions(JUDGES_EACH_ENTRY)
  @Field(() => [ImportedBillingAdminInput], { description: 'At most 1,000.' })
  admins: ImportedBillingAdminInput[];
}

@InputType({ description: 'A pending invitation in the host application.' })
export class SyncInvitationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: "The host's own id of the invitation, unique within the organization." })
  id: string;

  @Field(() => String, {
    description: 'The e-mail of the invited person. At most 254 characters, with one @ and text on both sides of it.',
  })
  email: string;

  @Field(() => OrganizationRoleType, { description: 'The role that the invited person gets.' })
  role: OrganizationRole;
}

@InputType({ description: 'An accepted invitation, and the user who accepted it.' })
export class AcceptInvitationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The invitation.' })
  id: string;

  @Field(() => DirectoryUserInput, {
    description: "The user who accepted. The e-mail may differ from the invitation's.",
  })
  user: DirectoryUserInput;

  @Field(() => SafeInt, { nullable: true, description: OF_MEMBERSHIP })
  revision?: number | null;
}

@InputType({ description: 'A revoked invitation.' })
export class RevokeInvitationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The invitation.' })
  id: string;
}

@InputType({ description: 'A deleted account.' })
export class RemoveUserInput {
  @Field(() => ID, { description: 'The person.' })
  userId: string;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'As that of the profile. An older removal is STALE, and no older call brings the person back.',
  })
  revision?: number | null;
}

@InputType({ description: 'The organization of a call.' })
export class OrganizationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;
}

/** A picture that the host may not give: pages show it, so that no other scheme than http(s) may come in. */
export function isBadPicture({ avatarUrl }: DirectoryUserInput): boolean {
  return avatarUrl != null && avatarUrl.protocol !== 'https:' && avatarUrl.protocol !== 'http:';
}

export const BAD_PICTURE = 'must be an http or https address.';

/** The person that the host describes. */
export function userOf(input: DirectoryUserInput): DirectoryUser {
  if (isBadPicture(input)) throw badInput(`input.user.avatarUrl ${BAD_PICTURE}`);
  const { id, name, email, avatarUrl = null, revision = null } = input;
  return { id, name, email, avatarUrl: avatarUrl?.href ?? null, revision };
}

export function memberOf({ user, role, revision = null }: DirectoryMemberInput): DirectoryMember {
  return { user: userOf(user), role, revision };
}
