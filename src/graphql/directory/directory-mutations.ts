import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Directive, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { acceptInvitation } from '../../actions/directory/accept-invitation';
import type { DirectoryOutcome } from '../../actions/directory/refuse';
import { removeMember } from '../../actions/directory/remove-member';
import { removeOrganization } from '../../actions/directory/remove-organization';
import { removeUser } from '../../actions/directory/remove-user';
import { revokeInvitation } from '../../actions/directory/revoke-invitation';
import { importBillingAdmins } from '../../actions/roster/import-billing-admins';
import { syncInvitation } from '../../actions/directory/sync-invitation';
import { syncMember } from '../../actions/directory/sync-member';
import { type MemberOutcome, syncMembers } from '../../actions/directory/sync-members';
import { syncOrganization } from '../../actions/directory/sync-organization';
import { isIdentifier } from '../../domain/identifiers';
import { MalformedEntry, Refusal } from '../../domain/refusals';
import type { OperationContext } from '../context';
import { refusable, toUserError, UserError } from '../errors/user-error';
import { grantOfInput } from '../roster/grant-of-input';
import { type EntryFault, faultsOfEntries } from '../input/check-inputs';
import {
  AcceptInvitationInput,
  BAD_PICTURE,
  type DirectoryMemberInput,
  ImportBillingAdminsInput,
  isBadPicture,
  memberOf,
  OrganizationInput,
  RemoveMemberInput,
  RemoveUserInput,
  RevokeInvitationInput,
  SyncInvitationInput,
  SyncMemberInput,
  SyncMembersInput,
  SyncOrganizationInput,
  userOf,
} from './directory-inputs';

const DIRECTORY_WRITE = '@requiresScopes(scopes: [["directory:write"]])';

const MOST_IN_A_CALL = 1_000;

@ObjectType({ description: 'The result of a directory call.' })
export class DirectoryPayload {
  @Field(() => Boolean, { description: 'False if everything was already known (a repeated call).' })
  changed: boolean;

  @Field(() => [UserError], { description: 'Why nothing changed. Empty if the call was not refused.' })
  userErrors: UserError[];
}

@ObjectType({ description: 'The results of a call for many members.' })
export class SyncMembersPayload {
  @Field(() => [DirectoryPayload], {
    description: 'One result for each member, in their order. Empty if the whole call was refused.',
  })
  results: DirectoryPayload[];

  @Field(() => [UserError], { description: 'Why the whole call was refused. Empty if it was not.' })
  userErrors: UserError[];
}

@ObjectType({ description: 'The results of an import of billing admins.' })
export class ImportBillingAdminsPayload {
  @Field(() => [DirectoryPayload], {
    description: 'One result for each billing admin, in their order. Empty if the whole call was refused.',
  })
  results: DirectoryPayload[];

  @Field(() => [UserError], { description: 'Why the whole call was refused. Empty if it was not.' })
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
    @Arg('input', () => SyncMemberInput) { organizationId, user, role, revision = null }: SyncMemberInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => syncMember(services, { organizationId, user: userOf(user), role, revision }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => SyncMembersPayload, {
    nullable: true,
    description:
      'Like syncMember, for many members of one organization. Each is accepted or refused on its own, in order. A malformed entry in the variables is INVALID on its own.',
  })
  syncMembers(
    @Arg('input', () => SyncMembersInput) { organizationId, members, syncId = null }: SyncMembersInput,
    @Ctx() { services }: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SyncMembersPayload> {
    return refusable<SyncMembersPayload>(
      async () => {
        if (members.length > MOST_IN_A_CALL)
          throw new Refusal('TOO_MANY_MEMBERS', ['input', 'members'], { limit: MOST_IN_A_CALL });
        const found = faultsOfEntries(info);
        const faults = members.map((member, place) => found[place] ?? faultOfPicture(member));
        const sound = members.filter((_, place) => !faults[place]).map(memberOf);
        const refusedIds = members.flatMap(({ user }, place) => {
          const fault = faults[place];
          const id = fault?.ids ? fault.ids['user.id'] : user.id;
          return fault && id !== undefined && isIdentifier(id) ? id : [];
        });
        const judged = (await syncMembers(services, { organizationId, members: sound, syncId, refusedIds })).values();
        return { results: members.map((_, place) => toPayload(malformed(faults[place]) ?? judged.next().value!)) };
      },
      { results: [] },
    );
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description:
      'Ends a membership and revokes the grant. Rejoining does not restore the grant. If the removal is older than the membership, it is STALE and only revokes a grant that was given before the service knew of a newer membership.',
  })
  removeMember(
    @Arg('input', () => RemoveMemberInput) { organizationId, userId, revision = null }: RemoveMemberInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => removeMember(services, { organizationId, userId, revision }));
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => ImportBillingAdminsPayload, {
    nullable: true,
    description:
      "Takes over billing admins from an earlier system, with the owner who added each and when. Each is accepted or refused on its own, in order. If the user's access has ended here since that time, the entry is ALREADY_DECIDED. A user who is a billing admin already keeps the grant as it is.",
  })
  importBillingAdmins(
    @Arg('input', () => ImportBillingAdminsInput) { organizationId, admins }: ImportBillingAdminsInput,
    @Ctx() { services }: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImportBillingAdminsPayload> {
    return refusable<ImportBillingAdminsPayload>(
      async () => {
        if (admins.length > MOST_IN_A_CALL)
          throw new Refusal('TOO_MANY_BILLING_ADMINS', ['input', 'admins'], { limit: MOST_IN_A_CALL });
        const faults = faultsOfEntries(info);
        const sound = admins
          .filter((_, place) => !faults[place])
          .map((admin) => ({
            userId: admin.userId,
            addedById: admin.addedById,
            addedAt: admin.addedAt.getTime(),
            grant: grantOfInput(admin),
          }));
        const judged = (await importBillingAdmins(services, { organizationId, admins: sound })).values();
        return { results: admins.map((_, place) => toPayload(malformed(faults[place]) ?? judged.next().value!)) };
      },
      { results: [] },
    );
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
    @Arg('input', () => AcceptInvitationInput) { organizationId, id, user, revision = null }: AcceptInvitationInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => acceptInvitation(services, { organizationId, id, user: userOf(user), revision }));
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
    @Arg('input', () => RemoveUserInput) { userId, revision = null }: RemoveUserInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryPayload> {
    return answer(() => removeUser(services, { userId, revision }));
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

async function answer(run: () => Promise<DirectoryOutcome>): Promise<DirectoryPayload> {
  try {
    return toPayload(await run());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return toPayload({ refusal: error });
  }
}

function toPayload(outcome: MemberOutcome): DirectoryPayload {
  if ('refusal' in outcome) return { changed: false, userErrors: [toUserError(outcome.refusal)] };
  return { changed: outcome.changed, userErrors: outcome.stale ? [toUserError(outcome.stale)] : [] };
}

function faultOfPicture({ user }: DirectoryMemberInput): EntryFault | null {
  if (!isBadPicture(user)) return null;
  return { path: ['user', 'avatarUrl'], message: `user.avatarUrl ${BAD_PICTURE}`, ids: null };
}

function malformed(fault: EntryFault | null | undefined): MemberOutcome | null {
  return fault ? { refusal: new MalformedEntry(fault.message, ['input', ...fault.path]) } : null;
}
