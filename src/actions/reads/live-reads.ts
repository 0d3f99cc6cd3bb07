import type { Reader } from '../../store/database';
import { type LogEntry, otherEntriesAfter, rosterChangesAfter } from '../../store/log/log-entries';
import { type Roster, rostersOf } from '../../store/rosters';
import { type JoinedMembership, membershipsOf } from '../../store/memberships';
import { peopleIn, type PersonKey } from '../../store/people';
import type { UserRow } from '../../store/users';
import type { SmallSteps } from '../small-steps';
import type { SharedReads } from './operation-reads';
import { together } from './together';

/** Which part of the log a subscriber follows: roster changes by `version`, or everything else by `sequence`. */
export type LogPart = 'ROSTER' | 'OTHER';

interface LogQuery {
  readonly part: LogPart;
  readonly organizationId: string;
  readonly after: number;
  readonly limit: number;
}

/**
 * Reads for subscribers. A change wakes all who watch an organization at once, and they ask for the same: what is asked in
 * one turn of the event loop, or while the statement before is under way, is read in one statement. Nothing is kept, so that each
 * answer is newer than its question. What an event is made of (`SharedReads`) is handed out in small steps: a thousand who are
 * answered for themselves would otherwise make their events in the same turn.
 */
export interface LiveReads extends SharedReads {
  viewedBy(organizationId: string, viewerId: string): Promise<JoinedMembership | null>;
  roster(organizationId: string): Promise<Roster | null>;
  log(query: LogQuery): Promise<LogEntry[]>;
}

export function createLiveReads(reader: Reader, smallSteps: SmallSteps): LiveReads {
  const inSteps = async <Found>(found: Promise<Found>): Promise<Found> => {
    const what = await found;
    await smallSteps.next();
    return what;
  };

  const viewed = together<[string, string], JoinedMembership | null>(async (pairs) => {
    const rows = await membershipsOf(
      reader,
      unique(pairs.map(([organizationId]) => organizationId)),
      unique(pairs.map(([, viewerId]) => viewerId)),
    );
    const byPair = new Map(rows.map((row) => [`${row.id} ${row.viewerId}`, row]));
    return pairs.map(([organizationId, viewerId]) => byPair.get(`${organizationId} ${viewerId}`) ?? null);
  });

  const rosters = together<string, Roster | null>(async (ids) => {
    const byId = new Map((await rostersOf(reader, unique(ids))).map((roster) => [roster.organizationId, roster]));
    return ids.map((id) => byId.get(id) ?? null);
  });

  const people = together<PersonKey, UserRow | null>((keys) => peopleIn(reader, keys));

  const log = together<LogQuery, LogEntry[]>(async (queries) => {
    const read = new Map<string, Promise<LogEntry[]>>();
    return Promise.all(
      queries.map((query) => {
        const key = JSON.stringify([query.part, query.organizationId, query.after, query.limit]);
        const entries = read.get(key) ?? readLog(reader, query);
        read.set(key, entries);
        return entries;
      }),
    );
  });

  return {
    viewedBy: (organizationId, viewerId) => viewed.load([organizationId, viewerId]),
    roster: (organizationId) => rosters.load(organizationId),
    log: (query) => log.load(query),
    viewedWithRoster: async (organizationId, viewerId) => {
      const seen = await viewed.load([organizationId, viewerId]);
      // Never for a stranger, who would see by the time that there is something to read (A9).
      const roster = seen && (await inSteps(rosters.load(organizationId)));
      return seen && roster && { membership: seen, roster };
    },
    viewed: async (organizationIds, viewerId) =>
      present(await inSteps(Promise.all(organizationIds.map((id) => viewed.load([id, viewerId]))))),
    rosters: async (organizationIds) =>
      present(await inSteps(Promise.all(organizationIds.map((id) => rosters.load(id))))),
    people: (keys) => inSteps(Promise.all(keys.map((key) => people.load(key)))),
  };
}

function readLog(reader: Reader, { part, organizationId, after, limit }: LogQuery): Promise<LogEntry[]> {
  const entriesAfter = part === 'ROSTER' ? rosterChangesAfter : otherEntriesAfter;
  return entriesAfter(reader, organizationId, after, limit);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}
