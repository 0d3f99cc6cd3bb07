import { monthPeriod } from '../../domain/billing/periods';
import { type MonthSpending, spendingIn, timeOfSpending } from '../../store/spending';
import type { Services } from '../services';

/** What counts under the spending policy in the present month, by the database's clock (T4). */
export async function reportSpending({ database }: Services, organizationId: string): Promise<MonthSpending> {
  const { reader } = database;
  return spendingIn(reader, organizationId, monthPeriod(await timeOfSpending(reader)));
}
