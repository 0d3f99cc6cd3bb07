import { FEED_RESET, HOST_EVENT_KINDS, hostEventData, type HostEventData } from '../../domain/host-events/kinds';
import { Unavailable } from '../../domain/refusals';
import { feedAt, type HostEventEntry, type HostFeed } from '../../store/host-events';

/** What the host's back end hears of a log entry. It is the same whenever it is read: what is erased later is not in it (H4). */
export interface HostEvent {
  /** Unique over all feeds. */
  readonly id: string;
  readonly position: number;
  readonly feedId: string;
  readonly type: string;
  /** Null for `feed.reset`. */
  readonly organizationId: string | null;
  /** The place in the organization's log; 0 for `feed.reset`. */
  readonly sequence: number;
  readonly rosterVersion: number | null;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly data: HostEventData;
}

export function toHostEvent(entry: HostEventEntry, feeds: readonly HostFeed[]): HostEvent {
  const { position, organizationId, sequence, version, occurredAt } = entry;
  const kind = Object.hasOwn(HOST_EVENT_KINDS, entry.kind) ? HOST_EVENT_KINDS[entry.kind] : undefined;
  // If it were left out, a client that reads on would never get it.
  if (!kind)
    throw new Unavailable('A newer version has logged what this one does not know. Ask an instance of that version.');
  const feedId = feedAt(feeds, position)?.id;
  if (feedId === undefined) throw new Error(`There is no feed at ${position}.`);
  return {
    id: idOf(feedId, position),
    position,
    feedId,
    type: kind.type,
    organizationId,
    sequence,
    rosterVersion: version,
    occurredAt,
    data: hostEventData(kind, entry),
  };
}

/** The start of a feed. A client of the previous feed has to read its stored data again. */
export function feedReset({ id, beginsAt, createdAt }: HostFeed): HostEvent {
  return reset(id, beginsAt, createdAt, idOf(id, beginsAt));
}

/** For a client whose position the feed has not reached. Its id is not that of the event at this position, which the client may have handled. */
export function resetTo({ id, createdAt }: HostFeed, position: number): HostEvent {
  return reset(id, position, createdAt, `${idOf(id, position)}_reset`);
}

function reset(feedId: string, position: number, occurredAt: number, id: string): HostEvent {
  return {
    id,
    position,
    feedId,
    type: FEED_RESET.type,
    organizationId: null,
    sequence: 0,
    rosterVersion: null,
    occurredAt,
    data: {},
  };
}

/** Standard Webhooks signs the id, a full stop and what follows: the id must not contain one. */
function idOf(feedId: string, position: number): string {
  return `${feedId}_${position}`;
}
