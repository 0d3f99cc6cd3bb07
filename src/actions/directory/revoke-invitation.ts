import { findInvitation, spendInvitation } from '../../store/invitations';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { alreadySpent, unknownInvitation } from './refuse';

/** Takes a pending invitation back (R8). */
export function revokeInvitation(
  { transactions }: Services,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<{ changed: boolean }> {
  return changeAsHost(transactions, organizationId, async (transaction) => {
    const invitation = await findInvitation(transaction.writer, organizationId, id);
    if (!invitation) throw unknownInvitation();
    if (invitation.status === 'REVOKED') return { changed: false };
    if (invitation.status !== 'PENDING') throw alreadySpent();

    await spendInvitation(transaction.writer, organizationId, id, { status: 'REVOKED', userId: null });
    transaction.append({ kind: 'INVITATION_REVOKED', details: { invitationId: id } });
    return { changed: true };
  });
}
