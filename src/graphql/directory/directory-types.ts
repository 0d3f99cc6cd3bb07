import { Field, ID, ObjectType } from 'type-graphql';
import type { OrganizationRole } from '../../domain/access/permissions';
import type { ContractType } from '../../domain/billing/terms';
import type { DirectoryMemberRow } from '../../store/directory-pages';
import { ContractTypeType } from '../billing/billing-enums';
import { OrganizationRoleType } from '../shared/organization-role';
import { type Page, PageInfo } from '../shared/pages';
import { SafeInt } from '../shared/scalars';
import { User } from '../shared/user';

@ObjectType({ description: 'An organization as the service has it from the host.' })
export class DirectoryOrganization {
  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, { description: 'The name from the host.' })
  name: string;

  @Field(() => ContractTypeType, { description: 'The contract from the host.' })
  contractType: ContractType;
}

@ObjectType({ description: 'An organization, and its position in the list.' })
export class DirectoryOrganizationEdge {
  @Field(() => String, { description: 'The position in the list, for `after`.' })
  cursor: string;

  @Field(() => DirectoryOrganization, { description: 'The organization.' })
  node: DirectoryOrganization;
}

@ObjectType({ description: 'A page of organizations.' })
export class DirectoryOrganizationConnection implements Page<DirectoryOrganization> {
  @Field(() => [DirectoryOrganizationEdge], { description: 'The organizations with their cursors.' })
  edges: DirectoryOrganizationEdge[];

  @Field(() => [DirectoryOrganization], { description: 'The organizations without their cursors.' })
  nodes: DirectoryOrganization[];

  @Field(() => PageInfo, { description: 'The position of this page.' })
  pageInfo: PageInfo;
}

@ObjectType({ description: 'A member as the service has them from the host.' })
export class DirectoryMember {
  row: DirectoryMemberRow;

  @Field(() => User, { description: 'The member.' })
  user: User;

  @Field(() => OrganizationRoleType, { description: "The member's role." })
  role: OrganizationRole;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'The newest revision of the membership that a call gave. Null if none did.',
  })
  revision: number | null;
}

@ObjectType({ description: 'A member, and their position in the list.' })
export class DirectoryMemberEdge {
  @Field(() => String, { description: 'The position in the list, for `after`.' })
  cursor: string;

  @Field(() => DirectoryMember, { description: 'The member.' })
  node: DirectoryMember;
}

@ObjectType({ description: 'A page of members.' })
export class DirectoryMemberConnection implements Page<DirectoryMember> {
  @Field(() => [DirectoryMemberEdge], { description: 'The members with their cursors.' })
  edges: DirectoryMemberEdge[];

  @Field(() => [DirectoryMember], { description: 'The members without their cursors.' })
  nodes: DirectoryMember[];

  @Field(() => PageInfo, { description: 'The position of this page.' })
  pageInfo: PageInfo;
}

@ObjectType({ description: 'A pending invitation as the service has it from the host.' })
export class DirectoryInvitation {
  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, { description: 'The e-mail of the invited person.' })
  email: string;

  @Field(() => OrganizationRoleType, { description: 'The role that the invited person gets.' })
  role: OrganizationRole;
}

@ObjectType({ description: 'An invitation, and its position in the list.' })
export class DirectoryInvitationEdge {
  @Field(() => String, { description: 'The position in the list, for `after`.' })
  cursor: string;

  @Field(() => DirectoryInvitation, { description: 'The invitation.' })
  node: DirectoryInvitation;
}

@ObjectType({ description: 'A page of invitations.' })
export class DirectoryInvitationConnection implements Page<DirectoryInvitation> {
  @Field(() => [DirectoryInvitationEdge], { description: 'The invitations with their cursors.' })
  edges: DirectoryInvitationEdge[];

  @Field(() => [DirectoryInvitation], { description: 'The invitations without their cursors.' })
  nodes: DirectoryInvitation[];

  @Field(() => PageInfo, { description: 'The position of this page.' })
  pageInfo: PageInfo;
}
