import { membersAmong } from '../../store/members';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { leave } from './memberships';

/** Ends a membership; `changed` is false for whoever is no member (R6, R12). */
export function removeMember(
  { door }: Services,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<{ changed: boolean }> {
  return changeAsHost(door, organizationId, async (change) => {
    const member = (await membersAmong(change.writer, organizationId, [userId])).get(userId);
    if (!member) return { changed: false };
    await leave(change, member);
    return { changed: true };
  });
}
