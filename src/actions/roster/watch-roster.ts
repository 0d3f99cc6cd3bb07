import type { LogEntry } from '../../store/log/log-entries';
import type { Roster } from '../../store/rosters';
import { followLog } from '../subscriptions/follow-log';
import type { FollowedLog, LogSubscriber } from '../subscriptions/followed-log';
import type { AskedIterator } from '../subscriptions/taker';
import type { Services } from '../services';

export interface RosterEvent {
  readonly organizationId: string;
  readonly version: number;
  /** Null if the event carries the current roster whole. */
  readonly change: LogEntry | null;
  /** The roster that the event carries whole. Null if it is read when somebody asks for it. */
  readonly roster: Roster | null;
}

/** See `FollowedLog`; `after` is the last version that the subscriber has seen. */
const ROSTER_LOG: FollowedLog<Roster, RosterEvent> = {
  part: 'ROSTER',
  positionOf: (place) => place.version ?? 0,
  joinedAt: ({ viewerJoinedVersion }) => viewerJoinedVersion,
  countMissed: (_services, _organizationId, after, logPosition) => Promise.resolve(logPosition.version - after),
  takeSnapshot: async ({ liveReads }, organizationId) => {
    const roster = await liveReads.roster(organizationId);
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

/** The roster's changes, live or from where the subscriber left off (L1 to L4); see `followLog` for how it ends. */
export function watchRoster(services: Services, subscriber: LogSubscriber): AskedIterator<RosterEvent> {
  return followLog(services, ROSTER_LOG, subscriber);
}
