import {
  BILLING_ROLES,
  type BillingRole,
  type GrantAccess,
  type OrganizationPermission,
  type OrganizationRole,
  permits,
  billingRoleOf,
} from '../../../src/domain/access/permissions';

type Row = [billingRole: BillingRole | null, permission: OrganizationPermission, may: boolean];

const TABLE: readonly Row[] = [
  ['OWNER', 'VIEW_BILLING', true],
  ['OWNER', 'VIEW_BILLING_DETAILS', true],
  ['OWNER', 'MANAGE_BILLING', true],
  ['OWNER', 'MANAGE_BILLING_ADMINS', true],
  ['BILLING_ADMIN', 'VIEW_BILLING', true],
  ['BILLING_ADMIN', 'VIEW_BILLING_DETAILS', true],
  ['BILLING_ADMIN', 'MANAGE_BILLING', true],
  ['BILLING_ADMIN', 'MANAGE_BILLING_ADMINS', false],
  ['BILLING_VIEWER', 'VIEW_BILLING', true],
  ['BILLING_VIEWER', 'VIEW_BILLING_DETAILS', true],
  ['BILLING_VIEWER', 'MANAGE_BILLING', false],
  ['BILLING_VIEWER', 'MANAGE_BILLING_ADMINS', false],
  ['TEAMMATE', 'VIEW_BILLING', true],
  ['TEAMMATE', 'VIEW_BILLING_DETAILS', false],
  ['TEAMMATE', 'MANAGE_BILLING', false],
  ['TEAMMATE', 'MANAGE_BILLING_ADMINS', false],
  [null, 'VIEW_BILLING', false],
  [null, 'VIEW_BILLING_DETAILS', false],
  [null, 'MANAGE_BILLING', false],
  [null, 'MANAGE_BILLING_ADMINS', false],
];

test.each(TABLE)('A3 %s, %s: %s', (billingRole, permission, may) => {
  expect(permits(billingRole, permission)).toBe(may);
});

test('A3 each billing role is in the table', () => {
  expect([...new Set(TABLE.map(([billingRole]) => billingRole))]).toEqual([...BILLING_ROLES, null]);
});

test.each<[OrganizationRole, grant: GrantAccess | null, BillingRole]>([
  ['OWNER', null, 'OWNER'],
  ['OWNER', 'MANAGE', 'OWNER'],
  ['OWNER', 'VIEW', 'OWNER'],
  ['ADMIN', null, 'TEAMMATE'],
  ['ADMIN', 'MANAGE', 'BILLING_ADMIN'],
  ['ADMIN', 'VIEW', 'BILLING_VIEWER'],
  ['MEMBER', null, 'TEAMMATE'],
  ['MEMBER', 'MANAGE', 'BILLING_ADMIN'],
  ['MEMBER', 'VIEW', 'BILLING_VIEWER'],
])('A1 and A2 the role %s, with the grant %s, is the billing role %s', (role, grant, billingRole) => {
  expect(billingRoleOf(role, grant)).toBe(billingRole);
});
