import { grantAccessOf } from '../../domain/access/permissions';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { Memberships } from './memberships';
import { type DirectoryOutcome, stale } from './refuse';

/**
 * Ends a membership; `changed` is false if the user is not a member (R6, R12). A removal that is older than the membership leaves it, and
 * revokes a grant that was given before the service knew of a membership as new as the removal (D2): it was given to the membership that
 * the removal ended. Without a revision from then, nobody knows that it was not.
 */
export function removeMember(
  { transactions }: Services,
  { organizationId, userId, revision = null }: { organizationId: string; userId: string; revision?: number | null },
): Promise<DirectoryOutcome> {
  return changeAsHost(transactions, organizationId, async (transaction) => {
    const memberships = await Memberships.read(transaction, [userId]);
    const order = memberships.orderOf(userId, revision);
    if (order === 'SAME') return { changed: false };
    const member = memberships.memberOf(userId);
    if (order === 'OLDER') {
      const hasEarlierGrant =
        member !== undefined &&
        grantAccessOf(member.billingRole) !== null &&
        (member.grantedRevision === null || member.grantedRevision < revision!);
      if (hasEarlierGrant) memberships.revokeEarlierGrant(member);
      await memberships.write();
      return { changed: hasEarlierGrant, stale: stale() };
    }
    memberships.note(userId, { revision, profileRevision: null });
    if (member) memberships.leave(member);
    await memberships.write();
    return { changed: member !== undefined };
  });
}
