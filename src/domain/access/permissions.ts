/** A member's role in the organization, from the host (A1). */
export type OrganizationRole = 'OWNER' | 'ADMIN' | 'MEMBER';

/** What a member is to the organization's billing: the host's owners, the holders of a grant, and everybody else (A1, A2). */
export const BILLING_ROLES = ['OWNER', 'BILLING_ADMIN', 'TEAMMATE'] as const;

export type BillingRole = (typeof BILLING_ROLES)[number];

/** Those that give billing access: their members are on the roster. */
export type RosterRole = Exclude<BillingRole, 'TEAMMATE'>;

export const ROSTER_ROLES = BILLING_ROLES.filter((role): role is RosterRole => role !== 'TEAMMATE');

export type OrganizationPermission = 'VIEW_BILLING' | 'MANAGE_BILLING' | 'MANAGE_BILLING_ADMINS';

/** The whole policy (A3). A billing role that is not named here has no permission, and only members have a billing role. */
const POLICY: Record<OrganizationPermission, readonly BillingRole[]> = {
  VIEW_BILLING: ['OWNER', 'BILLING_ADMIN', 'TEAMMATE'],
  MANAGE_BILLING: ['OWNER', 'BILLING_ADMIN'],
  MANAGE_BILLING_ADMINS: ['OWNER'],
};

export const ORGANIZATION_PERMISSIONS = Object.keys(POLICY) as OrganizationPermission[];

export function permits(billingRole: BillingRole | null, permission: OrganizationPermission): boolean {
  return billingRole !== null && POLICY[permission].includes(billingRole);
}

/** The result of `role` and grant. Owners need no grant and hold none (R7). Roles below OWNER give nothing (A1). */
export function billingRoleOf(role: OrganizationRole, holdsGrant: boolean): BillingRole {
  if (role === 'OWNER') return 'OWNER';
  return holdsGrant ? 'BILLING_ADMIN' : 'TEAMMATE';
}
