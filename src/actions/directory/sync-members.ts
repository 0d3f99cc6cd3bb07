import type { OrganizationRole } from '../../domain/access/permissions';
import { Refusal } from '../../domain/refusals';
import { type InvitationRow, pendingInvitationsByEmail } from '../../store/invitations';
import { mapGivingWay } from '../../store/map-giving-way';
import { emailKeyOf } from '../../store/members';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { requireOpenSync } from './directory-sync';
import { followUpOn } from './follow-up';
import { Memberships } from './memberships';
import { type DirectoryUser, Profiles } from './profiles';
import { type DirectoryOutcome, stale } from './refuse';

/** A member of an organization as a directory call describes them. */
export interface DirectoryMember {
  readonly user: DirectoryUser;
  readonly role: OrganizationRole;
  /** Of the membership (D2). Null or left out: the call has none. */
  readonly revision?: number | null;
}

export interface MembersOfOrganization {
  readonly organizationId: string;
  readonly members: readonly DirectoryMember[];
  /** The full sync that they belong to (D3). */
  readonly syncId?: string | null;
  /** Users whose entries were malformed: a full sync has named them all the same. */
  readonly refusedIds?: readonly string[];
}

/** What became of one entry, or why it was refused. */
export type MemberOutcome = DirectoryOutcome | { readonly refusal: Refusal };

/**
 * Makes members of an organization, or takes over their changed roles and profiles (R8, R12, R14). Each entry is judged for itself, in
 * order; all are written together, in one organization transaction (D1).
 */
export async function syncMembers(
  services: Services,
  { organizationId, members, syncId = null, refusedIds = [] }: MembersOfOrganization,
): Promise<MemberOutcome[]> {
  const { outcomes, followUps } = await changeAsHost(services.transactions, organizationId, async (transaction) => {
    if (syncId !== null) requireOpenSync(transaction, syncId);
    const sync = await MemberSync.begin(transaction, { members, isFullSync: syncId !== null, refusedIds });
    const results = await mapGivingWay(members, (member) => outcomeOf(() => sync.take(member)));
    return { outcomes: results, followUps: await sync.write() };
  });
  for (const userId of followUps) await followUpOn(services, userId);
  return outcomes;
}

function outcomeOf(work: () => DirectoryOutcome): MemberOutcome {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: error };
  }
}

class MemberSync {
  private constructor(
    private readonly organizationId: string,
    private readonly profiles: Profiles,
    private readonly memberships: Memberships,
    /** Pending invitations by the folded key of their e-mail. */
    private readonly invitations: Map<string, InvitationRow[]>,
    private readonly isFullSync: boolean,
  ) {}

  static async begin(
    transaction: OrganizationTransaction,
    {
      members,
      isFullSync,
      refusedIds,
    }: Pick<Required<MembersOfOrganization>, 'members' | 'refusedIds'> & { isFullSync: boolean },
  ): Promise<MemberSync> {
    const { writer, organization } = transaction;
    const userIds = [...new Set(members.map(({ user }) => user.id))];
    const profiles = await Profiles.lock(writer, userIds);
    const alsoNamed = isFullSync ? refusedIds : [];
    const memberships = await Memberships.read(transaction, [...new Set([...userIds, ...alsoNamed])]);
    for (const userId of alsoNamed) memberships.name(userId);
    const joining = members.filter(({ user }) => !memberships.memberOf(user.id)).map(({ user }) => user.email);
    const invitations = await pendingInvitationsByEmail(writer, organization.id, joining);
    return new MemberSync(organization.id, profiles, memberships, invitations, isFullSync);
  }

  take({ user, role, revision = null }: DirectoryMember): DirectoryOutcome {
    const { memberships, profiles, isFullSync } = this;
    if (isFullSync) memberships.name(user.id);
    const order = memberships.orderOf(user.id, revision);
    if (order === 'OLDER') return { changed: this.takeNewerProfile(user), stale: stale() };
    if (isFullSync && memberships.isLeftBySync(user.id, revision)) return { changed: false };

    const profileChanged = profiles.takeOver(user, revision);
    // From here on nothing is refused.
    const given = { revision, profileRevision: user.revision ?? null };
    if (isFullSync) memberships.noteInSync(user.id, given);
    else memberships.note(user.id, given);
    const member = memberships.memberOf(user.id);
    if (member && profileChanged) memberships.takeOverProfile(member, profiles.of(user.id));
    // A full sync repairs also what an earlier one, or a call without a revision, has made of the same revision.
    if (order === 'SAME' && !isFullSync) return { changed: profileChanged };
    if (!member) {
      memberships.join(profiles.of(user.id), role);
      this.settleInvitationsOf(user);
      return { changed: true };
    }
    if (member.role !== role) memberships.changeRole(memberships.memberOf(user.id)!, role);
    return { changed: profileChanged || member.role !== role };
  }

  /** Returns the users that need a follow-up. */
  async write(): Promise<string[]> {
    const followUps = await this.profiles.write(this.organizationId);
    await this.memberships.write();
    return followUps;
  }

  /** A profile has revisions of its own: that of an older membership may be the newest there is. */
  private takeNewerProfile(user: DirectoryUser): boolean {
    if (user.revision == null || !this.profiles.takeOver(user, null)) return false;
    const member = this.memberships.memberOf(user.id);
    if (member) this.memberships.takeOverProfile(member, this.profiles.of(user.id));
    return true;
  }

  /** Those of the e-mail that came with the join (R8). */
  private settleInvitationsOf({ id, email }: DirectoryUser): void {
    const key = emailKeyOf(email);
    for (const invitation of this.invitations.get(key) ?? []) this.memberships.accept(invitation, id);
    this.invitations.delete(key);
  }
}
