import { grantAccessOf } from '../../domain/access/permissions';
import { takeGrant } from '../../store/members';
import type { Services } from '../services';
import { changeGrant, type RosterCommand, type RosterOutcome } from './change-grant';
import { logRemoval } from './grants';
import { requireVersion } from './refuse';

/** Revokes a billing admin's grant and nothing else. `changed` is false for a user without a grant, member or not (R3 to R5). */
export function removeBillingAdmin({ transactions }: Services, command: RosterCommand): Promise<RosterOutcome> {
  const { actorId, organizationId, userId, expectedVersion } = command;
  return changeGrant(transactions, command, async (transaction, member) => {
    if (!member || grantAccessOf(member.billingRole) === null) return false;
    requireVersion(transaction, expectedVersion);

    await takeGrant(transaction.writer, organizationId, member);
    logRemoval(transaction, userId, 'REMOVED_BY_OWNER', actorId);
    return true;
  });
}
