import { billingRoleOf, grantAccessOf, type OrganizationRole } from '../../domain/access/permissions';
import { newestRevision, orderOfRevision, type RevisionOrder } from '../../domain/directory/revisions';
import { closeAccessRequests } from '../../store/access-requests';
import {
  directoryMembershipsOf,
  type DirectoryMembershipRow,
  putDirectoryMemberships,
} from '../../store/directory-memberships';
import { forgetNamesIn, keepNames } from '../../store/former-members';
import { acceptInvitations, type InvitationRow } from '../../store/invitations';
import { detailsOfGrant, firstDueAt, type Grant } from '../../domain/roster/grants';
import { IMPORTED } from '../../store/log/past-rosters';
import { deleteMemberWords, insertMemberWords } from '../../store/member-words';
import { deleteMembers, keysOf, type MemberRecord, memberRecords, NO_GRANT, putMembers } from '../../store/members';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import type { UserRow } from '../../store/users';
import { logRemoval } from '../roster/grants';
import { openSyncOf } from './directory-sync';

/** What a call says of its age; null: nothing. */
export interface GivenRevisions {
  readonly revision: number | null;
  readonly profileRevision: number | null;
}

const NOTHING_NOTED = { revision: null, profileRevision: null, namedIn: null, toldIn: null, toldWithoutRevision: 0 };

/**
 * The memberships that a directory call is about. Its changes are made one by one, in order, each on what the ones before it left, and
 * logged as they are made; `write` then writes them together, in a constant number of statements.
 */
export class Memberships {
  private readonly changed = new Set<string>();
  private readonly noted = new Set<string>();
  private readonly joined = new Set<string>();
  private readonly left = new Set<string>();
  /** Those whose words are not what is stored. */
  private readonly renamed = new Set<string>();
  private readonly accepted: { readonly invitation: InvitationRow; readonly userId: string }[] = [];
  private readonly closedRequests: string[] = [];

  /** The number of the full sync that is open; null if none is. */
  private readonly openSync: number | null;

  private constructor(
    private readonly transaction: OrganizationTransaction,
    private readonly members: Map<string, MemberRecord>,
    private readonly directory: Map<string, DirectoryMembershipRow>,
  ) {
    this.openSync = openSyncOf(transaction)?.number ?? null;
  }

  static async read(transaction: OrganizationTransaction, userIds: readonly string[]): Promise<Memberships> {
    const { writer, organization } = transaction;
    return new Memberships(
      transaction,
      await memberRecords(writer, organization.id, userIds),
      await directoryMembershipsOf(writer, organization.id, userIds),
    );
  }

  /** Undefined if the user is not a member. */
  memberOf(userId: string): MemberRecord | undefined {
    return this.members.get(userId);
  }

  /** How a call about the membership stands to what is known of it (D2). */
  orderOf(userId: string, revision: number | null): RevisionOrder {
    return orderOfRevision(revision, this.directory.get(userId)?.revision ?? null);
  }

  /** The newest revision of the profile that came with the membership. Null if none did. */
  profileRevisionOf(userId: string): number | null {
    return this.directory.get(userId)?.profileRevision ?? null;
  }

  /**
   * Notes the revisions of a call that is not older than what is known. One without leaves what is noted. While a full sync is open, it
   * is noted too that another call spoke of the user (D3); a repeat leaves whether that one had a revision.
   */
  note(userId: string, given: GivenRevisions): void {
    const known = this.noticeOf(userId);
    this.setNotice({ ...known, ...this.newest(known, given), ...this.toldNow(known, given) });
  }

  /** The same for an entry of the full sync itself. */
  noteInSync(userId: string, given: GivenRevisions): void {
    const known = this.noticeOf(userId);
    this.setNotice({ ...known, ...this.newest(known, given) });
  }

  /** Notes that the open full sync names the user, so that it does not end their membership. */
  name(userId: string): void {
    this.setNotice({ ...this.noticeOf(userId), namedIn: this.openSync });
  }

