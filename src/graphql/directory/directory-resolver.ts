import { Arg, Ctx, Directive, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { readDirectoryOrganization, readDirectoryOrganizations } from '../../actions/directory/read-directory';
import { isIdentifier } from '../../domain/identifiers';
import { grantOf } from '../../domain/roster/grants';
import type { DirectoryMemberRow } from '../../store/directory-pages';
import type { OperationContext } from '../context';
import { BillingAdmin } from '../roster/roster-types';
import { decodeCursor, encodeCursor } from '../shared/cursors';
import { type Page, pageOf, pageSize } from '../shared/pages';
import { SafeInt, toDate } from '../shared/scalars';
import { knownPerson, toUser } from '../shared/user';
import {
  type DirectoryInvitation,
  DirectoryInvitationConnection,
  DirectoryMember,
  DirectoryMemberConnection,
  DirectoryOrganization,
  DirectoryOrganizationConnection,
} from './directory-types';

const DIRECTORY_READ = '@requiresScopes(scopes: [["directory:read"]])';

/** A back end reads much, in few calls. */
const USUAL = 100;
const MOST_ON_A_PAGE = 1_000;

const FIRST = { nullable: true, defaultValue: USUAL, description: 'The number of items, 1 to 1,000.' };
const AFTER = { nullable: true, description: 'The cursor of the last item that the caller has.' };

/** What a cursor begins with: a cursor of one list is not valid in another. */
const LISTS = { organizations: 1, members: 2, invitations: 3 } as const;

const sizeOf = (first: number | null) => pageSize(first, { usual: USUAL, most: MOST_ON_A_PAGE });

@Resolver(() => DirectoryOrganization)
export class DirectoryResolver {
  @Directive(DIRECTORY_READ)
  @Query(() => DirectoryOrganization, {
    nullable: true,
    description: "For a host's back end: an organization as the service has it. Null if it does not exist.",
  })
  directoryOrganization(
    @Arg('id', () => ID, { description: "The host's own id." }) id: string,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectoryOrganization | null> {
    return readDirectoryOrganization(services, id);
  }

  @Directive(DIRECTORY_READ)
  @Query(() => DirectoryOrganizationConnection, {
    nullable: true,
    description: "For a host's back end: all organizations, ordered by id.",
  })
  async directoryOrganizations(
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OperationContext,
  ): Promise<Page<DirectoryOrganization>> {
    const size = sizeOf(first);
    const rows = await readDirectoryOrganizations(services, placeIn('organizations', after), size + 1);
    return pageOf(
      rows,
      size,
      after == null,
      (row) => row,
      ({ id }) => encodeCursor([LISTS.organizations, id]),
    );
  }

  @FieldResolver(() => SafeInt, { description: 'The number of members.' })
  memberCount(@Root() { id }: DirectoryOrganization, @Ctx() { reads }: OperationContext): Promise<number> {
    return reads.directory.memberCount.load(id);
  }

  @FieldResolver(() => DirectoryMemberConnection, { description: 'The members, ordered by id.' })
  async members(
    @Root() { id: organizationId }: DirectoryOrganization,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { reads }: OperationContext,
  ): Promise<Page<DirectoryMember>> {
    const size = sizeOf(first);
    const place = { organizationId, after: placeIn('members', after), limit: size + 1 };
    return pageOf(await reads.directory.members.load(place), size, after == null, toMember, ({ id }) =>
      encodeCursor([LISTS.members, id]),
    );
  }

  @FieldResolver(() => DirectoryInvitationConnection, { description: 'The pending invitations, ordered by id.' })
  async pendingInvitations(
    @Root() { id: organizationId }: DirectoryOrganization,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { reads }: OperationContext,
  ): Promise<Page<DirectoryInvitation>> {
    const size = sizeOf(first);
    const place = { organizationId, after: placeIn('invitations', after), limit: size + 1 };
    return pageOf(
      await reads.directory.invitations.load(place),
      size,
      after == null,
      ({ id, email, role }) => ({ id, email, role }),
      ({ id }) => encodeCursor([LISTS.invitations, id]),
    );
  }
}

@Resolver(() => DirectoryMember)
export class DirectoryMemberResolver {
  @FieldResolver(() => BillingAdmin, { nullable: true, description: 'Null if the member is no billing admin.' })
  async billingAdmin(
    @Root() { row, user }: DirectoryMember,
    @Ctx() { reads }: OperationContext,
  ): Promise<BillingAdmin | null> {
    const grant = grantOf(row);
    if (!grant) return null;
    const addedBy = await knownPerson(reads, row.organizationId, row.grantedBy);
    return {
      user,
      addedBy,
      addedAt: toDate(row.grantedAt ?? 0),
      access: grant.access,
      expiresAt: toDate(grant.expiresAt),
    };
  }
}

function toMember(row: DirectoryMemberRow): DirectoryMember {
  return { row, user: toUser(row), role: row.role, revision: row.revision };
}

/** The id after which a list goes on. No id is empty. */
function placeIn(list: keyof typeof LISTS, after: string | null | undefined): string {
  if (after == null) return '';
  const isPosition = (value: unknown): value is [list: number, id: string] =>
    Array.isArray(value) &&
    value.length === 2 &&
    value[0] === LISTS[list] &&
    typeof value[1] === 'string' &&
    isIdentifier(value[1]);
  return decodeCursor(after, isPosition)[1];
}
