import { available, type Credits, crossingOf, total, use } from '../../domain/billing/credits';
import { dayOf } from '../../domain/billing/periods';
import { Refusal } from '../../domain/refusals';
import { valuesOfKeys } from '../../store/credit-ledger';
import { mapGivingWay } from '../../store/map-giving-way';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { addToUsageTotals, type UsageTotal } from '../../store/usage-totals';
import { changeAsHost } from '../change-organization';
import { beginRecharge } from '../recharge/begin-recharge';
import { chargeRecharge } from '../recharge/charge-recharge';
import type { Services } from '../services';
import { type Once, once, wasMade } from './idempotency';
import { tellCreditAlerts } from './tell-credit-alerts';

export interface Usage {
  readonly organizationId: string;
  readonly userId: string | null;
  readonly feature: string;
  readonly credits: number;
  /** When the credits were used, in milliseconds since the epoch; null: now. */
  readonly occurredAt: number | null;
  readonly idempotencyKey: string;
}

/** What became of one usage: the balance after it, or why it was refused. */
export type UsageOutcome = { readonly credits: Credits } | { readonly refusal: Refusal };

/** A host's clock may be ahead of ours by so many milliseconds; beyond that the time is a mistake. */
const MOST_AHEAD = 24 * 60 * 60 * 1000;

/** Clocks that were never set begin in 1970, 1980 or 2000, and a missing date may read as one of the year 1. */
const FIRST_YEAR = 2001;

/**
 * Records what was used, each entry once (B8). Usage is a fact: it is recorded even where the balance is too small. Entries of
 * one organization are written together, in order, and each is refused for itself.
 */
export async function recordUsage(services: Services, usages: readonly Usage[]): Promise<UsageOutcome[]> {
  const outcomes = new Array<UsageOutcome>(usages.length);
  for (const [organizationId, places] of placesByOrganization(usages)) {
    const ofOrganization = places.map((place) => usages[place]!);
    const results = await recordFor(services, organizationId, ofOrganization);
    places.forEach((place, index) => (outcomes[place] = results[index]!));
  }
  return outcomes;
}

async function recordFor(
  services: Services,
  organizationId: string,
  usages: readonly Usage[],
): Promise<UsageOutcome[]> {
  try {
    const { outcomes, recharge } = await changeAsHost(services.transactions, organizationId, async (transaction) => {
      const calls = await mapGivingWay(usages, (usage) => ({ usage, once: onceOf(usage) }));
      const keyHashes = calls.map(({ once: { keyHash } }) => keyHash);
      const known = await valuesOfKeys(transaction.writer, organizationId, 'USAGE', keyHashes);
      const totals = new Totals();
      const outcomes = await mapGivingWay(calls, ({ usage, once }) =>
        outcomeOf(() => post(transaction, usage, once, known, totals)),
      );
      await addToUsageTotals(transaction.writer, organizationId, totals.all());
      if (!totals.isEmpty()) await tellCreditAlerts(transaction);
      return { outcomes, recharge: totals.isEmpty() ? null : await beginRecharge(services, transaction) };
    });
    // Usage is metered by the thousand: nobody waits for a bank.
    if (recharge) services.background.run(() => chargeRecharge(services, recharge));
    return outcomes;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return usages.map(() => ({ refusal: error }));
  }
}

function outcomeOf(work: () => Credits): UsageOutcome {
  try {
    return { credits: work() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: error };
  }
}

/** Takes the credits, unless the same call has been made before; returns the balance. */
function post(
  transaction: OrganizationTransaction,
  usage: Usage,
  call: Once,
  known: Map<string, string>,
  totals: Totals,
): Credits {
  requireSense(transaction, usage);
  if (wasMade(call, known)) return transaction.balance;
  const before = transaction.balance;
  const credits = use(before, usage.credits);
  const occurredAt = usage.occurredAt ?? transaction.now;
  transaction.post({ kind: 'USAGE', credits, userId: usage.userId, feature: usage.feature, occurredAt, once: call });
  known.set(call.keyHash, call.valuesHash);
  totals.add(usage, dayOf(occurredAt));
  const { autoRechargeEnabled, autoRechargeThreshold } = transaction.organization;
  const crossing = crossingOf(before, transaction.balance, autoRechargeEnabled === 1 ? autoRechargeThreshold : null);
  if (crossing) transaction.append({ kind: crossing, details: { balance: available(transaction.balance) } });
  return transaction.balance;
}

function requireSense({ now }: OrganizationTransaction, { credits, occurredAt }: Usage): void {
  if (credits < 1) throw new Refusal('USAGE_BELOW_ONE', ['input', 'credits']);
  if (occurredAt !== null && occurredAt > now + MOST_AHEAD)
    throw new Refusal('USAGE_IN_FUTURE', ['input', 'occurredAt']);
  if (occurredAt !== null && occurredAt < Date.UTC(FIRST_YEAR))
    throw new Refusal('USAGE_TOO_OLD', ['input', 'occurredAt'], { year: FIRST_YEAR });
}

function onceOf({ idempotencyKey, userId, feature, credits, occurredAt }: Usage): Once {
  return once(idempotencyKey, [userId, feature, credits, occurredAt]);
}

function placesByOrganization(usages: readonly Usage[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  usages.forEach(({ organizationId }, place) => {
    const ofOrganization = places.get(organizationId) ?? [];
    ofOrganization.push(place);
    places.set(organizationId, ofOrganization);
  });
  return places;
}

/** What a call adds to the daily totals, summed up so that each total is touched once. */
class Totals {
  private readonly sums = new Map<string, UsageTotal>();

  add({ userId, feature, credits }: Usage, day: string): void {
    this.addTo('DAY', day, day, credits);
    this.addTo('FEATURE', day, feature, credits);
    if (userId !== null) this.addTo('USER', day, userId, credits);
  }

  isEmpty(): boolean {
    return this.sums.size === 0;
  }

  all(): UsageTotal[] {
    return [...this.sums.values()];
  }

  private addTo(grouping: UsageTotal['grouping'], day: string, name: string, credits: number): void {
    const place = JSON.stringify([grouping, day, name]);
    this.sums.set(place, { grouping, day, name, credits: total(credits, this.sums.get(place)?.credits ?? 0) });
  }
}
