import {
  BILLING_ROLES,
  type BillingRole,
  type OrganizationPermission,
  type OrganizationRole,
  permits,
  billingRoleOf,
} from '../../../src/domain/access/permissions';

type Row = [billingRole: BillingRole | null, permission: OrganizationPermission, may: boolean];

const TABLE: readonly Row[] = [
  ['OWNER', 'VIEW_BILLING', true],
  ['OWNER', 'MANAGE_BILLING', true],
  ['OWNER', 'MANAGE_BILLING_ADMINS', true],
  ['BILLING_ADMIN', 'VIEW_BILLING', true],
  ['BILLING_ADMIN', 'MANAGE_BILLING', true],
  ['BILLING_ADMIN', 'MANAGE_BILLING_ADMINS', false],
  ['TEAMMATE', 'VIEW_BILLING', true],
  ['TEAMMATE', 'MANAGE_BILLING', false],
  ['TEAMMATE', 'MANAGE_BILLING_ADMINS', false],
  [null, 'VIEW_BILLING', false],
  [null, 'MANAGE_BILLING', false],
  [null, 'MANAGE_BILLING_ADMINS', false],
];

test.each(TABLE)('A3 %s, %s: %s', (billingRole, permission, may) => {
  expect(permits(billingRole, permission)).toBe(may);
});

test('A3 each billing role is in the table', () => {
  expect([...new Set(TABLE.map(([billingRole]) => billingRole))]).toEqual([...BILLING_ROLES, null]);
});

test.each<[OrganizationRole, holdsGrant: boolean, BillingRole]>([
  ['OWNER', false, 'OWNER'],
  ['OWNER', true, 'OWNER'],
  ['ADMIN', false, 'TEAMMATE'],
  ['ADMIN', true, 'BILLING_ADMIN'],
  ['MEMBER', false, 'TEAMMATE'],
  ['MEMBER', true, 'BILLING_ADMIN'],
])('A1 and A2 the role %s, with a grant: %s, is the billing role %s', (role, holdsGrant, billingRole) => {
  expect(billingRoleOf(role, holdsGrant)).toBe(billingRole);
});
