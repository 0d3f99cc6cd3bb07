import { type OrganizationPermission, permits } from '../domain/access/permissions';
import { Forbidden, Refusal } from '../domain/refusals';
import { type Door, NoSuchOrganization } from '../store/door';
import { type MemberRow, membersAmong } from '../store/members';
import type { Change } from '../store/open-change';

/**
 * A change that a member makes: under the lock their permission is asked again (A8). Whoever may not, and an organization
 * that does not exist, are `Forbidden` alike (A4). Members that the change is about, by `aboutIds`, are read with the actor.
 */
export function changeAsMember<T>(
  door: Door,
  organizationId: string,
  actorId: string,
  permission: OrganizationPermission,
  work: (change: Change, actor: MemberRow, members: ReadonlyMap<string, MemberRow>) => Promise<T>,
  aboutIds: readonly string[] = [],
): Promise<T> {
  return translating(
    door.change(organizationId, async (change) => {
      const members = await membersAmong(change.writer, organizationId, [actorId, ...aboutIds]);
      const actor = members.get(actorId);
      if (!actor || !permits(actor.standing, permission)) throw new Forbidden();
      return work(change, actor, members);
    }),
    () => new Forbidden(),
  );
}

/** A change that the host makes. An organization that does not exist is `NOT_FOUND`. */
export function changeAsHost<T>(door: Door, organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
  return translating(
    door.change(organizationId, work),
    () => new Refusal('NOT_FOUND', 'There is no such organization.', ['input', 'organizationId']),
  );
}

async function translating<T>(result: Promise<T>, whenMissing: () => Error): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw error instanceof NoSuchOrganization ? whenMissing() : error;
  }
}
