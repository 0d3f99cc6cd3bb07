import { acceptInvitation } from '../../../src/actions/directory/accept-invitation';
import { removeMember } from '../../../src/actions/directory/remove-member';
import { syncInvitation } from '../../../src/actions/directory/sync-invitation';
import { syncMember } from '../../../src/actions/directory/sync-member';
import { syncOrganization } from '../../../src/actions/directory/sync-organization';
import { addBillingAdmin } from '../../../src/actions/roster/add-billing-admin';
import { removeBillingAdmin } from '../../../src/actions/roster/remove-billing-admin';
import type { Services } from '../../../src/actions/services';
import type { OrganizationRole } from '../../../src/domain/access/permissions';

/** A seed in words: what is said of one organization happens to it, through the actions that the service itself runs. */
export function organization(services: Services, organizationId: string) {
  // Cut to I4's limits: an id may be longer than a name.
  const nameOf = (id: string) => `Name of ${id}`.slice(0, 200);
  const person = (id: string) => ({ id, name: nameOf(id), email: `${id}@example.com`.slice(-254), avatarUrl: null });
  const member = (id: string, role: OrganizationRole = 'MEMBER') =>
    syncMember(services, { organizationId, user: person(id), role });

  return {
    id: organizationId,
    exists: () => syncOrganization(services, { id: organizationId, name: nameOf(organizationId), contractType: null }),
    hasOwner: (id: string) => member(id, 'OWNER'),
    hasOrgAdmin: (id: string) => member(id, 'ADMIN'),
    hasMember: (id: string) => member(id, 'MEMBER'),
    hasProfile: (
      user: { id: string; name: string; email: string; avatarUrl?: string | null },
      role: OrganizationRole = 'MEMBER',
    ) => syncMember(services, { organizationId, user: { avatarUrl: null, ...user }, role }),
    loses: (userId: string) => removeMember(services, { organizationId, userId }),
    invites: (id: string, email: string, role: OrganizationRole = 'MEMBER') =>
      syncInvitation(services, { organizationId, id, email, role }),
    isJoinedBy: (userId: string, invitationId: string) =>
      acceptInvitation(services, { organizationId, id: invitationId, user: person(userId) }),
    adds: (userId: string, actorId: string, expectedVersion: number | null = null) =>
      addBillingAdmin(services, { organizationId, actorId, userId, expectedVersion }),
    removes: (userId: string, actorId: string, expectedVersion: number | null = null) =>
      removeBillingAdmin(services, { organizationId, actorId, userId, expectedVersion }),
  };
}

/** Acme with an owner (olivia), a second owner (oscar), a billing admin (bea), an org admin (ada) and a member (mia). */
export async function seedAcme(services: Services, id = 'acme') {
  const acme = organization(services, id);
  await acme.exists();
  await acme.hasOwner('olivia');
  await acme.hasOwner('oscar');
  await acme.hasOrgAdmin('ada');
  await acme.hasMember('bea');
  await acme.hasMember('mia');
  await acme.adds('bea', 'olivia');
  return acme;
}
