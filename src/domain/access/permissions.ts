/** A member's role in the organization, from the host (A1). */
export type OrganizationRole = 'OWNER' | 'ADMIN' | 'MEMBER';

/** What a grant gives (T1): all of billing, or looking at it. */
export type GrantAccess = 'MANAGE' | 'VIEW';

/** What a member is to the organization's billing: the host's owners, the holders of a grant of each kind, and everybody else (A1, A2). */
export const BILLING_ROLES = ['OWNER', 'BILLING_ADMIN', 'BILLING_VIEWER', 'TEAMMATE'] as const;

export type BillingRole = (typeof BILLING_ROLES)[number];

/** Those that a grant gives. */
export type GrantRole = Extract<BillingRole, 'BILLING_ADMIN' | 'BILLING_VIEWER'>;

/** Those whose members are on the roster. */
export type RosterRole = Exclude<BillingRole, 'TEAMMATE'>;

export type OrganizationPermission =
  'VIEW_BILLING' | 'VIEW_BILLING_DETAILS' | 'MANAGE_BILLING' | 'MANAGE_BILLING_ADMINS';

/** The whole policy (A3). A billing role that is not named here has no permission, and only members have a billing role. */
const POLICY: Record<OrganizationPermission, readonly BillingRole[]> = {
  VIEW_BILLING: ['OWNER', 'BILLING_ADMIN', 'BILLING_VIEWER', 'TEAMMATE'],
  VIEW_BILLING_DETAILS: ['OWNER', 'BILLING_ADMIN', 'BILLING_VIEWER'],
  MANAGE_BILLING: ['OWNER', 'BILLING_ADMIN'],
  MANAGE_BILLING_ADMINS: ['OWNER'],
};

export const ORGANIZATION_PERMISSIONS = Object.keys(POLICY) as OrganizationPermission[];

export function permits(billingRole: BillingRole | null, permission: OrganizationPermission): boolean {
  return billingRole !== null && POLICY[permission].includes(billingRole);
}

const ROLE_OF_GRANT: Readonly<Record<GrantAccess, GrantRole>> = { MANAGE: 'BILLING_ADMIN', VIEW: 'BILLING_VIEWER' };

/** The result of `role` and grant. Owners need no grant and hold none (R7). Roles below OWNER give nothing (A1). */
export function billingRoleOf(role: OrganizationRole, grant: GrantAccess | null): BillingRole {
  if (role === 'OWNER') return 'OWNER';
  return grant === null ? 'TEAMMATE' : ROLE_OF_GRANT[grant];
}

/** The kind of grant that the holder of this billing role has. Null for those who hold none. */
export function grantAccessOf(billingRole: BillingRole): GrantAccess | null {
  if (billingRole === 'BILLING_ADMIN') return 'MANAGE';
  return billingRole === 'BILLING_VIEWER' ? 'VIEW' : null;
}
