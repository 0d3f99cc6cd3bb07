import {
  ACCESS_ACTIONS,
  isAccessAction,
  isLackOfAccess,
  reasonDenied,
  billingRolesWithAccessTo,
} from '../../../src/domain/access/access-actions';
import { BILLING_ROLES, ORGANIZATION_PERMISSIONS, permits } from '../../../src/domain/access/permissions';
import { BILLING_CONTROLS, type ControlSituation, reasonClosed } from '../../../src/domain/billing/controls';
import { PAYMENT_PROVIDERS } from '../../../src/domain/billing/terms';

/** Every situation that there is. */
const SITUATIONS: ControlSituation[] = BILLING_ROLES.flatMap((billingRole) =>
  (['SELF_SERVE', 'CUSTOM'] as const).flatMap((contractType) =>
    (['NONE', 'TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELED'] as const).flatMap((status) =>
      PAYMENT_PROVIDERS.flatMap((provider) =>
        [true, false].flatMap((hasCreditPacks) =>
          [true, false].flatMap((hasPaymentMethod) =>
            [true, false].map((hasCustomer) => ({
              ...{ billingRole, checkout: { provider, hasCreditPacks } },
              terms: { contractType, status, hasPaymentMethod, hasCustomer },
            })),
          ),
        ),
      ),
    ),
  ),
);

test('H2 the actions are the permissions and the controls, in lower case, and no two are one', () => {
  expect(ACCESS_ACTIONS).toEqual([...ORGANIZATION_PERMISSIONS, ...BILLING_CONTROLS].map((name) => name.toLowerCase()));
  expect(new Set(ACCESS_ACTIONS).size).toBe(ACCESS_ACTIONS.length);
});

test('H3 an action is open where the permission is held, or the control is open, and closed for the same reason', () => {
  for (const situation of SITUATIONS) {
    for (const permission of ORGANIZATION_PERMISSIONS)
      expect(reasonDenied(permission.toLowerCase(), situation) === null).toBe(
        permits(situation.billingRole, permission),
      );
    for (const control of BILLING_CONTROLS)
      expect(reasonDenied(control.toLowerCase(), situation)).toBe(reasonClosed(control, situation));
  }
});

test('H2 a denial for a permission says whom to ask: owners alone give access, and owners alone manage billing admins', () => {
  for (const situation of SITUATIONS) {
    const denied = (action: string) => reasonDenied(action, situation) ?? 'open';
    expect(denied('view_billing')).toBe('open');
    const manages = situation.billingRole === 'OWNER' || situation.billingRole === 'BILLING_ADMIN';
    expect(denied('manage_billing')).toBe(manages ? 'open' : 'BILLING_ACCESS_REQUIRED');
    expect(denied('manage_billing_admins')).toBe(situation.billingRole === 'OWNER' ? 'open' : 'OWNER_REQUIRED');
  }
});

test('H3 an unknown action is unknown, whatever its name', () => {
  for (const name of ['', 'VIEW_BILLING', 'view_billing ', 'toString', '__proto__', 'constructor', 'fly']) {
    expect(isAccessAction(name)).toBe(false);
    expect(() => reasonDenied(name, SITUATIONS[0]!)).toThrow('The action does not exist.');
  }
});

test('H2 a search looks through all users that some situation permits', () => {
  for (const action of ACCESS_ACTIONS) {
    const permitted = BILLING_ROLES.filter((billingRole) =>
      SITUATIONS.some((situation) => situation.billingRole === billingRole && reasonDenied(action, situation) === null),
    );
    expect(billingRolesWithAccessTo(action)).toEqual(permitted);
    // And the others are never denied for anything else.
    for (const situation of SITUATIONS.filter(({ billingRole }) => !permitted.includes(billingRole)))
      expect(isLackOfAccess(reasonDenied(action, situation)!)).toBe(true);
  }
});
