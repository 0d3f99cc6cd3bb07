import { createHash } from 'node:crypto';
import type { Reader, Value, Writer } from './database';
import { spansOf } from './usage-spans';

export type UsageGrouping = 'DAY' | 'USER' | 'FEATURE';

/** Credits used on a day, altogether or by somebody or for something. */
export interface UsageTotal {
  readonly grouping: UsageGrouping;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  /** The day again, the user's id, or the feature. */
  readonly name: string;
  readonly credits: number;
}

// In the statements the word stands in backticks, which SQLite takes too: MySQL 8 reserves it.

/**
 * Adds to the totals of days and months, each at most once in `totals`. The organization's lock keeps two from adding to the
 * same (B8).
 */
export async function addToUsageTotals(
  writer: Writer,
  organizationId: string,
  totals: readonly UsageTotal[],
): Promise<void> {
  for (const { grouping, day, name, credits } of totals)
    await addTo(writer, 'usage_totals', 'day', [organizationId, grouping, day, hashOf(name)], name, credits);
  for (const { grouping, month, name, credits } of monthsOf(totals))
    await addTo(writer, 'usage_months', 'month', [organizationId, grouping, month, hashOf(name)], name, credits);
}

/** Credits used from the first to the last day, by name. Days are in order, the rest the most used first. */
export async function usageBetween(
  reader: Reader,
  organizationId: string,
  grouping: UsageGrouping,
  from: string,
  to: string,
): Promise<{ name: string; credits: number }[]> {
  const [sql, values] =
    grouping === 'DAY' ? byDay(organizationId, from, to) : byName(organizationId, grouping, from, to);
  const rows = await reader.rows<{ name: string; credits: number | string }>(sql, values);
  // A sum is a DECIMAL to MySQL, which arrives as text.
  return rows.map(({ name, credits }) => ({ name, credits: Number(credits) }));
}

function byDay(organizationId: string, from: string, to: string): [sql: string, values: Value[]] {
  return [
    `SELECT name, credits FROM usage_totals
     WHERE organization_id = ? AND \`grouping\` = 'DAY' AND day BETWEEN ? AND ? ORDER BY day`,
    [organizationId, from, to],
  ];
}

/** One statement, so that it sees months and days of one moment. */
function byName(
  organizationId: string,
  grouping: UsageGrouping,
  from: string,
  to: string,
): [sql: string, values: Value[]] {
  const { months, days } = spansOf(from, to);
  const sources = [
    ...(months ? [{ ...months, table: 'usage_months', unit: 'month', credits: 'credits' }] : []),
    ...days.map((span) => ({
      ...span,
      table: 'usage_totals',
      unit: 'day',
      credits: span.sign === 1 ? 'credits' : '0 - credits',
    })),
  ];
  const selects = sources.map(
    ({ table, unit, credits }) =>
      `SELECT name_hash, name, ${credits} AS credits FROM ${table} WHERE organization_id = ? AND \`grouping\` = ? AND ${unit} BETWEEN ? AND ?`,
  );
  return [
    `SELECT MIN(name) AS name, SUM(credits) AS credits FROM (${selects.join(' UNION ALL ')}) parts
     GROUP BY name_hash HAVING SUM(credits) > 0 ORDER BY SUM(credits) DESC, name_hash`,
    sources.flatMap((span) => [organizationId, grouping, span.from, span.to]),
  ];
}

/** What is added to the totals of months: a report by day has no use for them. */
function monthsOf(totals: readonly UsageTotal[]): (Omit<UsageTotal, 'day'> & { readonly month: string })[] {
  const sums = new Map<string, Omit<UsageTotal, 'day'> & { month: string }>();
  for (const { grouping, day, name, credits } of totals) {
    if (grouping === 'DAY') continue;
    const month = day.slice(0, 7);
    const place = JSON.stringify([grouping, month, name]);
    sums.set(place, { grouping, month, name, credits: credits + (sums.get(place)?.credits ?? 0) });
  }
  return [...sums.values()];
}

async function addTo(
  writer: Writer,
  table: 'usage_totals' | 'usage_months',
  unit: 'day' | 'month',
  place: readonly Value[],
  name: string,
  credits: number,
): Promise<void> {
  const updated = await writer.run(
    `UPDATE ${table} SET credits = credits + ? WHERE organization_id = ? AND \`grouping\` = ? AND ${unit} = ? AND name_hash = ?`,
    [credits, ...place],
  );
  if (updated > 0) return;
  await writer.run(
    `INSERT INTO ${table} (organization_id, \`grouping\`, ${unit}, name_hash, credits, name) VALUES (?, ?, ?, ?, ?, ?)`,
    [...place, credits, name],
  );
}

/** Features are free text, whose trailing spaces some collations do not tell apart; hashes they do. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
