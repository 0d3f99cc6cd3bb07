import type { Reader, Value } from './database';
import { expression, type RowOf, select } from './schema/select';
import {
  accessRequests,
  creditLedger,
  invitations,
  members,
  organizations,
  purchaseRequests,
  TABLES,
  type UsageGrouping,
  usageMonths,
  usageTotals,
} from './schema/tables';

/** A row as it is stored, by the names of its columns. */
export type StoredRow = Readonly<Record<string, Value>>;

/** Rows read at once of tables that may be long. */
const PAGE = 1_000;

const ID = select({ id: organizations.all.id });

/** The ids of all organizations that there are or have been, in order; a page of them is held at a time. */
export async function* organizationIds(reader: Reader): AsyncGenerator<string, void, undefined> {
  for (let after = ''; ;) {
    const page = await ID.rows(reader, 'FROM organizations WHERE id > ? ORDER BY id LIMIT ?', [after, PAGE]);
    for (const { id } of page) yield id;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}

const ORGANIZATION = select(organizations.stored);

/** The organization's own row, also of one that has been removed. Undefined if there has never been one. */
export async function organizationRow(reader: Reader, organizationId: string): Promise<StoredRow | undefined> {
  return ORGANIZATION.first(reader, 'FROM organizations WHERE id = ?', [organizationId]);
}

/** What the directory holds of an organization, table by table, each with the column that tells its rows apart. */
export const DIRECTORY_TABLES = {
  members: 'user_id',
  access_requests: 'id',
  invitations: 'id',
  purchase_requests: 'id',
} as const;

export type DirectoryTable = keyof typeof DIRECTORY_TABLES;

const OF_DIRECTORY = {
  members: select(members.stored),
  access_requests: select(accessRequests.stored),
  invitations: select(invitations.stored),
  purchase_requests: select(purchaseRequests.stored),
} satisfies Record<DirectoryTable, unknown>;

export function directoryRows(reader: Reader, table: DirectoryTable, organizationId: string): Promise<StoredRow[]> {
  return OF_DIRECTORY[table].rows(reader, `FROM ${table} WHERE organization_id = ?`, [organizationId]);
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

// The word has backticks in statements, because MySQL 8 reserves it. SQLite accepts them too.
const GROUPING = select({ kind: expression<UsageGrouping>('DISTINCT `grouping`') });

const { nameHash, name, credits } = usageTotals.all;
/** `time` is the day or the month. */
const TOTAL = {
  usage_totals: select({ time: usageTotals.all.day, nameHash, name, credits }),
  usage_months: select({ time: usageMonths.all.month, nameHash, name, credits }),
} satisfies Record<UsageTable, unknown>;

export type StoredTotal = RowOf<(typeof TOTAL)['usage_totals']['expressions']> & { readonly grouping: UsageGrouping };

/** An organization's totals of usage; a page of them is held at a time. */
export async function* usageRows(
  reader: Reader,
  table: UsageTable,
  organizationId: string,
): AsyncGenerator<StoredTotal, void, undefined> {
  const unit = USAGE_TABLES[table];
  const groupings = await GROUPING.rows(reader, `FROM ${table} WHERE organization_id = ?`, [organizationId]);
  for (const { kind: grouping } of groupings)
    for (let after = { time: '', nameHash: '' }; ;) {
      const page = await TOTAL[table].rows(
        reader,
        `FROM ${table}
         WHERE organization_id = ? AND \`grouping\` = ? AND (${unit} > ? OR (${unit} = ? AND name_hash > ?))
         ORDER BY ${unit}, name_hash LIMIT ?`,
        [organizationId, grouping, after.time, after.time, after.nameHash, PAGE],
      );
      for (const total of page) yield { grouping, ...total };
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last;
    }
}

const COUNT = select({ count: expression<number>('COUNT(*)') });

/** How many totals of usage an organization has, of days and of months. */
export async function countUsageRows(reader: Reader, organizationId: string): Promise<number> {
  const counts = Object.keys(USAGE_TABLES).map((table) =>
    COUNT.rows(reader, `FROM ${table} WHERE organization_id = ?`, [organizationId]),
  );
  return (await Promise.all(counts)).flat().reduce((sum, { count }) => sum + count, 0);
}

/** Every table whose rows are of an organization. */
const TABLES_OF_ORGANIZATIONS = TABLES.filter((table) => 'organizationId' in table.all).map(({ name }) => name);

const STRAY = select({ organizationId: expression<string>('DISTINCT t.organization_id') });

/** Ids that rows name as their organization's, though there has never been such an organization. */
export async function strayOrganizationIds(
  reader: Reader,
): Promise<{ readonly table: string; readonly organizationId: string }[]> {
  const strays: { table: string; organizationId: string }[] = [];
  for (const table of TABLES_OF_ORGANIZATIONS) {
    const rows = await STRAY.rows(
      reader,
      `FROM ${table} t LEFT JOIN organizations o ON o.id = t.organization_id WHERE o.id IS NULL`,
      [],
    );
    strays.push(...rows.map(({ organizationId }) => ({ table, organizationId })));
  }
  return strays;
}
