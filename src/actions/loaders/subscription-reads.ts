import type { LogPosition } from '../../domain/log/log-position';
import type { Reader } from '../../store/database';
import type { LogEntry } from '../../store/log/log-entries';
import { logPositionsOf, organizationById, type OrganizationRow } from '../../store/organizations';
import { type Roster, rostersOf } from '../../store/rosters';
import {
  type JoinedMembership,
  type MemberAccess,
  memberAccessOf,
  billingRolesChangedAfter,
  membershipsOf,
} from '../../store/memberships';
import { peopleIn, type PersonKey } from '../../store/people';
import type { UserRow } from '../../store/users';
import type { SmallSteps } from '../small-steps';
import { batchPerTick, FOR_SUBSCRIBERS } from './batch-per-tick';
import { createEventLoaders, type EventLoaders } from './event-loaders';
import { inOrder } from './in-order';
import type { SharedReads } from './operation-reads';

/** Viewers whose access is read in one statement. */
const VIEWERS_AT_ONCE = 1_000;

/** What reads the entries of a stream. */
interface EntrySource {
  readonly name: string;
  entriesAfter(reader: Reader, organizationId: string, after: number, limit: number): Promise<LogEntry[]>;
}

interface LogQuery {
  readonly stream: EntrySource;
  readonly organizationId: string;
  readonly after: number;
  readonly limit: number;
}

/** Whose access may be another than at an earlier version, and what it is now: null for a viewer who is no member. */
export interface AccessChanges {
  readonly version: number;
  readonly members: ReadonlyMap<string, MemberAccess | null>;
}

/**
 * All that the subscription pipeline reads. A change wakes all who watch an organization at once, and they ask for the same: they share
 * statements (`batchPerTick`). What an event is made of (`SharedReads`) is handed out in small steps: a thousand subscribers that are
 * answered for themselves would otherwise make their events in the same turn.
 */
export interface SubscriptionReads extends SharedReads {
  viewedBy(organizationId: string, viewerId: string): Promise<JoinedMembership | null>;
  roster(organizationId: string): Promise<Roster | null>;
  /** Null for an organization that does not exist. */
  position(organizationId: string): Promise<LogPosition | null>;
  log(query: LogQuery): Promise<LogEntry[]>;
  organization(organizationId: string): Promise<OrganizationRow | undefined>;
  /** Only of these viewers. Null for an organization that does not exist. */
  accessChangedAfter(
    organizationId: string,
    version: number,
    viewers: readonly { readonly viewerId: string; readonly grantExpiresAt: number | null }[],
  ): Promise<AccessChanges | null>;
  /** Loaders for one event of the organization, for all who are told of it. */
  ofEvent(organization: OrganizationRow): EventLoaders;
}

export function createSubscriptionReads(reader: Reader, smallSteps: SmallSteps): SubscriptionReads {
  const inSteps = async <Found>(found: Promise<Found>): Promise<Found> => {
    const what = await found;
    await smallSteps.next();
    return what;
  };

  const viewed = batchPerTick<[string, string], JoinedMembership | null>(async (pairs) => {
    const rows = await membershipsOf(
      reader,
      unique(pairs.map(([organizationId]) => organizationId)),
      unique(pairs.map(([, viewerId]) => viewerId)),
    );
    const byPair = new Map(rows.map((row) => [`${row.id} ${row.viewerId}`, row]));
    return pairs.map(([organizationId, viewerId]) => byPair.get(`${organizationId} ${viewerId}`) ?? null);
  }, FOR_SUBSCRIBERS);

  const rosters = batchPerTick<string, Roster | null>(
    async (ids) => inOrder(ids, await rostersOf(reader, unique(ids)), ofOrganization),
    FOR_SUBSCRIBERS,
  );

  const positions = batchPerTick<string, LogPosition | null>(
    async (ids) => inOrder(ids, await logPositionsOf(reader, unique(ids)), ofOrganization),
    FOR_SUBSCRIBERS,
  );

  const people = batchPerTick<PersonKey, UserRow | null>((keys) => peopleIn(reader, keys), FOR_SUBSCRIBERS);

  const log = batchPerTick<LogQuery, LogEntry[]>((queries) => {
    const read = new Map<string, Promise<LogEntry[]>>();
    return Promise.all(
      queries.map(({ stream, organizationId, after, limit }) => {
        const key = JSON.stringify([stream.name, organizationId, after, limit]);
        const entries = read.get(key) ?? stream.entriesAfter(reader, organizationId, after, limit);
        read.set(key, entries);
        return entries;
      }),
    );
  }, FOR_SUBSCRIBERS);

  return {
    viewedBy: (organizationId, viewerId) => viewed.load([organizationId, viewerId]),
    roster: (organizationId) => rosters.load(organizationId),
    position: (organizationId) => positions.load(organizationId),
    log: (query) => log.load(query),
    organization: (organizationId) => organizationById(reader, organizationId),
    accessChangedAfter: async (organizationId, version, viewers) => {
      const changed = await billingRolesChangedAfter(reader, organizationId, version);
      if (!changed) return null;
      const { viewerIds } = changed;
      // Of the end of a grant the log may not tell yet.
      const asked = viewers.filter(
        ({ viewerId, grantExpiresAt }) => grantExpiresAt !== null || (viewerIds?.has(viewerId) ?? true),
      );
      const members = new Map<string, MemberAccess | null>(asked.map(({ viewerId }) => [viewerId, null]));
      const ids = [...members.keys()];
      for (let start = 0; start < ids.length; start += VIEWERS_AT_ONCE) {
        const found = await memberAccessOf(reader, organizationId, ids.slice(start, start + VIEWERS_AT_ONCE));
        for (const [viewerId, member] of found) members.set(viewerId, member);
      }
      return { version: changed.version, members };
    },
    ofEvent: (organization) => createEventLoaders(reader, organization),
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

const ofOrganization = ({ organizationId }: { readonly organizationId: string }) => organizationId;

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}
