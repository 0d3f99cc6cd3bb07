import { createHash } from 'node:crypto';
import type { Reader, Writer } from './database';

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

/** Adds to the totals, each at most once in `totals`. The organization's lock keeps two from adding to the same (B8). */
export async function addToUsageTotals(
  writer: Writer,
  organizationId: string,
  totals: readonly UsageTotal[],
): Promise<void> {
  for (const { grouping, day, name, credits } of totals) {
    const place = [organizationId, grouping, day, hashOf(name)];
    const updated = await writer.run(
      'UPDATE usage_totals SET credits = credits + ? WHERE organization_id = ? AND grouping = ? AND day = ? AND name_hash = ?',
      [credits, ...place],
    );
    if (updated > 0) continue;
    await writer.run(
      'INSERT INTO usage_totals (organization_id, grouping, day, name_hash, credits, name) VALUES (?, ?, ?, ?, ?, ?)',
      [...place, credits, name],
    );
  }
}

/** Credits used from the first to the last day, by name. Days are in order, the rest the most used first. */
export async function usageBetween(
  reader: Reader,
  organizationId: string,
  grouping: UsageGrouping,
  from: string,
  to: string,
): Promise<{ name: string; credits: number }[]> {
  const rows = await reader.rows<{ name: string; credits: number | string }>(
    `SELECT MIN(name) AS name, SUM(credits) AS credits FROM usage_totals
     WHERE organization_id = ? AND grouping = ? AND day BETWEEN ? AND ?
     GROUP BY name_hash ORDER BY ${grouping === 'DAY' ? 'MIN(day)' : 'credits DESC'}, name_hash`,
    [organizationId, grouping, from, to],
  );
  // A sum is a DECIMAL to MySQL, which arrives as text.
  return rows.map(({ name, credits }) => ({ name, credits: Number(credits) }));
}

/** Features are free text, whose trailing spaces some collations do not tell apart; hashes they do. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
