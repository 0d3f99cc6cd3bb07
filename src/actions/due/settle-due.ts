import type { OrganizationTransaction } from '../../store/organization-transaction';
import { settleRequests } from '../requests/settle-requests';
import { settleGrants } from '../roster/settle-grants';
import { settlePurchaseRequests } from '../spending/settle-purchase-requests';

/** Writes what is due of one subject, and returns when its next is due. Null if nothing is. */
type Settle = (transaction: OrganizationTransaction) => Promise<number | null>;

/** A subject whose things become due by the clock is one more of these. */
const SUBJECTS: readonly Settle[] = [settleGrants, settleRequests, settlePurchaseRequests];

/**
 * Writes what is due of an organization by the database's clock. Each organization transaction that finds something due begins with it, so
 * that a change never meets a grant that has ended (T2). What was noted as due and is settled otherwise by then is looked for in vain.
 */
export async function settleDue(transaction: OrganizationTransaction): Promise<void> {
  const next: number[] = [];
  for (const settle of SUBJECTS) {
    const dueAt = await settle(transaction);
    if (dueAt !== null) next.push(dueAt);
  }
  transaction.set({ dueAt: next.length === 0 ? null : Math.min(...next) });
}
