import type { LogPosition } from '../../domain/log/log-position';
import type { LogEntry } from '../../store/log/log-entries';
import type { JoinedMembership, Membership } from '../../store/memberships';
import type { LogPart } from '../reads/live-reads';
import type { Services } from '../services';
import type { LiveListener } from './live-listener';

/** Beyond so many missed changes the current state is told instead (L2). */
export const MOST_REPLAYED = 1_000;

/** A kind of subscription to an organization's log: the same for all of its subscribers, so that none holds more than its place. */
export interface FollowedLog<Snapshot, Event> {
  readonly part: LogPart;
  /** Where a head or an entry stands in this part of the log. */
  positionOf(place: LogPosition | LogEntry): number;
  /** Where the viewer joined; nothing before that is replayed to them (A10). Null where the log does not tell of it. */
  joinedAt(viewed: JoinedMembership): number | null;
  /** How many entries of the part come after a position, counted up to `MOST_REPLAYED` + 1. */
  countMissed(services: Services, organizationId: string, after: number, head: LogPosition): Promise<number>;
  /** The current state, and the position that it is exactly as of; null where the organization is no more. */
  takeSnapshot(services: Services, organizationId: string): Promise<{ position: number; value: Snapshot } | null>;
  /**
   * Where the credits are told of too: the ledger's position that a subscriber who resumes after `after` knows of already.
   * Null where they are not told of (L9).
   */
  readonly ledgerKnownAfter:
    ((services: Services, organizationId: string, after: number, head: LogPosition) => Promise<number>) | null;
  /** Whether this viewer is told of the entry. */
  sees(entry: LogEntry, viewed: Membership): boolean;
  toEvent(organizationId: string, step: Step<Snapshot>): Event;
}

/** One subscriber of it. */
export interface LogSubscriber {
  readonly organizationId: string;
  readonly viewerId: string;
  /** The last position that the subscriber has seen; null where it begins anew. */
  readonly after: number | null;
  /** Where the subscriber is told of changes to the roster while it is live; null where it asks for each step itself. */
  readonly listener: LiveListener | null;
  /** Whose end is called when the subscriber has taken nothing while more than `backlogLimit` changes came (L7). */
  readonly connection: Connection;
}

/** What a subscriber is told by. */
export interface Connection {
  /** Ends it at once. */
  cutOff(): void;
}

export type Step<Snapshot> =
  | { readonly kind: 'SNAPSHOT'; readonly position: number; readonly value: Snapshot }
  /** The credits changed without a log entry: by usage alone. */
  | { readonly kind: 'BALANCE'; readonly position: number }
  | { readonly kind: 'ENTRY'; readonly position: number; readonly entry: LogEntry };
