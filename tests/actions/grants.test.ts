import { settleDueOrganizations } from '../../src/actions/due/settle-due-organizations';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { removeBillingAdmin } from '../../src/actions/roster/remove-billing-admin';
import type { GrantAccess } from '../../src/domain/access/permissions';
import { accessOfEach } from '../../src/store/access-rows';
import { membershipOfEach, membershipsOf } from '../../src/store/memberships';
import { rostersOf } from '../../src/store/rosters';
import { expectSound, logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;
/** How far the database's clock is ahead of this machine's. */
let ahead = 0;

beforeAll(async () => {
  services = await startServices({ databaseAhead: () => ahead });
});
afterAll(() => services.close());

beforeEach(async () => {
  ahead = 0;
  acme = await seedAcme(services, `acme-${++count}`);
});

const pass = (milliseconds: number) => (ahead += milliseconds);
const inTime = (milliseconds: number) => Date.now() + ahead + milliseconds;

const add = (userId: string, access: GrantAccess, expiresAt: number | null) =>
  addBillingAdmin(services, {
    ...{ actorId: 'olivia', organizationId: acme.id, userId, expectedVersion: null },
    grant: { access, expiresAt },
  });

const remove = (userId: string) =>
  removeBillingAdmin(services, { actorId: 'olivia', organizationId: acme.id, userId, expectedVersion: null });

/** What each way of reading a viewer's access finds. */
async function rolesNow(viewerId: string) {
  const { reader } = services.database;
  const pair = { organizationId: acme.id, viewerId };
  const found = [
    ...(await accessOfEach(reader, [pair])),
    ...(await membershipOfEach(reader, [pair])),
    ...(await membershipsOf(reader, [acme.id], [viewerId])),
  ];
  return [...new Set(found.map((row) => row?.viewerBillingRole))];
}

const log = async () =>
  (await logOf(services, acme.id)).map(({ kind, subjectId, details, occurredAt }) => ({
    ...{ kind, subjectId, occurredAt },
    details: JSON.parse(details) as Record<string, unknown>,
  }));

const adminsNow = async () => {
  const [roster] = await rostersOf(services.database.reader, [acme.id]);
  return roster!.admins.map(({ user, access, expiresAt }) => [user.id, access, expiresAt]);
};

test.each<[GrantAccess, string]>([
  ['MANAGE', 'BILLING_ADMIN'],
  ['VIEW', 'BILLING_VIEWER'],
])('T2 from its end on a grant %s permits nothing, though the end has not been written', async (access, role) => {
  const end = inTime(HOUR);
  await add('mia', access, end);
  expect(await rolesNow('mia')).toEqual([role]);
  pass(HOUR - 60_000);
  expect(await rolesNow('mia')).toEqual([role]);
  pass(60_000);
  expect(await rolesNow('mia')).toEqual(['TEAMMATE']);
  // As of its version the roster still has the grant (L3).
  expect(await adminsNow()).toContainEqual(['mia', access, end]);
});

test('T2 one entry with the reason EXPIRED follows, however many look, and never before the end', async () => {
  const end = inTime(HOUR);
  await add('mia', 'MANAGE', end);
  pass(HOUR);
  await Promise.all([1, 2, 3].map(() => settleDueOrganizations(services)));
  const removals = (await log()).filter(({ kind }) => kind === 'ADMIN_REMOVED');
  expect(removals).toEqual([
    {
      kind: 'ADMIN_REMOVED',
      subjectId: 'mia',
      occurredAt: expect.any(Number) as number,
      details: { reason: 'EXPIRED', expiresAt: end },
    },
  ]);
  // The clock of this instance is an hour behind that of the database.
  expect(removals[0]!.occurredAt).toBeGreaterThanOrEqual(end);
  expect(await adminsNow()).not.toContainEqual(expect.arrayContaining(['mia']));
});

test('T2 who is locked out can be added again at once: the change writes the end first', async () => {
  await add('mia', 'MANAGE', inTime(HOUR));
  pass(HOUR);
  expect(await add('mia', 'VIEW', null)).toMatchObject({ changed: true });
  expect((await log()).slice(-2).map(({ kind, details }) => [kind, details.reason])).toEqual([
    ['ADMIN_REMOVED', 'EXPIRED'],
    ['ADMIN_ADDED', undefined],
  ]);
  await expectSound(services, acme.id);
});

test('T2 and R11 from the end on the holder may ask for access, and is no billing admin to remove', async () => {
  await add('mia', 'MANAGE', inTime(HOUR));
  pass(HOUR);
  const asked = await requestBillingAccess(services, { actorId: 'mia', organizationId: acme.id, reason: null });
  expect(asked.status).toBe('OPEN');
  expect(await remove('mia')).toMatchObject({ changed: false });
});

test('a day before the end an entry says so, once', async () => {
  const end = inTime(3 * DAY);
  await add('mia', 'VIEW', end);
  const told = async () => (await log()).filter(({ kind }) => kind === 'ADMIN_EXPIRING');
  pass(2 * DAY - 60_000);
  await settleDueOrganizations(services);
  expect(await told()).toEqual([]);
  pass(60_000);
  await settleDueOrganizations(services);
  await settleDueOrganizations(services);
  expect(await told()).toMatchObject([{ subjectId: 'mia', details: { access: 'VIEW', expiresAt: end } }]);
  pass(DAY);
  await settleDueOrganizations(services);
  expect(await told()).toHaveLength(1);
  expect((await log()).at(-1)).toMatchObject({ kind: 'ADMIN_REMOVED', details: { reason: 'EXPIRED' } });
});

test('R4 the same grant again is a repeat, and another kind or end is refused', async () => {
  const end = inTime(HOUR);
  await add('mia', 'VIEW', end);
  expect(await add('mia', 'VIEW', end)).toMatchObject({ changed: false });
  await expect(add('mia', 'MANAGE', end)).rejects.toMatchObject({ code: 'INVALID' });
  await expect(add('mia', 'VIEW', null)).rejects.toMatchObject({ code: 'INVALID' });
  await expect(add('mia', 'VIEW', end + 1)).rejects.toMatchObject({ code: 'INVALID' });
});

test('R5 a version from before an end that has come is no longer the roster’s', async () => {
  await add('mia', 'MANAGE', inTime(HOUR));
  const version = (await rostersOf(services.database.reader, [acme.id]))[0]!.version;
  pass(HOUR);
  const adds = (expectedVersion: number) =>
    addBillingAdmin(services, { actorId: 'olivia', organizationId: acme.id, userId: 'ada', expectedVersion });
  await expect(adds(version)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  expect(await adds(version + 1)).toMatchObject({ changed: true, version: version + 2 });
});

test('a change that waits for the lock across an end finds the grant ended', async () => {
  await add('mia', 'MANAGE', inTime(HOUR));
  const { transactions } = services;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const first = transactions.run(acme.id, () => held);
  const second = remove('mia');
  pass(HOUR);
  release();
  await first;
  expect(await second).toMatchObject({ changed: false });
  expect((await log()).at(-1)).toMatchObject({ kind: 'ADMIN_REMOVED', details: { reason: 'EXPIRED' } });
});
