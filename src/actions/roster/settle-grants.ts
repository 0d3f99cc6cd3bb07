import { grantAccessOf } from '../../domain/access/permissions';
import { detailsOfGrant } from '../../domain/roster/grants';
import { endingGrants, setGrantDue, takeGrant } from '../../store/members';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/**
 * Writes the ends of grants, and which of them end soon (T2). Returns when the next of these is due, by the database's clock in milliseconds
 * since the epoch; null if no grant has an end.
 */
export async function settleGrants(transaction: OrganizationTransaction): Promise<number | null> {
  const { organization, writer, databaseNow } = transaction;
  let next: number | null = null;
  for (const { dueAt, ...grant } of await endingGrants(writer, organization.id)) {
    const { userId, expiresAt } = grant;
    const details = detailsOfGrant({ access: grantAccessOf(grant.billingRole)!, expiresAt });
    if (expiresAt <= databaseNow) {
      await takeGrant(writer, organization.id, grant);
      // Never before the end, whatever the clock of this instance says.
      transaction.append({
        kind: 'ADMIN_REMOVED',
        subjectId: userId,
        details: { reason: 'EXPIRED', ...details },
        notBefore: expiresAt,
      });
      continue;
    }
    if (dueAt <= databaseNow) {
      await setGrantDue(writer, organization.id, userId, expiresAt);
      transaction.append({ kind: 'ADMIN_EXPIRING', subjectId: userId, details });
    }
    next = Math.min(next ?? Infinity, dueAt <= databaseNow ? expiresAt : dueAt);
  }
  return next;
}
