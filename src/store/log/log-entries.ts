import type { LogKind } from '../../domain/log/kinds';
import type { Reader, Writer } from '../database';

import type { HashedContent } from './chain';
import { expression, type RowOf, select } from '../schema/select';
import { logEntries, organizations } from '../schema/tables';

/** What an entry says beyond its kind, subject and actor: ids, words and numbers, never a name (E3). */
export type LogDetails = Readonly<Record<string, string | number | null>>;

export interface LogEntry {
  readonly organizationId: string;
  readonly sequence: number;
  /** Null for what is no roster change. */
  readonly version: number | null;
  readonly kind: LogKind;
  readonly subjectId: string | null;
  readonly actorId: string | null;
  readonly details: LogDetails;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
}

const { inActivity, hash, ...hashed } = logEntries.as('l');

/** What an entry's hash covers, of the table `log_entries l`. */
export const HASHED_ENTRY = hashed;

const HASHED = select(HASHED_ENTRY);
const STORED = select(logEntries.all);

/** An entry as it is stored, or as a file says that it was. */
export interface LogRow extends HashedContent {
  readonly inActivity: number;
  readonly hash: string;
}

export type NewLogRow = RowOf<typeof logEntries.all>;

export function toEntry(row: HashedContent): LogEntry {
  return { ...row, kind: row.kind as LogKind, details: JSON.parse(row.details) as LogDetails };
}

/** The roster changes after `version`, in order, at most `limit`. */
export async function rosterChangesAfter(
  reader: Reader,
  organizationId: string,
  version: number,
  limit: number,
): Promise<LogEntry[]> {
  const rest = 'FROM log_entries l WHERE organization_id = ? AND version > ? ORDER BY version LIMIT ?';
  return (await HASHED.rows(reader, rest, [organizationId, version, limit])).map(toEntry);
}

/** Everything after `sequence` that is no roster change, in order, at most `limit`. */
export async function otherEntriesAfter(
  reader: Reader,
  organizationId: string,
  sequence: number,
  limit: number,
): Promise<LogEntry[]> {
  const rest =
    'FROM log_entries l WHERE organization_id = ? AND sequence > ? AND version IS NULL ORDER BY sequence LIMIT ?';
  return (await HASHED.rows(reader, rest, [organizationId, sequence, limit])).map(toEntry);
}

/**
 * The newest entries of `activity` before `sequence` (null: from the newest), at most `limit` (B9). The page is looked up
 * within the index first: where MariaDB has to read whole rows it begins at the newest entry, however old the page is.
 */
export async function activityBefore(
  reader: Reader,
  organizationId: string,
  sequence: number | null,
  limit: number,
): Promise<LogEntry[]> {
  const rows = await HASHED.rows(
    reader,
    `FROM (SELECT sequence AS place FROM log_entries WHERE organization_id = ? AND in_activity = 1 AND sequence < ?
           ORDER BY sequence DESC LIMIT ?) page
     JOIN log_entries l ON organization_id = ? AND sequence = place
     ORDER BY sequence DESC`,
    [organizationId, sequence ?? Number.MAX_SAFE_INTEGER, limit, organizationId],
  );
  return rows.map(toEntry);
}

/** Entries read at once where all are. */
const PAGE = 1_000;

/** Everything of an organization's log after `sequence`, as it is stored, in order; a page of it is held at a time. */
export async function* logRowsAfter(
  reader: Reader,
  organizationId: string,
  sequence: number,
): AsyncGenerator<LogRow, void, undefined> {
  for (let after = sequence; ;) {
    const page = await STORED.rows(
      reader,
      'FROM log_entries WHERE organization_id = ? AND sequence > ? ORDER BY sequence LIMIT ?',
      [organizationId, after, PAGE],
    );
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.sequence;
  }
}

/** Where an organization says that its log ends. */
export interface LogEnd {
  readonly sequence: number;
  readonly version: number;
  readonly hash: string;
}

const o = organizations.as('o');
const END = select({ sequence: o.sequence, version: o.version, hash: o.headHash });

/** The end of the log. Undefined if there has never been such an organization. */
export function logEndOf(reader: Reader, organizationId: string): Promise<LogEnd | undefined> {
  return END.first(reader, 'FROM organizations o WHERE o.id = ?', [organizationId]);
}

/** Appends `rows` in one statement. Only an organization transaction calls it (E1). */
export function insertLogRows(writer: Writer, rows: readonly NewLogRow[]): Promise<void> {
  return logEntries.insertAll(writer, rows);
}

const COUNT = select({ count: expression<number>('COUNT(*)') });

/** How many entries after `sequence` are no roster change, counted no further than `most`. */
export async function countOtherEntriesAfter(
  reader: Reader,
  organizationId: string,
  sequence: number,
  most: number,
): Promise<number> {
  const row = await COUNT.first(
    reader,
    `FROM (SELECT 1 FROM log_entries WHERE organization_id = ? AND sequence > ? AND version IS NULL LIMIT ?) missed`,
    [organizationId, sequence, most],
  );
  return row?.count ?? 0;
}
