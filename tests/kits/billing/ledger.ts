import type { Services } from '../../../src/actions/services';

type OnDatabase = Pick<Services, 'database'>;

export interface StoredBalance {
  readonly included: number;
  readonly topUp: number;
  readonly entries: number;
}

/** The balance that stands with the organization, after proof that it is the sum of a ledger without holes (B5). */
export async function balanceOf({ database }: OnDatabase, organizationId: string): Promise<StoredBalance> {
  const [stored] = await database.reader.rows<StoredBalance>(
    'SELECT included_credits AS included, top_up_credits AS topUp, ledger_sequence AS entries FROM organizations WHERE id = ?',
    [organizationId],
  );
  const ledger = await database.reader.rows<{ sequence: number; included: number; topUp: number }>(
    'SELECT sequence, included, top_up AS topUp FROM credit_ledger WHERE organization_id = ? ORDER BY sequence',
    [organizationId],
  );
  expect(ledger.map(({ sequence }) => sequence)).toEqual(ledger.map((_, index) => index + 1));
  const sum = (part: 'included' | 'topUp') => ledger.reduce((total, row) => total + row[part], 0);
  expect(stored).toEqual({ included: sum('included'), topUp: sum('topUp'), entries: ledger.length });
  return stored!;
}

/** What came and went of the included credits, in order; usage is left out. */
export function includedIn(
  { database }: OnDatabase,
  organizationId: string,
): Promise<{ readonly included: number; readonly occurredAt: number }[]> {
  return database.reader.rows(
    `SELECT included, occurred_at AS occurredAt FROM credit_ledger
     WHERE organization_id = ? AND kind IN ('INCLUDED', 'EXPIRY') ORDER BY sequence`,
    [organizationId],
  );
}

/** Usage as the ledger has it. */
export interface LedgerUsage {
  readonly userId: string | null;
  readonly feature: string;
  readonly credits: number;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
}

export async function usageOf({ database }: OnDatabase, organizationId: string): Promise<LedgerUsage[]> {
  const rows = await database.reader.rows<Omit<LedgerUsage, 'day'> & { occurredAt: number }>(
    `SELECT user_id AS userId, feature, 0 - (included + top_up) AS credits, occurred_at AS occurredAt
     FROM credit_ledger WHERE organization_id = ? AND kind = 'USAGE'`,
    [organizationId],
  );
  return rows.map(({ occurredAt, ...rest }) => ({ ...rest, day: new Date(occurredAt).toISOString().slice(0, 10) }));
}

/** Credits by place: grouping, day or month, and name, as JSON. */
type Totals = ReadonlyMap<string, number>;

/** Expects that the totals of days and months are what the ledger's usage adds up to, and no more of them are there. */
export async function expectTotalsOfLedger(services: OnDatabase, organizationId: string): Promise<void> {
  const usage = await usageOf(services, organizationId);
  const { days, months } = await storedTotals(services, organizationId);
  const named = usage.flatMap(({ day, userId, feature, credits }) => [
    { grouping: 'FEATURE', day, name: feature, credits },
    ...(userId === null ? [] : [{ grouping: 'USER', day, name: userId, credits }]),
  ]);
  const ofDays = [...named, ...usage.map(({ day, credits }) => ({ grouping: 'DAY', day, name: day, credits }))];
  expect(days).toEqual(summed(ofDays.map(({ grouping, day, name, credits }) => [[grouping, day, name], credits])));
  expect(months).toEqual(
    summed(named.map(({ grouping, day, name, credits }) => [[grouping, day.slice(0, 7), name], credits])),
  );
}

async function storedTotals({ database }: OnDatabase, organizationId: string): Promise<Record<string, Totals>> {
  const of = async (table: string, unit: string): Promise<Totals> => {
    const rows = await database.reader.rows<{ kind: string; unit: string; name: string; credits: number }>(
      `SELECT \`grouping\` AS kind, ${unit} AS unit, name, credits FROM ${table} WHERE organization_id = ?`,
      [organizationId],
    );
    const totals = new Map(rows.map((row) => [JSON.stringify([row.kind, row.unit, row.name]), row.credits]));
    expect(totals.size).toBe(rows.length);
    return totals;
  };
  return { days: await of('usage_totals', 'day'), months: await of('usage_months', 'month') };
}

function summed(parts: readonly (readonly [place: readonly string[], credits: number])[]): Totals {
  const sums = new Map<string, number>();
  for (const [place, credits] of parts) {
    const key = JSON.stringify(place);
    sums.set(key, (sums.get(key) ?? 0) + credits);
  }
  return sums;
}
