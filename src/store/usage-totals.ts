import { createHash } from 'node:crypto';
import { MOST_CREDITS, total } from '../domain/billing/credits';
import type { Reader, Writer } from './database';
import { inList } from './prepared-sizes';
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
  const usage = await usageOfNames(reader, organizationId, grouping, { from, to }, null);
  return usage.map(({ name, credits }) => ({ name, credits }));
}

/** An entry of a report, and its place in the order of the pages. */
export interface PlacedUsage {
  readonly place: string;
  readonly name: string;
  readonly credits: number;
}

/** Names looked at at once, and the most for a page: those that used nothing on these days are passed over. */
const NAMES_AT_ONCE = 200;
const MOST_NAMES = 2_000;

/**
 * A page of the same: entries after the place `after` (null: from the beginning), at most `limit`, by their places. A name's is its hash. If
 * the page ends before it is full although there may be more, `stoppedAt` is the place to go on from.
 */
export async function usagePage(
  reader: Reader,
  organizationId: string,
  grouping: UsageGrouping,
  { from, to }: { readonly from: string; readonly to: string },
  after: string | null,
  limit: number,
): Promise<{ readonly entries: readonly PlacedUsage[]; readonly stoppedAt: string | null }> {
  if (grouping === 'DAY') {
    const days = await usageByDay(reader, organizationId, from, to, after ?? '', limit);
    return { entries: days.map((day) => ({ place: day.name, ...day })), stoppedAt: null };
  }
  const entries: PlacedUsage[] = [];
  let place = after ?? '';
  for (let looked = 0; looked < MOST_NAMES; looked += NAMES_AT_ONCE) {
    const hashes = await usageNamesAfter(reader, organizationId, grouping, place);
    if (hashes.length > 0) {
      const usage = await usageOfNames(reader, organizationId, grouping, { from, to }, hashes);
      const found = usage.map(({ nameHash, name, credits }) => ({ place: nameHash, name, credits }));
      entries.push(...found.sort((one, other) => (one.place < other.place ? -1 : 1)));
    }
    if (hashes.length < NAMES_AT_ONCE) return { entries: entries.slice(0, limit), stoppedAt: null };
    if (entries.length >= limit) break;
    place = hashes.at(-1)!;
  }
  return { entries: entries.slice(0, limit), stoppedAt: entries.length < limit ? place : null };
}

const NAME = select({ nameHash: expression<string>('name_hash') });

/** Names that anything was ever used by or for, in the order of their hashes. */
export async function usageNamesAfter(
  reader: Reader,
  organizationId: string,
  grouping: UsageGrouping,
  after: string,
): Promise<string[]> {
  const rows = await NAME.rows(
    reader,
    'FROM usage_months /*! FORCE INDEX (usage_months_by_name) */ WHERE organization_id = ? AND `grouping` = ? AND name_hash > ? GROUP BY name_hash ORDER BY name_hash LIMIT ?',
    [organizationId, grouping, after, NAMES_AT_ONCE],
  );
  return rows.map(({ nameHash }) => nameHash);
}

/** With whole months where they say enough. @param hashes the names to read; null: all. */
export async function usageOfNames(
  reader: Reader,
  organizationId: string,
  grouping: UsageGrouping,
  { from, to }: { readonly from: string; readonly to: string },
  hashes: readonly string[] | null,
): Promise<ReturnType<typeof toUsage>[]> {
  const read = async (spans: Spans) => (await readByName(reader, organizationId, grouping, spans, hashes)).map(toUsage);
  const usage = await read(spansOf(from, to));
  // A month's total that has ended there says nothing of its days, of which some are to be taken back.
  const isCutOff = usage.some(({ largest }) => largest >= MOST_CREDITS);
  return isCutOff ? read({ months: null, days: [{ from, to, sign: 1 }] }) : usage;
}

const OF_DAY = select({ name: usageTotals.all.name, credits: usageTotals.all.credits });

/** More than any report covers. */
const MOST_DAYS = 1_000;

function usageByDay(
  reader: Reader,
  organizationId: string,
  from: string,
  to: string,
  after = '',
  limit = MOST_DAYS,
): Promise<{ name: string; credits: number }[]> {
  return OF_DAY.rows(
    reader,
    `FROM usage_totals
     WHERE organization_id = ? AND \`grouping\` = 'DAY' AND day BETWEEN ? AND ? AND day > ? ORDER BY day LIMIT ?`,
    [organizationId, from, to, after, limit],
  );
}

/** `largest` is the largest of the totals that were added up. A sum is a DECIMAL to MySQL, which arrives as text. */
const USAGE = select({
  nameHash: expression<string>('name_hash'),
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
  hashes: readonly string[] | null,
): Promise<UsageRow[]> {
  const among = hashes && inList(hashes);
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
      `SELECT name_hash, name, ${credits} AS credits FROM ${table} WHERE organization_id = ? AND \`grouping\` = ? AND ${unit} BETWEEN ? AND ?${among ? ` AND name_hash ${among.sql}` : ''}`,
  );
  return USAGE.rows(
    reader,
    `FROM (${selects.join(' UNION ALL ')}) parts
     GROUP BY name_hash HAVING SUM(credits) > 0 OR MAX(credits) >= ${MOST_CREDITS} ORDER BY SUM(credits) DESC, name_hash`,
    sources.flatMap((span) => [organizationId, grouping, span.from, span.to, ...(among?.values ?? [])]),
  );
}

function toUsage({ nameHash, name, credits, largest }: UsageRow) {
  return { nameHash, name, credits: Math.min(Number(credits), MOST_CREDITS), largest: Number(largest) };
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
