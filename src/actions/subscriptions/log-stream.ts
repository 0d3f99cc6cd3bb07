import type { BillingRole } from '../../domain/access/permissions';
import type { LogPosition } from '../../domain/log/log-position';
import type { Reader } from '../../store/database';
import type { LogEntry } from '../../store/log/log-entries';
import type { MemberAccess } from '../../store/memberships';
import type { SubscriptionReads } from '../loaders/subscription-reads';

/** A subscriber that missed more than this gets the current state instead (L2). */
export const MOST_REPLAYED = 1_000;

/** Entries read at once. */
export const PAGE = 100;

/** How long to wait before an unreachable database is asked again, in milliseconds. */
export const ASK_AGAIN_AFTER = 1_000;

/** A balance that usage changes all the time is told no more often than this, in milliseconds (L9). */
export const BALANCE_EVERY = 1_000;

/** Each stream, by its name. */
export type StreamName = 'ROSTER' | 'BILLING';

/**
 * An organization's log as one kind of subscription sees it. All that two kinds differ in is here, and one object serves all of their
 * subscribers.
 */
export interface LogStream<Snapshot = unknown, Event = unknown> {
  /** The subscribers of one organization and one stream are a group. */
  readonly name: StreamName;
  /** Where a log position or an entry is in this stream. */
  positionOf(place: LogPosition | LogEntry): number;
  /** Where the viewer joined: nothing from before is replayed to them (A10). Null if the log does not say. */
  joinedAt(member: MemberAccess): number | null;
  /** The entries of the stream after a position, in order. */
  entriesAfter(reader: Reader, organizationId: string, after: number, limit: number): Promise<LogEntry[]>;
  /** How many entries of the stream come after a position, counted up to `MOST_REPLAYED` + 1. */
  countAfter(reader: Reader, organizationId: string, after: number, present: LogPosition): Promise<number>;
  /** The current state, and the position that it is as of; null if the organization has been removed. */
  takeSnapshot(reads: SubscriptionReads, organizationId: string): Promise<{ position: number; value: Snapshot } | null>;
  /**
   * For a stream that also tells of the credits (L9): the position in the ledger that a subscriber who resumes after `after` knows.
   * Null for any other.
   */
  readonly ledgerKnownAfter:
    ((reader: Reader, organizationId: string, after: number, present: LogPosition) => Promise<number>) | null;
  /** Whether this viewer is told of the entry. */
  sees(entry: LogEntry, viewer: { readonly viewerId: string; readonly viewerBillingRole: BillingRole }): boolean;
  toEvent(organizationId: string, step: Step<Snapshot>): Event;
}

/** What a subscriber is told of. */
export type Step<Snapshot = unknown> =
  | { readonly kind: 'SNAPSHOT'; readonly position: number; readonly value: Snapshot }
  /** The credits changed without a log entry: by usage alone. */
  | { readonly kind: 'BALANCE'; readonly position: number }
  | { readonly kind: 'ENTRY'; readonly position: number; readonly entry: LogEntry };
