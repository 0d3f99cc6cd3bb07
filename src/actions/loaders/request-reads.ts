import { type AccessRow, accessOfEach } from '../../store/access-rows';
import type { PlainReader } from '../../store/database';
import { peopleIn } from '../../store/people';
import { rostersOf } from '../../store/rosters';
import { type MembershipKey, membershipOfEach, membershipsOf } from '../../store/memberships';
import { membershipsWithRosters } from '../../store/memberships-with-rosters';
import type { SharedReads } from './operation-reads';
import { batchPerTick, FOR_OPERATIONS } from './batch-per-tick';

/**
 * Reads for operations. Access to one organization, which nearly all of them ask for first, is read for several at once; the rest in
 * statements of the operation's own.
 */
export function createRequestReads(reader: PlainReader): SharedReads {
  const viewed = batchPerTick((pairs: readonly MembershipKey[]) => membershipOfEach(reader, pairs), FOR_OPERATIONS);
  const withRoster = batchPerTick(
    (pairs: readonly MembershipKey[]) => membershipsWithRosters(reader, pairs),
    FOR_OPERATIONS,
  );

  return {
    async viewed(organizationIds, viewerId) {
      const [organizationId] = organizationIds;
      if (organizationId === undefined || organizationIds.length > 1)
        return membershipsOf(reader, organizationIds, [viewerId]);
      const row = await viewed.load({ organizationId, viewerId });
      return row ? [row] : [];
    },
    viewedWithRoster: (organizationId, viewerId) => withRoster.load({ organizationId, viewerId }),
    rosters: (organizationIds) => rostersOf(reader, organizationIds),
    people: (keys) => peopleIn(reader, keys),
  };
}

/** What decides about one user in one organization (null where there is no membership), read for several who ask at once. */
export function createAccessReads(reader: PlainReader): (pair: MembershipKey) => Promise<AccessRow | null> {
  const access = batchPerTick((pairs: readonly MembershipKey[]) => accessOfEach(reader, pairs), FOR_OPERATIONS);
  return (pair) => access.load(pair);
}
