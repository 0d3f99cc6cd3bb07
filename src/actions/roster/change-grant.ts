import type { OrganizationTransactions } from '../../store/organization-transactions';
import type { MemberRow } from '../../store/members';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { changeAsMember } from '../change-organization';
import { ownerHasAccess } from './refuse';

export interface RosterCommand {
  readonly actorId: string;
  readonly organizationId: string;
  readonly userId: string;
  /** The version that the caller saw; null not to ask. */
  readonly expectedVersion: number | null;
}

/** What became of a call. */
export interface RosterOutcome {
  /** False if it had been so already. */
  readonly changed: boolean;
  /** The roster's version after the call. */
  readonly version: number;
}

/**
 * An owner's change of another user's grant; an owner has no grant to change (R3). `member` is undefined if the user is not a
 * member. `work` returns whether anything had to change.
 */
export function changeGrant(
  transactions: OrganizationTransactions,
  { actorId, organizationId, userId }: RosterCommand,
  work: (transaction: OrganizationTransaction, member: MemberRow | undefined) => Promise<boolean>,
): Promise<RosterOutcome> {
  return changeAsMember(
    transactions,
    organizationId,
    actorId,
    'MANAGE_BILLING_ADMINS',
    async (transaction, _actor, members) => {
      const member = members.get(userId);
      if (member?.billingRole === 'OWNER') throw ownerHasAccess();
      const changed = await work(transaction, member);
      return { changed, version: transaction.version };
    },
    [userId],
  );
}
