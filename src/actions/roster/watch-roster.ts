import { type LogEntry, rosterChangesAfter } from '../../store/log/log-entries';
import type { Roster } from '../../store/rosters';
import type { LogStream } from '../subscriptions/log-stream';
import type { AskedIterator, SubscriptionRequest } from '../subscriptions/subscriber';
import type { Services } from '../services';

export interface RosterEvent {
  readonly organizationId: string;
  readonly version: number;
  /** Null if the event carries the current roster whole. */
  readonly change: LogEntry | null;
  /** The roster that the event carries whole. Null if it is read when somebody asks for it. */
  readonly roster: Roster | null;
}

/** The roster's changes. A position in it is a version. */
export const ROSTER_STREAM: LogStream<Roster, RosterEvent> = {
  name: 'ROSTER',
  positionOf: (place) => place.version ?? 0,
  joinedAt: ({ viewerJoinedVersion }) => viewerJoinedVersion,
  entriesAfter: rosterChangesAfter,
  countAfter: (_reader, _organizationId, after, present) => Promise.resolve(present.version - after),
  takeSnapshot: async (reads, organizationId) => {
    const roster = await reads.roster(organizationId);
    return roster && { position: roster.version, value: roster };
  },
  ledgerKnownAfter: null,
  sees: () => true,
  toEvent: (organizationId, step) => ({
    organizationId,
    version: step.position,
    change: step.kind === 'ENTRY' ? step.entry : null,
    roster: step.kind === 'SNAPSHOT' ? step.value : null,
  }),
};

/** The roster's changes, live or from where the subscriber left off (L1 to L4); see `Subscriber` for how it ends. */
export function watchRoster(
  { subscriptions, database }: Services,
  request: SubscriptionRequest,
): AskedIterator<RosterEvent> {
  return subscriptions.subscribe(ROSTER_STREAM, database.reader, request);
}
