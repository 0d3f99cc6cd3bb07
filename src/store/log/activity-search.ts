import type { LogKind } from '../../domain/log/kinds';
import type { Reader } from '../database';
import { filledUp, inList } from '../prepared-sizes';
import { expression, select } from '../schema/select';
import { HASHED_ENTRY, type LogEntry, toEntry } from './log-entries';

/** An index that finds entries, newest first: those of a kind, about a user, or by one. */
export interface ActivitySource {
  readonly by: 'kind' | 'subjectId' | 'actorId';
  readonly value: string;
}

export interface ActivityFilter {
  /** An entry is found by at least one of them. */
  readonly sources: readonly ActivitySource[];
  readonly kinds: ReadonlySet<LogKind>;
  /** What else an entry must be. */
  readonly matches: (entry: LogEntry) => boolean;
}

export interface FoundActivity {
  readonly entries: readonly LogEntry[];
  /** Where the search stopped before it found enough: it has looked at all from this sequence on. Null if it has not stopped. */
  readonly stoppedAt: number | null;
}

/** The most entries of users that one search looks at, whatever their kinds. */
const MOST_LOOKED_AT = 4_000;

const FOUND = select({
  source: expression<number>('source'),
  sequence: expression<number>('sequence'),
  kind: expression<LogKind>('kind'),
});

const HASHED = select(HASHED_ENTRY);

/** Each has an index with the sequence behind it, and the kind: nothing else is read of an entry before it is known to be shown. */
const COLUMNS = { kind: 'kind', subjectId: 'subject_id', actorId: 'actor_id' } as const;
const INDEXES = {
  kind: 'log_entries_of_kind',
  subjectId: 'log_entries_of_subject',
  actorId: 'log_entries_of_actor',
} as const;

/**
 * The newest entries that the filter finds before `before` (null: from the newest), at most `limit`. One statement looks in all sources; of
 * each it reads a bounded number. Entries below the place where a source was cut off wait for the next page.
 */
export async function findActivity(
  reader: Reader,
  organizationId: string,
  { sources, kinds, matches }: ActivityFilter,
  before: number | null,
  limit: number,
): Promise<FoundActivity> {
  if (sources.length === 0) return { entries: [], stoppedAt: null };
  const { rows, looked, most } = await findPlaces(reader, organizationId, sources, before, limit);
  const counts = looked.map(() => 0);
  const lowest = looked.map(() => Number.MAX_SAFE_INTEGER);
  for (const { source, sequence } of rows) {
    counts[source]! += 1;
    lowest[source] = Math.min(lowest[source]!, sequence);
  }
  const floor = Math.max(0, ...looked.map((_, source) => (counts[source] === most[source] ? lowest[source]! : 0)));
  const places = new Set(
    rows.flatMap(({ sequence, kind }) => (sequence >= floor && kinds.has(kind) ? [sequence] : [])),
  );
  const candidates = [...places].sort((one, other) => other - one);
  const entries: LogEntry[] = [];
  for (let start = 0; start < candidates.length && entries.length < limit; start += limit)
    entries.push(...(await entriesAt(reader, organizationId, candidates.slice(start, start + limit))).filter(matches));
  const isCutOff = entries.length < limit && floor > 0;
  return { entries: entries.slice(0, limit), stoppedAt: isCutOff ? floor : null };
}

/**
 * The places and kinds of entries in each source, newest first, and how many were asked for. MariaDB has to be told which index to use: it
 * takes another one that begins with the kind, reads all entries of it and sorts them. To SQLite this is a comment.
 */
export async function findPlaces(
  reader: Reader,
  organizationId: string,
  sources: readonly ActivitySource[],
  before: number | null,
  limit: number,
) {
  const looked = filledUp(sources);
  // Of a kind every entry counts; of a user those of other kinds are passed over.
  const ofUser = Math.max(limit, Math.floor(MOST_LOOKED_AT / looked.length));
  const most = looked.map(({ by }) => (by === 'kind' ? limit : ofUser));
  const branches = looked.map(
    ({ by }, source) =>
      `SELECT * FROM (SELECT ${source} AS source, sequence, kind FROM log_entries /*! FORCE INDEX (${INDEXES[by]}) */
        WHERE organization_id = ? AND ${COLUMNS[by]} = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?) p`,
  );
  const rows = await FOUND.rows(
    reader,
    `FROM (${branches.join(' UNION ALL ')}) found`,
    looked.flatMap(({ value }, source) => [organizationId, value, before ?? Number.MAX_SAFE_INTEGER, most[source]!]),
  );
  return { rows, looked, most };
}

/** Newest first. */
export async function entriesAt(
  reader: Reader,
  organizationId: string,
  sequences: readonly number[],
): Promise<LogEntry[]> {
  const among = inList(sequences);
  const rows = await HASHED.rows(
    reader,
    `FROM log_entries l WHERE organization_id = ? AND sequence ${among.sql} ORDER BY sequence DESC`,
    [organizationId, ...among.values],
  );
  return rows.map(toEntry);
}
