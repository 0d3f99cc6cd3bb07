import DataLoader from 'dataloader';
import type { AccessRequestRow } from '../../store/access-requests';
import { openAccessRequestsOf } from '../../store/access-requests';
import type { Reader } from '../../store/database';
import { type Roster, rostersOf } from '../../store/rosters';
import { type ViewedOrganization, viewedOrganizations } from '../../store/standings';
import { type UserRow, usersById } from '../../store/users';

/**
 * What one operation looks up, each thing once however many fields ask. It is made for one operation or one event and
 * dropped with it: rows that live longer would be stale (A8).
 */
export interface OperationReads {
  /** The organization and what the viewer is to it; null where they are no member, or it does not exist. */
  readonly viewed: DataLoader<string, ViewedOrganization | null>;
  readonly roster: DataLoader<string, Roster | null>;
  /** Null where the directory does not know the user, or has erased them. */
  readonly user: DataLoader<string, UserRow | null>;
  /** The viewer's own open request for billing access. */
  readonly openRequest: DataLoader<string, AccessRequestRow | null>;
}

/** Where the two things come from that many viewers may ask for at once; the rest is read for the viewer alone. */
export interface SharedReads {
  viewed(organizationIds: readonly string[], viewerId: string): Promise<readonly ViewedOrganization[]>;
  rosters(organizationIds: readonly string[]): Promise<readonly Roster[]>;
}

export function readsOf(reader: Reader): SharedReads {
  return {
    viewed: (organizationIds, viewerId) => viewedOrganizations(reader, organizationIds, [viewerId]),
    rosters: (organizationIds) => rostersOf(reader, organizationIds),
  };
}

export function createOperationReads(
  reader: Reader,
  viewerId: string | null,
  shared: SharedReads = readsOf(reader),
): OperationReads {
  return {
    viewed: new DataLoader(async (ids) =>
      viewerId === null ? ids.map(() => null) : inOrder(ids, await shared.viewed(ids, viewerId), (row) => row.id),
    ),
    roster: new DataLoader(async (ids) => inOrder(ids, await shared.rosters(ids), (row) => row.organizationId)),
    user: new DataLoader(async (ids) => inOrder(ids, await usersById(reader, ids), (row) => row.id)),
    openRequest: new DataLoader(async (ids) =>
      viewerId === null
        ? ids.map(() => null)
        : inOrder(ids, await openAccessRequestsOf(reader, ids, viewerId), (row) => row.organizationId),
    ),
  };
}

function inOrder<Row>(ids: readonly string[], rows: readonly Row[], idOf: (row: Row) => string): (Row | null)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id) ?? null);
}
