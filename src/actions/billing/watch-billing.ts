import { permits } from '../../domain/access/permissions';
import { LOG_KINDS } from '../../domain/log/kinds';
import { ledgerSequenceAt } from '../../store/credit-ledger';
import { countOtherEntriesAfter, type LogEntry } from '../../store/log/log-entries';
import { headsOf } from '../../store/organizations';
import type { ViewedOrganization } from '../../store/standings';
import { followLog, MOST_REPLAYED } from '../live/follow-log';
import { mapIterator } from '../live/map-iterator';
import type { Services } from '../services';

export interface BillingEvent {
  readonly organizationId: string;
  readonly sequence: number;
  /** Null where the event carries the current state. */
  readonly kind: string | null;
}

export interface BillingWatch {
  readonly organizationId: string;
  readonly viewerId: string;
  /** The last sequence that the subscriber has seen; null to begin with the current state. */
  readonly afterSequence: number | null;
  readonly onStalled: () => void;
}

/** What changes in an organization apart from its roster (L9); see `followLog` for how it ends. */
export function watchBilling(services: Services, watch: BillingWatch): AsyncIterableIterator<BillingEvent> {
  const { organizationId } = watch;
  const { reader } = services.database;
  const steps = followLog<null>(services, {
    organizationId,
    viewerId: watch.viewerId,
    part: 'OTHER',
    after: watch.afterSequence,
    positionOf: (place) => place.sequence,
    countMissed: (after) => countOtherEntriesAfter(reader, organizationId, after, MOST_REPLAYED + 1),
    takeSnapshot: async () => {
      const [head] = await headsOf(reader, [organizationId]);
      return head ? { position: head.sequence, value: null } : null;
    },
    ledgerKnownAfter: (after, head) => ledgerSequenceAt(reader, organizationId, after, head.ledgerSequence),
    sees: isToldOf,
    crowd: null,
    onStalled: watch.onStalled,
  });
  return mapIterator(steps, (step) => ({
    organizationId,
    sequence: step.position,
    kind: step.kind === 'ENTRY' ? step.entry.kind : null,
  }));
}

function isToldOf({ kind, subjectId }: LogEntry, { viewerId, viewerStanding }: ViewedOrganization): boolean {
  const { audience } = LOG_KINDS[kind];
  if (audience === 'MEMBERS' || permits(viewerStanding, 'MANAGE_BILLING_ADMINS')) return true;
  return audience === 'OWNERS_AND_SUBJECT' && subjectId === viewerId;
}
