import { Refusal } from '../../domain/refusals';
import { type Grant, grantOf, grantToGive, isSameGrant } from '../../domain/roster/grants';
import { closeOpenRequest } from '../requests/close-open-request';
import type { Services } from '../services';
import { changeGrant, type RosterCommand, type RosterOutcome } from './change-grant';
import { changeTerms } from './grants';
import { requireVersion } from './refuse';

/**
 * Changes what a billing admin's grant gives, or when it ends (T1, T2). What is not in `terms` stays as it is. `changed` is false if the grant
 * is so already; a user without a grant is `NOT_FOUND` (R4, R5).
 */
export function updateBillingAdmin(
  { transactions, maxGrantDays }: Services,
  { terms, ...command }: RosterCommand & { readonly terms: Partial<Grant> },
): Promise<RosterOutcome> {
  return changeGrant(transactions, command, async (transaction, member) => {
    const held = member ? grantOf(member) : null;
    const asked = held && { ...held, ...terms };
    if (asked && isSameGrant(held, asked)) return false;
    requireVersion(transaction, command.expectedVersion);
    if (!member || !asked) throw new Refusal('NOT_A_BILLING_ADMIN', ['input', 'userId']);

    // An end that stays was allowed when it was set, and counts as it is.
    const grant =
      terms.expiresAt === undefined
        ? asked
        : grantToGive(asked, transaction.databaseNow, maxGrantDays, ['input', 'expiresAt']);
    await changeTerms(transaction, member, grant, command.actorId);
    if (grant.access === 'MANAGE') await closeOpenRequest(transaction, member, 'ADDED');
    return true;
  });
}