  /**
   * Whether an entry of the open full sync leaves the user as they are, because another call has spoken of them since the start (D3). If
   * both have a revision, these say which is newer.
   */
  isLeftBySync(userId: string, revision: number | null): boolean {
    const { toldIn, toldWithoutRevision, revision: known } = this.noticeOf(userId);
    if (toldIn === null || toldIn !== this.openSync) return false;
    return revision === null || toldWithoutRevision === 1 || revision === known;
  }

  /** Makes a member (R12). Whatever access they had before they left does not come back (R6). */
  join(user: UserRow, role: OrganizationRole): void {
    const { transaction } = this;
    const { sequence, version } = transaction.append({
      kind: 'TEAMMATE_JOINED',
      subjectId: user.id,
      details: { role },
    });
    this.set({
      ...{ userId: user.id, role, billingRole: billingRoleOf(role, null), ...NO_GRANT, ...keysOf(user) },
      ...{ joinedAt: transaction.logTime, joinedVersion: version, joinedSequence: sequence, openRequestId: null },
    });
    this.joined.add(user.id);
    this.renamed.add(user.id);
    if (role === 'OWNER') transaction.append({ kind: 'OWNER_ADDED', subjectId: user.id });
  }

  /** Ends a membership, and with it the grant and the open request (R6, R11, R12). The name stays, as it is now (A10). */
  leave(member: MemberRecord): void {
    const { userId, billingRole } = member;
    this.members.delete(userId);
    this.left.add(userId);
    if (grantAccessOf(billingRole) !== null) logRemoval(this.transaction, userId, 'LEFT_ORGANIZATION', null);
    if (billingRole === 'OWNER') this.transaction.append({ kind: 'OWNER_REMOVED', subjectId: userId });
    this.transaction.append({ kind: 'TEAMMATE_LEFT', subjectId: userId });
    this.closeOpenRequest(member, 'LEFT_ORGANIZATION');
  }

  /** Changes what the host says a member is. An owner's grant goes, since they need none and must hide none (R7, R12). */
  changeRole(member: MemberRecord, role: OrganizationRole): void {
    const { userId, billingRole } = member;
    const grant = grantAccessOf(billingRole);
    const keepsGrant = role !== 'OWNER' && grant !== null;
    this.set({ ...member, role, billingRole: billingRoleOf(role, grant), ...(!keepsGrant && NO_GRANT) });
    if (role === 'OWNER') {
      if (grant !== null) logRemoval(this.transaction, userId, 'BECAME_OWNER', null);
      this.transaction.append({ kind: 'OWNER_ADDED', subjectId: userId });
      this.closeOpenRequest(this.members.get(userId)!, 'BECAME_OWNER');
    } else if (billingRole === 'OWNER') {
      this.transaction.append({ kind: 'OWNER_REMOVED', subjectId: userId, details: { role } });
    } else {
      this.transaction.append({ kind: 'ROLE_CHANGED', subjectId: userId, details: { role } });
    }
  }

  /** Takes over a grant of an earlier system (D5). Nobody acted here: who gave it, and when, is in the entry's details. */
  importGrant(
    member: MemberRecord,
    { access, expiresAt }: Grant,
    { addedById, addedAt }: { readonly addedById: string; readonly addedAt: number },
  ): void {
    const { userId, role } = member;
    const dueAt = firstDueAt({ access, expiresAt }, this.transaction.databaseNow);
    const grant = {
      ...{ grantedAt: addedAt, grantedBy: addedById, grantedRevision: this.noticeOf(userId).revision },
      ...{ grantExpiresAt: expiresAt, grantDueAt: dueAt },
    };
    this.set({ ...member, billingRole: billingRoleOf(role, access), ...grant });
    if (dueAt !== null) this.transaction.dueBy(dueAt);
    this.transaction.append({
      kind: 'ADMIN_ADDED',
      subjectId: userId,
      details: { source: IMPORTED, addedById, addedAt, ...detailsOfGrant({ access, expiresAt }) },
    });
    this.closeOpenRequest(this.members.get(userId)!, 'ADDED');
  }

