import { permits } from '../../domain/access/permissions';
import { LOG_KINDS } from '../../domain/log/kinds';
import { ledgerSequenceAt } from '../../store/credit-ledger';
import { countOtherEntriesAfter, type LogEntry } from '../../store/log/log-entries';
import { logPositionsOf } from '../../store/organizations';
import type { Membership } from '../../store/memberships';
import { followLog } from '../subscriptions/follow-log';
import { type FollowedLog, type LogSubscriber, MOST_REPLAYED } from '../subscriptions/followed-log';
import type { AskedIterator } from '../subscriptions/taker';
import type { Services } from '../services';

export interface BillingEvent {
  readonly organizationId: string;
  readonly sequence: number;
  /** Null if the event carries the current state. */
  readonly kind: string | null;
  /** Null if the event carries the current state. */
  readonly entry: LogEntry | null;
}

/** See `FollowedLog`; `after` is the last sequence that the subscriber has seen. */
const BILLING_LOG: FollowedLog<null, BillingEvent> = {
  part: 'OTHER',
  positionOf: (place) => place.sequence,
  joinedAt: ({ viewerJoinedSequence }) => viewerJoinedSequence,
  countMissed: ({ database }, organizationId, after) =>
    countOtherEntriesAfter(database.reader, organizationId, after, MOST_REPLAYED + 1),
  takeSnapshot: async ({ database }, organizationId) => {
    const [logPosition] = await logPositionsOf(database.reader, [organizationId]);
    return logPosition ? { position: logPosition.sequence, value: null } : null;
  },
  ledgerKnownAfter: ({ database }, organizationId, after, logPosition) =>
    ledgerSequenceAt(database.reader, organizationId, after, logPosition.ledgerSequence),
  sees: concerns,
  toEvent: (organizationId, step) => {
    const entry = step.kind === 'ENTRY' ? step.entry : null;
    return { organizationId, sequence: step.position, kind: entry && entry.kind, entry };
  },
};

/** What changes in an organization apart from its roster (L9); see `followLog` for how it ends. */
export function watchBilling(services: Services, subscriber: LogSubscriber): AskedIterator<BillingEvent> {
  return followLog(services, BILLING_LOG, subscriber);
}

/** Whether the viewer may still be told of the event. */
export function mayBeTold({ entry }: BillingEvent, membership: Membership): boolean {
  return entry === null || concerns(entry, membership);
}

function concerns({ kind, subjectId }: LogEntry, { viewerId, viewerBillingRole }: Membership): boolean {
  const { audience } = LOG_KINDS[kind];
  if (audience === 'MEMBERS' || permits(viewerBillingRole, 'MANAGE_BILLING_ADMINS')) return true;
  return audience === 'OWNERS_AND_SUBJECT' && subjectId === viewerId;
}
