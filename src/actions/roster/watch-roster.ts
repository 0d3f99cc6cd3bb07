import type { LogEntry } from '../../store/log/log-entries';
import type { Roster } from '../../store/rosters';
import { followLog } from '../live/follow-log';
import { mapIterator } from '../live/map-iterator';
import type { Services } from '../services';

export interface RosterEvent {
  readonly organizationId: string;
  readonly version: number;
  /** Null where the event carries the current roster whole. */
  readonly change: LogEntry | null;
  /** The roster that the event carries whole; null where it is read when somebody asks for it. */
  readonly roster: Roster | null;
}

export interface RosterWatch {
  readonly organizationId: string;
  readonly viewerId: string;
  /** The last version that the subscriber has seen; null to begin with the current roster. */
  readonly afterVersion: number | null;
  readonly onStalled: () => void;
}

/** The roster's changes, live or from where the subscriber left off (L1 to L4); see `followLog` for how it ends. */
export function watchRoster(services: Services, watch: RosterWatch): AsyncIterableIterator<RosterEvent> {
  const { organizationId } = watch;
  const steps = followLog<Roster>(services, {
    organizationId,
    viewerId: watch.viewerId,
    part: 'ROSTER',
    after: watch.afterVersion,
    positionOf: (place) => place.version ?? 0,
    countMissed: (after, head) => Promise.resolve(head.version - after),
    takeSnapshot: async () => {
      const roster = await services.liveReads.roster(organizationId);
      return roster && { position: roster.version, value: roster };
    },
    ledgerKnownAfter: null,
    sees: () => true,
    onStalled: watch.onStalled,
  });
  return mapIterator(steps, (step) => ({
    organizationId,
    version: step.position,
    change: step.kind === 'ENTRY' ? step.entry : null,
    roster: step.kind === 'SNAPSHOT' ? step.value : null,
  }));
}