  /** Revokes a grant that ended with a membership before this one (D2). */
  revokeEarlierGrant(member: MemberRecord): void {
    this.set({ ...member, billingRole: billingRoleOf(member.role, null), ...NO_GRANT });
    logRemoval(this.transaction, member.userId, 'LEFT_ORGANIZATION', null);
  }

  /** Brings a member's sort and search keys in step with their profile. */
  takeOverProfile(member: MemberRecord, user: UserRow): void {
    const keys = keysOf(user);
    if (keys.nameKey !== member.nameKey || keys.emailKey !== member.emailKey) this.set({ ...member, ...keys });
    this.renamed.add(user.id);
    this.transaction.append({ kind: 'PROFILE_CHANGED', subjectId: user.id });
  }

  /** Spends an invitation that the user has accepted (R8). */
  accept(invitation: InvitationRow, userId: string): void {
    this.accepted.push({ invitation, userId });
    this.transaction.append({
      kind: 'INVITATION_ACCEPTED',
      subjectId: userId,
      details: { invitationId: invitation.id },
    });
  }

  async write(): Promise<void> {
    const { writer, organization, logTime } = this.transaction;
    const present = (userIds: ReadonlySet<string>) => [...userIds].flatMap((userId) => this.members.get(userId) ?? []);

    await deleteMembers(writer, organization.id, [...this.left]);
    await putMembers(writer, organization.id, present(this.changed));
    // Only words of a former name are out of date. A user who joins has some only if an older build left them.
    await deleteMemberWords(writer, organization.id, [
      ...this.left,
      ...[...this.renamed].filter((userId) => !this.joined.has(userId)),
    ]);
    await insertMemberWords(writer, organization.id, present(this.renamed));
    await keepNames(writer, organization.id, [...this.left]);
    await forgetNamesIn(writer, organization.id, [...this.joined]);
    await closeAccessRequests(writer, this.closedRequests, logTime);
    await acceptInvitations(writer, organization.id, this.accepted);
    await putDirectoryMemberships(
      writer,
      organization.id,
      [...this.noted].map((userId) => this.directory.get(userId)!),
    );
  }

  private noticeOf(userId: string): DirectoryMembershipRow {
    return this.directory.get(userId) ?? { userId, ...NOTHING_NOTED };
  }

  private newest(known: DirectoryMembershipRow, given: GivenRevisions): GivenRevisions {
    return {
      revision: newestRevision(given.revision, known.revision),
      profileRevision: newestRevision(given.profileRevision, known.profileRevision),
    };
  }

  private toldNow(known: DirectoryMembershipRow, given: GivenRevisions): Partial<DirectoryMembershipRow> {
    if (this.openSync === null) return {};
    const wasWithout = known.toldIn === this.openSync ? known.toldWithoutRevision : 0;
    const isRepeat = given.revision !== null && given.revision === known.revision;
    const isWithout = given.revision === null ? 1 : 0;
    return { toldIn: this.openSync, toldWithoutRevision: isRepeat ? wasWithout : isWithout };
  }

  private setNotice(row: DirectoryMembershipRow): void {
    const known = this.noticeOf(row.userId);
    const names = Object.keys(NOTHING_NOTED) as (keyof typeof NOTHING_NOTED)[];
    if (names.every((name) => known[name] === row[name])) return;
    this.directory.set(row.userId, row);
    this.noted.add(row.userId);
  }

  private set(member: MemberRecord): void {
    this.members.set(member.userId, member);
    this.changed.add(member.userId);
  }

  private closeOpenRequest(member: MemberRecord, reason: 'ADDED' | 'BECAME_OWNER' | 'LEFT_ORGANIZATION'): void {
    const { userId, openRequestId } = member;
    if (openRequestId === null) return;
    this.closedRequests.push(openRequestId);
    if (this.members.has(userId)) this.set({ ...member, openRequestId: null });
    this.transaction.append({
      kind: 'ACCESS_REQUEST_CLOSED',
      subjectId: userId,
      details: { requestId: openRequestId, reason },
    });
  }
}
