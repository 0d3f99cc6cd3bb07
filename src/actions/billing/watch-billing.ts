import { permits } from '../../domain/access/permissions';
import { LOG_KINDS } from '../../domain/log/kinds';
import { ledgerSequenceAt } from '../../store/credit-ledger';
import { countOtherEntriesAfter, type LogEntry, otherEntriesAfter } from '../../store/log/log-entries';
import type { Membership } from '../../store/memberships';
import { type LogStream, MOST_REPLAYED } from '../subscriptions/log-stream';
import type { AskedIterator, SubscriptionRequest } from '../subscriptions/subscriber';
import type { Services } from '../services';

export interface BillingEvent {
  readonly organizationId: string;
  readonly sequence: number;
  /** Null if the event carries the current state. */
  readonly kind: string | null;
  /** Null if the event carries the current state. */
  readonly entry: LogEntry | null;
}

/** What changes apart from the roster. A position in it is a sequence. */
export const BILLING_STREAM: LogStream<null, BillingEvent> = {
  name: 'BILLING',
  positionOf: (place) => place.sequence,
  joinedAt: ({ viewerJoinedSequence }) => viewerJoinedSequence,
  entriesAfter: otherEntriesAfter,
  countAfter: (reader, organizationId, after) =>
    countOtherEntriesAfter(reader, organizationId, after, MOST_REPLAYED + 1),
  takeSnapshot: async (reads, organizationId) => {
    const position = await reads.position(organizationId);
    return position && { position: position.sequence, value: null };
  },
  ledgerKnownAfter: (reader, organizationId, after, { ledgerSequence }) =>
    ledgerSequenceAt(reader, organizationId, after, ledgerSequence),
  sees: ({ kind, subjectId }, viewer) => {
    const { audience } = LOG_KINDS[kind];
    if (audience === 'MEMBERS' || permits(viewer.viewerBillingRole, 'MANAGE_BILLING_ADMINS')) return true;
    return audience === 'OWNERS_AND_SUBJECT' && subjectId === viewer.viewerId;
  },
  toEvent: (organizationId, step) => {
    const entry = step.kind === 'ENTRY' ? step.entry : null;
    return { organizationId, sequence: step.position, kind: entry && entry.kind, entry };
  },
};

/** What changes in an organization apart from its roster (L9); see `Subscriber` for how it ends. */
export function watchBilling(
  { subscriptions, database }: Services,
  request: SubscriptionRequest,
): AskedIterator<BillingEvent> {
  return subscriptions.subscribe(BILLING_STREAM, database.reader, request);
}

/** Whether the viewer may still be told of the event. If that depends on who the viewer is, the answer cannot be shared. */
export function mayBeTold({ entry }: BillingEvent, viewed: Membership): boolean {
  return entry === null || BILLING_STREAM.sees(entry, viewed);
}
