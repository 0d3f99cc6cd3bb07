import { createHash } from 'node:crypto';
import { MOST_CREDITS, total } from '../domain/billing/credits';
import type { Reader, Writer } from './database';
import { expression, type RowOf, select } from './schema/select';
import { type UsageGrouping, usageTotals } from './schema/tables';
import { type Spans, spansOf } from './usage-spans';

/** Credits used on a day, altogether or by somebody or for something. */
export interface UsageTotal {
  readonly grouping: UsageGrouping;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  /** The day again, the user's id, or the feature. */
  readonly name: string;
  readonly credits: number;
}

// In the statements the word has backticks, because MySQL 8 reserves it. SQLite accepts them too.

/**
 * Adds to the totals of days and months, each at most once in `totals`. The organization's lock keeps two from adding to the
 * same (B8).
 */
export async function addToUsageTotals(
  writer: Writer,
  organizationId: string,
  totals: readonly UsageTotal[],
): Promise<void> {
  const add = (table: string, unit: string, sums: readonly (Omit<UsageTotal, 'day'> & { readonly at: string })[]) => {
    if (sums.length === 0) return;
    const key = ['organization_id', '`grouping`', `\`${unit}\``, 'name_hash'];
    return writer.insert({
      table,
      columns: [...key, 'name', 'credits'],
      rows: sums.map(({ grouping, at, name, credits }) => [
        organizationId,
        grouping,
        at,
        nameHashOf(name),
        name,
        credits,
      ]),
      whereThere: { key, set: (inserted) => `credits = ${sumOf('credits', inserted('credits'))}` },
    });
  };
  await add(
    'usage_totals',
    'day',
    totals.map(({ day, ...rest }) => ({ ...rest, at: day })),
  );
  await add('usage_months', 'month', monthsOf(totals));
}

/**
 * Credits used from the first to the last day, by name, at most `MOST_CREDITS` each. Days are in order, the rest the most used first.
 */
export async function usageBetween(
  reader: Reader,
  organizationId: string,
  grouping: UsageGrouping,
  from: string,
  to: string,
): Promise<{ name: string; credits: number }[]> {
  if (grouping === 'DAY') return usageByDay(reader, organizationId, from, to);
  const read = async (spans: Spans) => (await readByName(reader, organizationId, grouping, spans)).map(toUsage);
  const usage = await read(spansOf(from, to));
  // A month's total that has ended there says nothing of its days, of which some are to be taken back.
  const isCutOff = usage.some(({ largest }) => largest >= MOST_CREDITS);
  const exact = isCutOff ? await read({ months: null, days: [{ from, to, sign: 1 }] }) : usage;
  return exact.map(({ name, credits }) => ({ name, credits }));
}

const OF_DAY = select({ name: usageTotals.all.name, credits: usageTotals.all.credits });

function usageByDay(
  reader: Reader,
  organizationId: string,
  from: string,
  to: string,
): Promise<{ name: string; credits: number }[]> {
  return OF_DAY.rows(
    reader,
    `FROM usage_totals
     WHERE organization_id = ? AND \`grouping\` = 'DAY' AND day BETWEEN ? AND ? ORDER BY day`,
    [organizationId, from, to],
  );
}

/** `largest` is the largest of the totals that were added up. A sum is a DECIMAL to MySQL, which arrives as text. */
const USAGE = select({
  name: expression<string>('MIN(name)'),
  credits: expression<number | string>('SUM(credits)'),
  largest: expression<number | string>('MAX(credits)'),
});

type UsageRow = RowOf<typeof USAGE.expressions>;

/** One statement, so that it sees months and days of one moment. */
function readByName(
  reader: Reader,
  organizationId: string,
  grouping: UsageGrouping,
  { months, days }: Spans,
): Promise<UsageRow[]> {
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
  return USAGE.rows(
    reader,
    `FROM (${selects.join(' UNION ALL ')}) parts
     GROUP BY name_hash HAVING SUM(credits) > 0 OR MAX(credits) >= ${MOST_CREDITS} ORDER BY SUM(credits) DESC, name_hash`,
    sources.flatMap((span) => [organizationId, grouping, span.from, span.to]),
  );
}

function toUsage({ name, credits, largest }: UsageRow) {
  return { name, credits: Math.min(Number(credits), MOST_CREDITS), largest: Number(largest) };
}

/** What is added to the totals of months: a report by day has no use for them. */
function monthsOf(totals: readonly UsageTotal[]): (Omit<UsageTotal, 'day'> & { readonly at: string })[] {
  const sums = new Map<string, Omit<UsageTotal, 'day'> & { at: string }>();
  for (const { grouping, day, name, credits } of totals) {
    if (grouping === 'DAY') continue;
    const at = day.slice(0, 7);
    const place = JSON.stringify([grouping, at, name]);
    sums.set(place, { grouping, at, name, credits: total(credits, sums.get(place)?.credits ?? 0) });
  }
  return [...sums.values()];
}

/** As `total`. */
function sumOf(one: string, other: string): string {
  return `CASE WHEN ${one} > ${MOST_CREDITS} - ${other} THEN ${MOST_CREDITS} ELSE ${one} + ${other} END`;
}

/** Features are free text, whose trailing spaces some collations do not tell apart; hashes they do. */
export function nameHashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
