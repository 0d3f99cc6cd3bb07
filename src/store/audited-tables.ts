import type { Reader, Value } from './database';
import { type RowOf, select } from './schema/select';
import { creditLedger, TABLES, type UsageGrouping } from './schema/tables';

/** A row as it is stored, by the names of its columns. */
export type StoredRow = Readonly<Record<string, Value>>;

/** Rows read at once of tables that may be long. */
const PAGE = 1_000;

/** The ids of all organizations that there are or have been, in order; a page of them is held at a time. */
export async function* organizationIds(reader: Reader): AsyncGenerator<string, void, undefined> {
  for (let after = ''; ;) {
    const page = await reader.rows<{ id: string }>('SELECT id FROM organizations WHERE id > ? ORDER BY id LIMIT ?', [
      after,
      PAGE,
    ]);
    for (const { id } of page) yield id;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}

/** The organization's own row, also of one that has been removed. Undefined if there has never been one. */
export async function organizationRow(reader: Reader, organizationId: string): Promise<StoredRow | undefined> {
  return (await reader.rows<StoredRow>('SELECT * FROM organizations WHERE id = ?', [organizationId]))[0];
}

/** What the directory holds of an organization, table by table, each with the column that tells its rows apart. */
export const DIRECTORY_TABLES = { members: 'user_id', access_requests: 'id', invitations: 'id' } as const;

export type DirectoryTable = keyof typeof DIRECTORY_TABLES;

export function directoryRows(reader: Reader, table: DirectoryTable, organizationId: string): Promise<StoredRow[]> {
  return reader.rows<StoredRow>(`SELECT * FROM ${table} WHERE organization_id = ?`, [organizationId]);
}

const { organizationId: _organizationId, keyHash: _keyHash, valuesHash: _valuesHash, ...posting } = creditLedger.all;
const POSTING = select(posting);

/** An entry of the credit ledger as it is stored; `feature` is null for what is no usage. */
export type StoredPosting = RowOf<typeof posting>;

/** An organization's credit ledger in order; a page of it is held at a time. */
export async function* ledgerRows(reader: Reader, organizationId: string): AsyncGenerator<StoredPosting> {
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const page = await POSTING.rows(
      reader,
      `FROM credit_ledger WHERE organization_id = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
      [organizationId, after, PAGE],
    );
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.sequence;
  }
}

/** The tables of totals of usage, each with the column that says for which time a total is. */
export const USAGE_TABLES = { usage_totals: 'day', usage_months: 'month' } as const;

export type UsageTable = keyof typeof USAGE_TABLES;

export interface StoredTotal {
  readonly grouping: UsageGrouping;
  /** The day or the month. */
  readonly time: string;
  readonly nameHash: string;
  readonly name: string;
  readonly credits: number;
}

/** An organization's totals of usage; a page of them is held at a time. */
export async function* usageRows(
  reader: Reader,
  table: UsageTable,
  organizationId: string,
): AsyncGenerator<StoredTotal, void, undefined> {
  const unit = USAGE_TABLES[table];
  const groupings = await reader.rows<{ grouping: string }>(
    `SELECT DISTINCT \`grouping\` AS \`grouping\` FROM ${table} WHERE organization_id = ?`,
    [organizationId],
  );
  for (const { grouping } of groupings)
    for (let after = { time: '', nameHash: '' }; ;) {
      const page = await reader.rows<StoredTotal>(
        `SELECT \`grouping\` AS \`grouping\`, ${unit} AS time, name_hash AS nameHash, name, credits FROM ${table}
         WHERE organization_id = ? AND \`grouping\` = ? AND (${unit} > ? OR (${unit} = ? AND name_hash > ?))
         ORDER BY ${unit}, name_hash LIMIT ?`,
        [organizationId, grouping, after.time, after.time, after.nameHash, PAGE],
      );
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last;
    }
}

/** How many totals of usage an organization has, of days and of months. */
export async function countUsageRows(reader: Reader, organizationId: string): Promise<number> {
  const counts = Object.keys(USAGE_TABLES).map((table) =>
    reader.rows<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table} WHERE organization_id = ?`, [
      organizationId,
    ]),
  );
  return (await Promise.all(counts)).flat().reduce((sum, { count }) => sum + count, 0);
}

/** Every table whose rows are of an organization. */
const TABLES_OF_ORGANIZATIONS = TABLES.filter((table) => 'organizationId' in table.all).map(({ name }) => name);

/** Ids that rows name as their organization's, though there has never been such an organization. */
export async function strayOrganizationIds(
  reader: Reader,
): Promise<{ readonly table: string; readonly organizationId: string }[]> {
  const strays: { table: string; organizationId: string }[] = [];
  for (const table of TABLES_OF_ORGANIZATIONS) {
    const rows = await reader.rows<{ organizationId: string }>(
      `SELECT DISTINCT t.organization_id AS organizationId FROM ${table} t
       LEFT JOIN organizations o ON o.id = t.organization_id WHERE o.id IS NULL`,
    );
    strays.push(...rows.map(({ organizationId }) => ({ table, organizationId })));
  }
  return strays;
}
