import type { AdminRemovalReason } from '../../domain/roster/changes';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { detailsOfGrant, firstDueAt, type Grant } from '../../domain/roster/grants';
import { changeGrantTerms, giveGrant, type MemberRow } from '../../store/members';
import { rosterFull } from './refuse';

/** Gives a teammate a grant (A2); `ROSTER_FULL` where the roster holds its most already (R10). */
export async function grantAccess(
  transaction: OrganizationTransaction,
  member: MemberRow,
  grant: Grant,
  actorId: string,
  rosterLimit: number,
): Promise<void> {
  const { organization, writer, logTime, databaseNow } = transaction;
  const dueAt = firstDueAt(grant, databaseNow);
  const given = { ...grant, dueAt, at: logTime, by: actorId };
  if (!(await giveGrant(writer, organization.id, member, given, rosterLimit))) throw rosterFull(rosterLimit);
  if (dueAt !== null) transaction.dueBy(dueAt);
  transaction.append({ kind: 'ADMIN_ADDED', subjectId: member.userId, actorId, details: detailsOfGrant(grant) });
}

/** Changes what a billing admin's grant gives, or when it ends (T1). */
export async function changeTerms(
  transaction: OrganizationTransaction,
  member: MemberRow,
  grant: Grant,
  actorId: string,
): Promise<void> {
  const { organization, writer, databaseNow } = transaction;
  const dueAt = firstDueAt(grant, databaseNow);
  await changeGrantTerms(writer, organization.id, member, { ...grant, dueAt });
  if (dueAt !== null) transaction.dueBy(dueAt);
  transaction.append({ kind: 'ADMIN_UPDATED', subjectId: member.userId, actorId, details: detailsOfGrant(grant) });
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
