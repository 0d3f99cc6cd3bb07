/** What the host says a member is in the organization (A1). */
export type OrganizationRole = 'OWNER' | 'ADMIN' | 'MEMBER';

/** What a member is to the organization's billing: the host's owners, the holders of a grant, and everybody else (A1, A2). */
export type BillingStanding = 'OWNER' | 'BILLING_ADMIN' | 'TEAMMATE';

export type OrganizationPermission = 'VIEW_BILLING' | 'MANAGE_BILLING' | 'MANAGE_BILLING_ADMINS';

/** The whole policy (A3). Whoever is not named here may not; someone who is not a member has no standing at all. */
const POLICY: Record<OrganizationPermission, readonly BillingStanding[]> = {
  VIEW_BILLING: ['OWNER', 'BILLING_ADMIN', 'TEAMMATE'],
  MANAGE_BILLING: ['OWNER', 'BILLING_ADMIN'],
  MANAGE_BILLING_ADMINS: ['OWNER'],
};

export const ORGANIZATION_PERMISSIONS = Object.keys(POLICY) as OrganizationPermission[];

export function permits(standing: BillingStanding | null, permission: OrganizationPermission): boolean {
  return standing !== null && POLICY[permission].includes(standing);
}

/** What `role` and a grant add up to: owners need no grant and hold none (R7), roles below OWNER give nothing (A1). */
export function standingOf(role: OrganizationRole, holdsGrant: boolean): BillingStanding {
  if (role === 'OWNER') return 'OWNER';
  return holdsGrant ? 'BILLING_ADMIN' : 'TEAMMATE';
}
