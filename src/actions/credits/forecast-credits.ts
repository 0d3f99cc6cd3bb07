import { total } from '../../domain/billing/credits';
import { daysBackOn, type Forecast, forecastOf } from '../../domain/billing/forecast';
import { includedRenewsAt } from '../../domain/billing/included';
import { dayOf } from '../../domain/billing/periods';
import type { CreditTerms } from '../../store/credit-terms';
import { usageBetween } from '../../store/usage-totals';
import type { Services } from '../services';

const DAY = 24 * 60 * 60 * 1_000;

/** When the credits run out at the pace of the last 28 days. It reads one total for each day, however much was used. */
export async function forecastCredits(
  { database, clock }: Services,
  terms: CreditTerms,
  available: number,
): Promise<Forecast> {
  const now = clock();
  const days = daysBackOn(terms.createdAt, now);
  const from = dayOf(now - (days - 1) * DAY);
  const usage = await usageBetween(database.reader, terms.organizationId, 'DAY', from, dayOf(now));
  const used = usage.reduce((sum, { credits }) => total(sum, credits), 0);
  return forecastOf({ available, used, days, now, renewsAt: includedRenewsAt(terms) });
}
