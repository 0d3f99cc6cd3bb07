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

/** How long to wait before the next try to reach the database, in milliseconds. */
export const ASK_AGAIN_AFTER = 1_000;

/** The least time between two balances that usage alone has changed, in milliseconds (L9). */
export const BALANCE_EVERY = 1_000;

/** An organization's log as one kind of subscription sees it: everything that differs between two kinds. One object serves all subscribers. */
export interface LogStream<Snapshot = unknown, Event = unknown> {
  readonly name: 'ROSTER' | 'BILLING';
  /** The position of a log position or an entry in this stream. */
  positionOf(place: LogPosition | LogEntry): number;
  /** Where the viewer joined: a replay starts no earlier (A10). Null if the log does not say. */
  joinedAt(member: MemberAccess): number | null;
  /** The entries of the stream after a position, in order. */
  entriesAfter(reader: Reader, organizationId: string, after: number, limit: number): Promise<LogEntry[]>;
  /** How many entries of the stream come after a position, counted up to `MOST_REPLAYED` + 1. */
  countAfter(reader: Reader, organizationId: string, after: number, present: LogPosition): Promise<number>;
  /** The current state, and its position. Null if the organization has been removed. */
  takeSnapshot(reads: SubscriptionReads, organizationId: string): Promise<{ position: number; value: Snapshot } | null>;
  /**
   * For a stream that also tells the credits (L9): the position in the ledger that a subscriber knows when it resumes after `after`. Null for
   * any other stream.
   */
  readonly ledgerKnownAfter:
    ((reader: Reader, organizationId: string, after: number, present: LogPosition) => Promise<number>) | null;
  sees(entry: LogEntry, viewer: { readonly viewerId: string; readonly viewerBillingRole: BillingRole }): boolean;
  toEvent(organizationId: string, step: Step<Snapshot>): Event;
}

/** What a subscriber is told. */
export type Step<Snapshot = unknown> =
  | { readonly kind: 'SNAPSHOT'; readonly position: number; readonly value: Snapshot }
  /** Usage changed the credits, without a log entry. */
  | { readonly kind: 'BALANCE'; readonly position: number }
  | { readonly kind: 'ENTRY'; readonly position: number; readonly entry: LogEntry };
