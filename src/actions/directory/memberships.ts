import type { OrganizationRole } from '../../domain/access/permissions';
import { forgetName, keepName } from '../../store/former-members';
import type { Change } from '../../store/open-change';
import { deleteMember, insertMember, type MemberRow, setRole } from '../../store/members';
import type { UserRow } from '../../store/users';
import { closeOpenRequest } from '../requests/close-open-request';
import { logRemoval } from '../roster/grants';

/** Makes a member (R12). Whatever access they had before they left does not come back (R6). */
export async function join(change: Change, user: UserRow, role: OrganizationRole): Promise<void> {
  const place = change.append({ kind: 'TEAMMATE_JOINED', subjectId: user.id, details: { role } });
  await insertMember(change.writer, change.organization.id, user, role, { at: change.logTime, ...place });
  await forgetName(change.writer, change.organization.id, user.id);
  if (role === 'OWNER') change.append({ kind: 'OWNER_ADDED', subjectId: user.id });
}

/** Ends a membership, and with it the grant and the open request (R6, R11, R12). The name stays, as it is now (A10). */
export async function leave(change: Change, member: MemberRow): Promise<void> {
  const { userId, standing } = member;
  await deleteMember(change.writer, change.organization.id, userId);
  await keepName(change.writer, change.organization.id, userId);
  if (standing === 'BILLING_ADMIN') logRemoval(change, userId, 'LEFT_ORGANIZATION', null);
  if (standing === 'OWNER') change.append({ kind: 'OWNER_REMOVED', subjectId: userId });
  change.append({ kind: 'TEAMMATE_LEFT', subjectId: userId });
  await closeOpenRequest(change, member, 'LEFT_ORGANIZATION');
}

/** Changes what the host says a member is. An owner's grant goes, since they need none and must hide none (R7, R12). */
export async function changeRole(change: Change, member: MemberRow, role: OrganizationRole): Promise<void> {
  const { userId, standing } = member;
  await setRole(change.writer, change.organization.id, member, role);
  if (role === 'OWNER') {
    if (standing === 'BILLING_ADMIN') logRemoval(change, userId, 'BECAME_OWNER', null);
    change.append({ kind: 'OWNER_ADDED', subjectId: userId });
    await closeOpenRequest(change, member, 'BECAME_OWNER');
  } else if (standing === 'OWNER') {
    change.append({ kind: 'OWNER_REMOVED', subjectId: userId, details: { role } });
  } else {
    change.append({ kind: 'ROLE_CHANGED', subjectId: userId, details: { role } });
  }
}
