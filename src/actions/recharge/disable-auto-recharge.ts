import type { AutoRechargeDisabledReason } from '../../domain/billing/terms';
import type { Change } from '../../store/open-change';

/** Switches auto-recharge off and says why; what it was set to stays for whoever switches it on again (B7). */
export function disableAutoRecharge(change: Change, reason: AutoRechargeDisabledReason, actorId: string | null): void {
  change.set({ auto_recharge_enabled: 0, auto_recharge_disabled_reason: reason });
  change.append({ kind: 'AUTO_RECHARGE_DISABLED', actorId, details: { reason } });
}
