import { Field, ID, InputType } from 'type-graphql';
import type { OrganizationRole } from '../../domain/access/permissions';
import type { ContractType } from '../../domain/billing/terms';
import type { UserRow } from '../../store/users';
import { ContractTypeType } from '../billing/billing-enums';
import { badInput } from '../errors/graphql-errors';
import { OrganizationRoleType } from '../shared/organization-role';
import { Url } from '../shared/scalars';

@InputType({ description: 'An organization, as the host application has it.' })
export class SyncOrganizationInput {
  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, { description: 'At most 200 characters, of which one is visible.' })
  name: string;

  @Field(() => ContractTypeType, { nullable: true, description: 'Left out: as it is; SELF_SERVE for a new one.' })
  contractType?: ContractType | null;
}

@InputType({ description: 'A person, as the host application has them.' })
export class DirectoryUserInput {
  @Field(() => ID, { description: "The host's own id; the subject of the person's tokens." })
  id: string;

  @Field(() => String, { description: 'At most 200 characters, of which one is visible.' })
  name: string;

  @Field(() => String, { description: 'At most 254 characters, with one @ and text on both sides of it.' })
  email: string;

  @Field(() => Url, { nullable: true, description: 'Address of a picture, http or https.' })
  avatarUrl?: URL | null;
}

@InputType({ description: 'A membership, as the host application has it.' })
export class SyncMemberInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => DirectoryUserInput, { description: 'The member.' })
  user: DirectoryUserInput;

  @Field(() => OrganizationRoleType, { description: 'What they are there.' })
  role: OrganizationRole;
}

@InputType({ description: 'A membership that has ended.' })
export class RemoveMemberInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The member.' })
  userId: string;
}

@InputType({ description: 'A pending invitation, as the host application has it.' })
export class SyncInvitationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: "The host's own id of the invitation, unique within the organization." })
  id: string;

  @Field(() => String, {
    description: 'Who is invited. At most 254 characters, with one @ and text on both sides of it.',
  })
  email: string;

  @Field(() => OrganizationRoleType, { description: 'What they become by accepting.' })
  role: OrganizationRole;
}

@InputType({ description: 'An invitation that was accepted, and by whom.' })
export class AcceptInvitationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The invitation.' })
  id: string;

  @Field(() => DirectoryUserInput, { description: 'Who accepted, under whatever e-mail they have.' })
  user: DirectoryUserInput;
}

@InputType({ description: 'An invitation that was taken back.' })
export class RevokeInvitationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The invitation.' })
  id: string;
}

@InputType({ description: 'An account that is gone.' })
export class RemoveUserInput {
  @Field(() => ID, { description: 'The person.' })
  userId: string;
}

@InputType({ description: 'Which organization.' })
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
