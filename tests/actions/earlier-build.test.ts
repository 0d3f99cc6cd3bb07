import { settleDueOrganizations } from '../../src/actions/due/settle-due-organizations';
import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { billingRoleOf, type GrantAccess } from '../../src/domain/access/permissions';
import { storedBillingRole } from '../../src/store/billing-roles';
import { membershipOfEach } from '../../src/store/memberships';
import { logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

// The build before grants had kinds and ends, of which instances may run beside this one during an upgrade. What follows is a copy of what
// decided access there (commit a9cbc56: src/domain/access/permissions.ts, src/store/memberships.ts, src/store/rosters.ts).

const EARLIER_POLICY: Readonly<Record<string, readonly string[]>> = {
  VIEW_BILLING: ['OWNER', 'BILLING_ADMIN', 'TEAMMATE'],
  MANAGE_BILLING: ['OWNER', 'BILLING_ADMIN'],
  MANAGE_BILLING_ADMINS: ['OWNER'],
};

const EARLIER_ACCESS = `SELECT m.user_id AS viewerId, m.role AS viewerRole, m.standing AS viewerBillingRole
  FROM members m LEFT JOIN organizations o ON o.id = m.organization_id
  WHERE o.removed_at IS NULL AND m.organization_id = ? AND m.user_id = ?`;

const EARLIER_ROSTER = `SELECT m.user_id AS userId FROM members m
  WHERE m.organization_id = ? AND m.standing IN ('OWNER', 'BILLING_ADMIN') ORDER BY m.user_id`;

/** What is left of a grant that it does not know when it changes the member's role: it writes the columns that it has. */
const EARLIER_ROLE_CHANGE = `UPDATE members SET role = 'ADMIN', standing = 'TEAMMATE', granted_at = NULL, granted_by = NULL,
  granted_revision = NULL WHERE organization_id = ? AND user_id = ?`;

const HOUR = 60 * 60 * 1000;

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;
let ahead = 0;

beforeAll(async () => {
  services = await startServices({ databaseAhead: () => ahead });
});
afterAll(() => services.close());
beforeEach(async () => {
  ahead = 0;
  acme = await seedAcme(services, `acme-${++count}`);
});

const give = (access: GrantAccess, hours: number | null) =>
  addBillingAdmin(services, {
    ...{ actorId: 'olivia', organizationId: acme.id, userId: 'mia', expectedVersion: null },
    grant: { access, expiresAt: hours === null ? null : Date.now() + hours * HOUR },
  });

const rowOf = async (userId: string) => {
  const values = [acme.id, userId];
  const [row] = await services.database.reader.rows<{ viewerBillingRole: string }>(EARLIER_ACCESS, values);
  return row!;
};

const permittedThere = async (userId: string) => {
  const { viewerBillingRole } = await rowOf(userId);
  return Object.keys(EARLIER_POLICY).filter((permission) => EARLIER_POLICY[permission]!.includes(viewerBillingRole));
};

describe('O7 a build that knows neither kinds nor ends of grants', () => {
  test('O7 permits what it did to those whose grant it knows, and to everybody without one', async () => {
    expect(await permittedThere('olivia')).toEqual(['VIEW_BILLING', 'MANAGE_BILLING', 'MANAGE_BILLING_ADMINS']);
    expect(await permittedThere('bea')).toEqual(['VIEW_BILLING', 'MANAGE_BILLING']);
    expect(await permittedThere('mia')).toEqual(['VIEW_BILLING']);
    await give('MANAGE', null);
    expect(await permittedThere('mia')).toEqual(['VIEW_BILLING', 'MANAGE_BILLING']);
  });

  test.each<[GrantAccess, number | null]>([
    ['VIEW', null],
    ['VIEW', 1],
    ['MANAGE', 1],
  ])(
    'O7 T1 T2 permits nothing to the holder of a grant %s that ends after %s hours, before and after',
    async (...terms) => {
      await give(...terms);
      expect(await permittedThere('mia')).toEqual([]);
      const roster = await services.database.reader.rows<{ userId: string }>(EARLIER_ROSTER, [acme.id]);
      expect(roster.map(({ userId }) => userId)).toEqual(['bea', 'olivia', 'oscar']);
      ahead = 2 * HOUR;
      expect(await permittedThere('mia')).toEqual([]);
    },
  );

  test('O7 T2 knows no stored value of a grant that it could take for another', () => {
    const values = (['MANAGE', 'VIEW'] as const).flatMap((access) =>
      [null, 1].map((end) => ({ access, end, stored: storedBillingRole(billingRoleOf('MEMBER', access), end) })),
    );
    const known = values.filter(({ stored }) => Object.values(EARLIER_POLICY).flat().includes(stored));
    expect(known).toEqual([{ access: 'MANAGE', end: null, stored: 'BILLING_ADMIN' }]);
  });

  test.each<[GrantAccess, number]>([
    ['VIEW', 1],
    ['MANAGE', 1],
  ])('O7 T2 leaves of a grant %s, of which it changes the role, an end that means nothing', async (...terms) => {
    await give(...terms);
    await services.database.transaction((writer) => writer.run(EARLIER_ROLE_CHANGE, [acme.id, 'mia']));
    const [mia] = await membershipOfEach(services.database.reader, [{ organizationId: acme.id, viewerId: 'mia' }]);
    expect(mia).toMatchObject({ viewerBillingRole: 'TEAMMATE', viewerGrantExpiresAt: null });
    ahead = 2 * HOUR;
    await settleDueOrganizations(services);
    expect((await logOf(services, acme.id)).filter(({ kind }) => kind === 'ADMIN_REMOVED')).toEqual([]);
    // And an owner can give another one.
    ahead = 0;
    await give('MANAGE', null);
    ahead = 2 * HOUR;
    const [again] = await membershipOfEach(services.database.reader, [{ organizationId: acme.id, viewerId: 'mia' }]);
    expect(again).toMatchObject({ viewerBillingRole: 'BILLING_ADMIN', viewerGrantExpiresAt: null });
  });
});
