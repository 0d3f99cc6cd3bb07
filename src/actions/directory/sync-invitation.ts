import type { OrganizationRole } from '../../domain/access/permissions';
import { findInvitation, insertInvitation, updateInvitation } from '../../store/invitations';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { alreadySpent } from './refuse';

/** Notes a pending invitation, or its changed address or role. A spent one stays spent (R8). */
export function syncInvitation(
  { transactions }: Services,
  invitation: { organizationId: string; id: string; email: string; role: OrganizationRole },
): Promise<{ changed: boolean }> {
  const { organizationId, id, email, role } = invitation;
  return changeAsHost(transactions, organizationId, async (transaction) => {
    const known = await findInvitation(transaction.writer, organizationId, id);
    if (known && known.status !== 'PENDING') throw alreadySpent();
    if (known?.email === email && known.role === role) return { changed: false };

    await (known ? updateInvitation : insertInvitation)(transaction.writer, organizationId, invitation);
    transaction.append({
      kind: known ? 'INVITATION_CHANGED' : 'INVITATION_CREATED',
      details: { invitationId: id, role },
    });
    return { changed: true };
  });
}
