/** What the host says a member is in the organization (A1). */
export type OrganizationRole = 'OWNER' | 'ADMIN' | 'MEMBER';

/** What a member is to the organization's billing: the host's owners, the holders of a grant, and everybody else (A1, A2). */
export type BillingRole = 'OWNER' | 'BILLING_ADMIN' | 'TEAMMATE';

export type OrganizationPermission = 'VIEW_BILLING' | 'MANAGE_BILLING' | 'MANAGE_BILLING_ADMINS';

/** The whole policy (A3). Whoever is not named here may not; a user who is not a member has no billing role. */
const POLICY: Record<OrganizationPermission, readonly BillingRole[]> = {
  VIEW_BILLING: ['OWNER', 'BILLING_ADMIN', 'TEAMMATE'],
  MANAGE_BILLING: ['OWNER', 'BILLING_ADMIN'],
  MANAGE_BILLING_ADMINS: ['OWNER'],
};

export const ORGANIZATION_PERMISSIONS = Object.keys(POLICY) as OrganizationPermission[];

export function permits(billingRole: BillingRole | null, permission: OrganizationPermission): boolean {
  return billingRole !== null && POLICY[permission].includes(billingRole);
}

/** What `role` and a grant add up to: owners need no grant and hold none (R7), roles below OWNER give nothing (A1). */
export function billingRoleOf(role: OrganizationRole, holdsGrant: boolean): BillingRole {
  if (role === 'OWNER') return 'OWNER';
  return holdsGrant ? 'BILLING_ADMIN' : 'TEAMMATE';
}
