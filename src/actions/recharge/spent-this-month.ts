import { monthOf, monthPeriod } from '../../domain/billing/periods';
import { rechargedIn } from '../../store/billing-orders';
import type { CreditTerms } from '../../store/credit-terms';
import type { Services } from '../services';

/** What auto-recharge has charged in the present calendar month, UTC, with the charge in flight: what counts toward its limit (B7). */
export async function spentThisMonth({ database, clock }: Services, terms: CreditTerms): Promise<number> {
  const { organizationId, rechargeMonth, rechargeSpent } = terms;
  if (rechargeMonth === null) return 0;
  const now = clock();
  if (rechargeMonth === monthOf(now)) return rechargeSpent ?? 0;
  // The months need not come in order where the clock was ahead once.
  return rechargedIn(database.reader, organizationId, monthPeriod(now));
}
