import type { LogEntry } from '../../store/log/log-entries';
import type { Roster } from '../../store/rosters';
import { followLog } from '../live/follow-log';
import type { LiveListener } from '../live/live-listener';
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
  /** See `LiveListener`; without one the subscriber asks for each event. */
  readonly listener?: LiveListener | null;
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
    crowd: watch.listener ? { listener: watch.listener, toEvent: (entry) => changeEvent(organizationId, entry) } : null,
    onStalled: watch.onStalled,
  });
  return mapIterator(steps, (step) =>
    step.kind === 'ENTRY'
      ? changeEvent(organizationId, step.entry)
      : {
          organizationId,
          version: step.position,
          change: null,
          roster: step.kind === 'SNAPSHOT' ? step.value : null,
        },
  );
}

function changeEvent(organizationId: string, entry: LogEntry): RosterEvent {
  return { organizationId, version: entry.version ?? 0, change: entry, roster: null };
}
