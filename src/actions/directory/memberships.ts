import type { OrganizationRole } from '../../domain/access/permissions';
import { forgetName, keepName } from '../../store/former-members';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { deleteMember, insertMember, type MemberRow, setRole } from '../../store/members';
import type { UserRow } from '../../store/users';
import { closeOpenRequest } from '../requests/close-open-request';
import { logRemoval } from '../roster/grants';

/** Makes a member (R12). Whatever access they had before they left does not come back (R6). */
export async function join(transaction: OrganizationTransaction, user: UserRow, role: OrganizationRole): Promise<void> {
  const place = transaction.append({ kind: 'TEAMMATE_JOINED', subjectId: user.id, details: { role } });
  await insertMember(transaction.writer, transaction.organization.id, user, role, {
    at: transaction.logTime,
    ...place,
  });
  await forgetName(transaction.writer, transaction.organization.id, user.id);
  if (role === 'OWNER') transaction.append({ kind: 'OWNER_ADDED', subjectId: user.id });
}

/** Ends a membership, and with it the grant and the open request (R6, R11, R12). The name stays, as it is now (A10). */
export async function leave(transaction: OrganizationTransaction, member: MemberRow): Promise<void> {
  const { userId, billingRole } = member;
  await deleteMember(transaction.writer, transaction.organization.id, userId);
  await keepName(transaction.writer, transaction.organization.id, userId);
  if (billingRole === 'BILLING_ADMIN') logRemoval(transaction, userId, 'LEFT_ORGANIZATION', null);
  if (billingRole === 'OWNER') transaction.append({ kind: 'OWNER_REMOVED', subjectId: userId });
  transaction.append({ kind: 'TEAMMATE_LEFT', subjectId: userId });
  await closeOpenRequest(transaction, member, 'LEFT_ORGANIZATION');
}

/** Changes what the host says a member is. An owner's grant goes, since they need none and must hide none (R7, R12). */
export async function changeRole(
  transaction: OrganizationTransaction,
  member: MemberRow,
  role: OrganizationRole,
): Promise<void> {
  const { userId, billingRole } = member;
  await setRole(transaction.writer, transaction.organization.id, member, role);
  if (role === 'OWNER') {
    if (billingRole === 'BILLING_ADMIN') logRemoval(transaction, userId, 'BECAME_OWNER', null);
    transaction.append({ kind: 'OWNER_ADDED', subjectId: userId });
    await closeOpenRequest(transaction, member, 'BECAME_OWNER');
  } else if (billingRole === 'OWNER') {
    transaction.append({ kind: 'OWNER_REMOVED', subjectId: userId, details: { role } });
  } else {
    transaction.append({ kind: 'ROLE_CHANGED', subjectId: userId, details: { role } });
  }
}
