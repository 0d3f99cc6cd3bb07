import type { Reader, Writer } from './database';
import { HASHED_ENTRY, type LogEntry, toEntry } from './log/log-entries';
import { expression, type RowOf, select } from './schema/select';
import { hostEvents, hostFeeds as hostFeedsTable, organizations } from './schema/tables';

const o = organizations.as('o');
const PROGRESS = select({
  organizationId: o.id,
  sequence: o.sequence,
  /**
   * The newest of the organization's entries that has a position; 0 where none has. One look into an index, however long its log is: an
   * engine may read all of it for MAX.
   */
  published: expression<number>(
    'COALESCE((SELECT e.sequence FROM host_events e WHERE e.organization_id = o.id ORDER BY e.sequence DESC LIMIT 1), 0)',
  ),
});

/** How far an organization's log has come, and how far the feed has followed it. */
export type FeedProgress = RowOf<typeof PROGRESS.expressions>;

/** A log entry, as the feed has it. */
export interface PlaceInLog {
  readonly organizationId: string;
  readonly sequence: number;
}

/** The progress of the next organizations by id, removed ones too. */
export function feedProgressAfter(reader: Reader, organizationId: string, limit: number): Promise<FeedProgress[]> {
  return PROGRESS.rows(reader, 'FROM organizations o WHERE o.id > ? ORDER BY o.id LIMIT ?', [organizationId, limit]);
}

export function feedProgressOf(reader: Reader, organizationIds: readonly string[]): Promise<FeedProgress[]> {
  const places = organizationIds.map(() => '?').join(', ');
  return PROGRESS.rows(reader, `FROM organizations o WHERE o.id IN (${places})`, organizationIds);
}

const END = select({ position: expression<number | null>('MAX(position)') });

/** The newest position of the feed; 0 before its first. Where a feed has begun and holds nothing yet, that is where it began. */
export async function feedEnd(reader: Reader): Promise<number> {
  const row = await END.first(
    reader,
    'FROM (SELECT MAX(position) AS position FROM host_events UNION ALL SELECT MAX(begins_at) FROM host_feeds) ends',
    [],
  );
  return row?.position ?? 0;
}

/** Gives the entries the positions after `end`, in their order. Only the holder of the lease calls it. */
export async function insertHostEvents(writer: Writer, end: number, events: readonly PlaceInLog[]): Promise<void> {
  await hostEvents.insertAll(
    writer,
    events.map(({ organizationId, sequence }, index) => ({ position: end + index + 1, organizationId, sequence })),
  );
}

/** A log entry and its position in the feed. */
export interface HostEventEntry extends LogEntry {
  readonly position: number;
}

const PLACED = select({ position: expression<number>('page.position'), ...HASHED_ENTRY });

/** The next entries of the feed after a position. Their places are found first: an engine may otherwise begin with the log. */
export async function hostEventEntriesAfter(
  reader: Reader,
  position: number,
  limit: number,
): Promise<HostEventEntry[]> {
  const rows = await PLACED.rows(
    reader,
    `FROM (SELECT position, organization_id, sequence FROM host_events WHERE position > ? ORDER BY position LIMIT ?) page
     JOIN log_entries l ON l.organization_id = page.organization_id AND l.sequence = page.sequence
     ORDER BY page.position`,
    [position, limit],
  );
  return rows.map((row) => ({ ...toEntry(row), position: row.position }));
}

const FEED = select(hostFeedsTable.all);

/** A feed, which begins with its `feed.reset` at a position, and the first of all at 0 without one. */
export type HostFeed = RowOf<typeof hostFeedsTable.all>;

/** The feeds there were, oldest first: one more for each time that the database was restored. */
export function hostFeeds(reader: Reader): Promise<HostFeed[]> {
  return FEED.rows(reader, 'FROM host_feeds ORDER BY begins_at', []);
}

export async function insertHostFeed(writer: Writer, { beginsAt, id, createdAt }: HostFeed): Promise<void> {
  await hostFeedsTable.insert(writer, { beginsAt, id, createdAt });
}

/** The feed that a position belongs to. Undefined before the first feed. */
export function feedAt(feeds: readonly HostFeed[], position: number): HostFeed | undefined {
  return feeds.findLast(({ beginsAt }) => beginsAt <= position);
}

const PLACE = select({ organizationId: hostEvents.all.organizationId, sequence: hostEvents.all.sequence });

/** The entry that has the position; undefined where none has. */
export function hostEventAt(reader: Reader, position: number): Promise<PlaceInLog | undefined> {
  return PLACE.first(reader, 'FROM host_events WHERE position = ?', [position]);
}

/** An organization's entries from a place in its log on, as far as the feed has been passed on. */
export async function hostEventEntriesOf(
  reader: Reader,
  { organizationId, sequence }: PlaceInLog,
  upTo: number,
  limit: number,
): Promise<HostEventEntry[]> {
  const rows = await PLACED.rows(
    reader,
    `FROM (SELECT position, organization_id, sequence FROM host_events
           WHERE organization_id = ? AND sequence >= ? ORDER BY sequence LIMIT ?) page
     JOIN log_entries l ON l.organization_id = page.organization_id AND l.sequence = page.sequence
     WHERE page.position <= ? ORDER BY page.position`,
    [organizationId, sequence, limit, upTo],
  );
  return rows.map((row) => ({ ...toEntry(row), position: row.position }));
}
