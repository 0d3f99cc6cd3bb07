import { creditPackOfCatalog } from '../../domain/billing/catalog';
import { Refusal } from '../../domain/refusals';
import { updateBillingAccount } from '../../store/billing-accounts';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import { disableAutoRecharge } from './disable-auto-recharge';

export interface AutoRechargeSettings {
  readonly actorId: string;
  readonly organizationId: string;
  readonly enabled: boolean;
  readonly thresholdCredits: number;
  readonly creditPackKey: string;
  /** In the catalog's minor unit; null: the operator's limit. */
  readonly monthlyLimitAmount: number | null;
}

/**
 * Switches auto-recharge on, or changes its settings. Switching it off requires only billing access, whatever the control and the
 * other values say, and does not change those values (B7).
 */
export function updateAutoRecharge(services: Services, settings: AutoRechargeSettings): Promise<void> {
  const { actorId, organizationId, enabled } = settings;
  return changeAsMember(
    services.transactions,
    organizationId,
    actorId,
    'MANAGE_BILLING',
    async (transaction, actor) => {
      const { organization } = transaction;
      if (!enabled) {
        if (organization.autoRechargeEnabled === 1) disableAutoRecharge(transaction, 'TURNED_OFF', actorId);
        return;
      }
      requireControl('AUTO_RECHARGE', situationOf(organization, actor.billingRole, services.checkout));
      requireSense(services, settings);
      if (isAsBefore(transaction, settings)) return;
      await updateBillingAccount(transaction.writer, organizationId, { rechargeDeclines: 0, rechargeLimitTold: null });
      const { thresholdCredits, creditPackKey, monthlyLimitAmount } = settings;
      transaction.set({
        autoRechargeEnabled: 1,
        autoRechargeDisabledReason: null,
        autoRechargeThreshold: thresholdCredits,
        autoRechargePackKey: creditPackKey,
        autoRechargeMonthlyLimit: monthlyLimitAmount,
      });
      transaction.append({
        kind: 'AUTO_RECHARGE_UPDATED',
        actorId,
        details: { thresholdCredits, packKey: creditPackKey, monthlyLimitAmount },
      });
    },
  );
}

function requireSense({ catalog }: Services, settings: AutoRechargeSettings): void {
  const { thresholdCredits, creditPackKey, monthlyLimitAmount } = settings;
  if (thresholdCredits < 0) throw new Refusal('THRESHOLD_BELOW_ZERO', ['input', 'thresholdCredits']);
  const pack = creditPackOfCatalog(catalog, creditPackKey);
  if (!pack) throw new Refusal('CREDIT_PACK_NOT_FOUND', ['input', 'creditPackKey']);
  if (monthlyLimitAmount !== null && monthlyLimitAmount < pack.price)
    throw new Refusal('MONTHLY_LIMIT_TOO_LOW', ['input', 'monthlyLimitAmount']);
}

function isAsBefore({ organization }: OrganizationTransaction, settings: AutoRechargeSettings): boolean {
  return (
    organization.autoRechargeEnabled === 1 &&
    organization.autoRechargeThreshold === settings.thresholdCredits &&
    organization.autoRechargePackKey === settings.creditPackKey &&
    organization.autoRechargeMonthlyLimit === settings.monthlyLimitAmount
  );
}
