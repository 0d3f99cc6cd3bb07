import type { AdminRemovalReason } from '../../domain/roster/changes';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { giveGrant, type MemberRow } from '../../store/members';
import { rosterFull } from './refuse';

/** Gives a teammate billing access (A2); `ROSTER_FULL` where the roster holds its most already (R10). */
export async function grantAccess(
  transaction: OrganizationTransaction,
  member: MemberRow,
  actorId: string,
  rosterLimit: number,
): Promise<void> {
  const { organization, writer, logTime } = transaction;
  if (!(await giveGrant(writer, organization.id, member, { at: logTime, by: actorId }, rosterLimit)))
    throw rosterFull(rosterLimit);
  transaction.append({ kind: 'ADMIN_ADDED', subjectId: member.userId, actorId });
}

/** Logs that a billing admin's grant was revoked. The caller has revoked the grant, or ended the membership. */
export function logRemoval(
  transaction: OrganizationTransaction,
  userId: string,
  reason: AdminRemovalReason,
  actorId: string | null,
): void {
  transaction.append({ kind: 'ADMIN_REMOVED', subjectId: userId, actorId, details: { reason } });
}
