import { BILLING_CONTROLS, type ControlSituation, reasonClosed, type UnavailableReason } from '../billing/controls';
import {
  BILLING_ROLES,
  type BillingRole,
  ORGANIZATION_PERMISSIONS,
  type OrganizationPermission,
  permits,
} from './permissions';

/** Why a user may not, or null if they may. */
type Rule = (situation: ControlSituation) => UnavailableReason | null;

/** The reason for a member without the permission. Every member may view. */
const LACKING: Record<OrganizationPermission, UnavailableReason> = {
  VIEW_BILLING: 'BILLING_ACCESS_REQUIRED',
  VIEW_BILLING_DETAILS: 'BILLING_ACCESS_REQUIRED',
  MANAGE_BILLING: 'BILLING_ACCESS_REQUIRED',
  MANAGE_BILLING_ADMINS: 'OWNER_REQUIRED',
};

const RULES: ReadonlyMap<string, Rule> = new Map([
  ...ORGANIZATION_PERMISSIONS.map((permission): [string, Rule] => [
    permission.toLowerCase(),
    ({ billingRole }) => (permits(billingRole, permission) ? null : LACKING[permission]),
  ]),
  ...BILLING_CONTROLS.map((control): [string, Rule] => [
    control.toLowerCase(),
    (situation) => reasonClosed(control, situation),
  ]),
]);

/** The actions that a host's back end may check (H2): each permission and each control, in lower case. */
export const ACCESS_ACTIONS: readonly string[] = [...RULES.keys()];

export function isAccessAction(action: string): boolean {
  return RULES.has(action);
}

/** Why a member in this situation may not do it, or null if they may. */
export function reasonDenied(action: string, situation: ControlSituation): UnavailableReason | null {
  const rule = RULES.get(action);
  if (!rule) throw new Error('The action does not exist.');
  return rule(situation);
}

/** Whether the reason is the user's role or grant, which an owner can change. */
export function isLackOfAccess(reason: string): boolean {
  return reason === 'BILLING_ACCESS_REQUIRED' || reason === 'OWNER_REQUIRED';
}

/** Missing access comes before all other reasons, so it can be reported in any situation. */
const ANY_SITUATION: Omit<ControlSituation, 'billingRole'> = {
  terms: { contractType: 'SELF_SERVE', status: 'NONE', hasPaymentMethod: false, hasCustomer: false },
  checkout: { provider: 'none', hasCreditPacks: false },
};

/** The billing roles that have the access that the action needs. */
export function billingRolesWithAccessTo(action: string): BillingRole[] {
  return BILLING_ROLES.filter((billingRole) => {
    const reason = reasonDenied(action, { ...ANY_SITUATION, billingRole });
    return reason === null || !isLackOfAccess(reason);
  });
}
