import { Refusal } from '../../domain/refusals';
import { changeAsMember } from '../change-organization';
import type { Services } from '../services';
import { limitsOf } from './judge-purchase';

interface SpendingPolicySettings {
  readonly actorId: string;
  readonly organizationId: string;
  /** In the catalog's minor unit. Undefined: as it is; null: no limit. */
  readonly perPurchaseAmount?: number | null;
  readonly perMonthAmount?: number | null;
}

/** Sets what billing admins may buy without asking (T4). What was bought before stays. A repeat changes nothing. */
export function setSpendingPolicy(services: Services, settings: SpendingPolicySettings): Promise<void> {
  const { actorId, organizationId, perPurchaseAmount, perMonthAmount } = settings;
  return changeAsMember(
    services.transactions,
    organizationId,
    actorId,
    'MANAGE_BILLING_ADMINS',
    async (transaction) => {
      requireAmount('perPurchaseAmount', perPurchaseAmount);
      requireAmount('perMonthAmount', perMonthAmount);
      const before = limitsOf(transaction.organization);
      const perPurchase = perPurchaseAmount === undefined ? before.perPurchase : perPurchaseAmount;
      const perMonth = perMonthAmount === undefined ? before.perMonth : perMonthAmount;
      if (perPurchase === before.perPurchase && perMonth === before.perMonth) return;
      transaction.set({ spendingPerPurchase: perPurchase, spendingPerMonth: perMonth });
      transaction.append({
        kind: 'SPENDING_POLICY_CHANGED',
        actorId,
        details: {
          perPurchaseAmount: perPurchase,
          perMonthAmount: perMonth,
          currency: services.catalog.currency,
        },
      });
    },
  );
}

function requireAmount(field: string, amount: number | null | undefined): void {
  if (amount !== undefined && amount !== null && amount < 0) throw new Refusal('LIMIT_BELOW_ZERO', ['input', field]);
}
