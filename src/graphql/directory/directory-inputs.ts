import { Field, ID, InputType } from 'type-graphql';
import type { OrganizationRole } from '../../domain/access/permissions';
import type { ContractType } from '../../domain/billing/terms';
import type { UserRow } from '../../store/users';
import { ContractTypeType } from '../billing/billing-enums';
import { badInput } from '../errors/graphql-errors';
import { OrganizationRoleType } from '../shared/organization-role';
import { Url } from '../shared/scalars';

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
}

@InputType({ description: 'A membership in the host application.' })
export class SyncMemberInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => DirectoryUserInput, { description: 'The member.' })
  user: DirectoryUserInput;

  @Field(() => OrganizationRoleType, { description: "The member's role." })
  role: OrganizationRole;
}

@InputType({ description: 'A membership that has ended.' })
export class RemoveMemberInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The member.' })
  userId: string;
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
}

@InputType({ description: 'The organization of a call.' })
export class OrganizationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;
}

/** The row of the person that the host describes. Pages show the picture, so that no other scheme than http(s) may come in. */
export function userOf({ id, name, email, avatarUrl = null }: DirectoryUserInput): UserRow {
  if (avatarUrl !== null && avatarUrl.protocol !== 'https:' && avatarUrl.protocol !== 'http:')
    throw badInput('input.user.avatarUrl must be an http or https address.');
  return { id, name, email, avatarUrl: avatarUrl?.href ?? null };
}
