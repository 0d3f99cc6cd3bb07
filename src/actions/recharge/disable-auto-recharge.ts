import type { AutoRechargeDisabledReason } from '../../domain/billing/terms';
import type { OrganizationTransaction } from '../../store/organization-transaction';

/** Switches auto-recharge off and says why. Its settings stay for the next time that it is switched on (B7). */
export function disableAutoRecharge(
  transaction: OrganizationTransaction,
  reason: AutoRechargeDisabledReason,
  actorId: string | null,
): void {
  transaction.set({ autoRechargeEnabled: 0, autoRechargeDisabledReason: reason });
  transaction.append({ kind: 'AUTO_RECHARGE_DISABLED', actorId, details: { reason } });
}
