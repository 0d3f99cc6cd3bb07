import { membersAmong } from '../../store/members';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { leave } from './memberships';

/** Ends a membership; `changed` is false if the user is not a member (R6, R12). */
export function removeMember(
  { transactions }: Services,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<{ changed: boolean }> {
  return changeAsHost(transactions, organizationId, async (transaction) => {
    const member = (await membersAmong(transaction.writer, organizationId, [userId])).get(userId);
    if (!member) return { changed: false };
    await leave(transaction, member);
    return { changed: true };
  });
}
