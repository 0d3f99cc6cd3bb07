import { Arg, Ctx, Directive, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { acceptInvitation } from '../../actions/directory/accept-invitation';
import { removeMember } from '../../actions/directory/remove-member';
import { removeOrganization } from '../../actions/directory/remove-organization';
import { removeUser } from '../../actions/directory/remove-user';
import { revokeInvitation } from '../../actions/directory/revoke-invitation';
import { syncInvitation } from '../../actions/directory/sync-invitation';
import { syncMember } from '../../actions/directory/sync-member';
import { syncOrganization } from '../../actions/directory/sync-organization';
import type { OperationContext } from '../context';
import { refusable, UserError } from '../errors/user-error';
import {
  AcceptInvitationInput,
  OrganizationInput,
  RemoveMemberInput,
  RemoveUserInput,
  RevokeInvitationInput,
  SyncInvitationInput,
  SyncMemberInput,
  SyncOrganizationInput,
  userOf,
} from './directory-inputs';

const DIRECTORY_WRITE = '@requiresScopes(scopes: [["directory:write"]])';

@ObjectType({ description: 'The result of a directory call.' })
export class DirectoryPayload {
  @Field(() => Boolean, { description: 'False if everything was already known (a repeated call).' })
  changed: boolean;

  @Field(() => [UserError], { description: 'Why nothing changed. Empty if the call was not refused.' })
  userErrors: UserError[];
}

@Resolver()
export class DirectoryMutations {
  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description: 'Creates or updates an organization.',
  })
  syncOrganization(
    @Arg('input', () => SyncOrganizationInput) { id, name, contractType = null }: SyncOrganizationInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => syncOrganization(services, { id, name, contractType }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description: "Creates a member, or updates a member's role, name, e-mail or picture.",
  })
  syncMember(
    @Arg('input', () => SyncMemberInput) { organizationId, user, role }: SyncMemberInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => syncMember(services, { organizationId, user: userOf(user), role }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description: 'Ends a membership and revokes the grant. Rejoining does not restore the grant.',
  })
  removeMember(
    @Arg('input', () => RemoveMemberInput) { organizationId, userId }: RemoveMemberInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => removeMember(services, { organizationId, userId }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, { nullable: true, description: 'Creates or updates a pending invitation.' })
  syncInvitation(
    @Arg('input', () => SyncInvitationInput) { organizationId, id, email, role }: SyncInvitationInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => syncInvitation(services, { organizationId, id, email, role }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description:
      "Makes the user who accepts a member, with the invitation's role. The role of an existing member does not change.",
  })
  acceptInvitation(
    @Arg('input', () => AcceptInvitationInput) { organizationId, id, user }: AcceptInvitationInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => acceptInvitation(services, { organizationId, id, user: userOf(user) }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, { nullable: true, description: 'Revokes a pending invitation.' })
  revokeInvitation(
    @Arg('input', () => RevokeInvitationInput) { organizationId, id }: RevokeInvitationInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => revokeInvitation(services, { organizationId, id }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description: 'Ends all memberships of a user, then erases name, e-mail and picture.',
  })
  removeUser(
    @Arg('input', () => RemoveUserInput) { userId }: RemoveUserInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => removeUser(services, { userId }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description: 'Ends an organization. Its log stays, and its id cannot be used again.',
  })
  removeOrganization(
    @Arg('input', () => OrganizationInput) { organizationId }: OrganizationInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => removeOrganization(services, { organizationId }));
  }
}

function answer(run: () => Promise<{ changed: boolean }>): Promise<DirectoryPayload> {
  return refusable<DirectoryPayload>(run, { changed: false });
}
