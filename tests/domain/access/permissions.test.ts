import {
  type BillingStanding,
  type OrganizationPermission,
  type OrganizationRole,
  permits,
  standingOf,
} from '../../../src/domain/access/permissions';

type Row = [standing: BillingStanding | null, permission: OrganizationPermission, may: boolean];

test.each<Row>([
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
])('A3 %s, %s: %s', (standing, permission, may) => {
  expect(permits(standing, permission)).toBe(may);
});

test.each<[OrganizationRole, holdsGrant: boolean, BillingStanding]>([
  ['OWNER', false, 'OWNER'],
  ['OWNER', true, 'OWNER'],
  ['ADMIN', false, 'TEAMMATE'],
  ['ADMIN', true, 'BILLING_ADMIN'],
  ['MEMBER', false, 'TEAMMATE'],
  ['MEMBER', true, 'BILLING_ADMIN'],
])('A1 and A2 the role %s, with a grant: %s, is a standing of %s', (role, holdsGrant, standing) => {
  expect(standingOf(role, holdsGrant)).toBe(standing);
});
