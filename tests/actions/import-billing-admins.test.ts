import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { billingAdminsAt } from '../../src/actions/roster/billing-admins-at';
import { importBillingAdmins } from '../../src/actions/roster/import-billing-admins';
import { rostersOf } from '../../src/store/rosters';
import { expectSound, logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const NOW = Date.UTC(2028, 1, 29, 12);
/** When the earlier system gave the grants. */
const BEFORE = Date.UTC(2020, 4, 1);

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;
const clock = { now: NOW };

beforeAll(async () => {
  services = await startServices({ clock: () => clock.now, rosterLimit: 3 });
});
afterAll(() => services.close());

beforeEach(async () => {
  acme = await seedAcme(services, `acme-${++count}`);
});
afterEach(() => expectSound(services, acme.id));

const grant = (userId: string, addedById = 'olivia', addedAt = BEFORE) => ({ userId, addedById, addedAt });

const imports = async (...admins: ReturnType<typeof grant>[]) =>
  (await importBillingAdmins(services, { organizationId: acme.id, admins })).map((outcome) =>
    'refusal' in outcome ? outcome.refusal.code : outcome.changed,
  );

async function adminsNow() {
  const [roster] = await rostersOf(services.database.reader, [acme.id]);
  return roster!.admins.map(({ user, addedBy, addedAt }) => [user.id, addedBy?.id, addedAt]);
}

test('D5 a grant keeps the owner who gave it and the time; the entry has no actor', async () => {
  expect(await imports(grant('mia', 'oscar'))).toEqual([true]);
  expect(await adminsNow()).toEqual([
    ['bea', 'olivia', expect.any(Number)],
    ['mia', 'oscar', BEFORE],
  ]);
  const last = (await logOf(services, acme.id)).at(-1)!;
  expect({ ...last, details: JSON.parse(last.details) as unknown }).toMatchObject({
    kind: 'ADMIN_ADDED',
    subjectId: 'mia',
    actorId: null,
    occurredAt: clock.now,
    details: { source: 'IMPORT', addedById: 'oscar', addedAt: BEFORE },
  });
  const { holders } = await billingAdminsAt(services, acme.id, clock.now);
  expect(holders.at(-1)).toEqual({
    ...{ kind: 'ADMIN_ADDED', userId: 'mia', givenBy: 'oscar', since: BEFORE },
    ...{ access: 'MANAGE', expiresAt: null },
  });
  // Before the import the service gave no access.
  expect((await billingAdminsAt(services, acme.id, clock.now - 1)).holders.map(({ userId }) => userId)).not.toContain(
    'mia',
  );
});

test('D5 it is given to current members who are no owners, by a current owner, and not in the future', async () => {
  expect(
    await imports(
      grant('nobody'),
      grant('oscar'),
      grant('bea'),
      grant('mia', 'ada'),
      grant('mia', 'nobody'),
      grant('mia', 'olivia', clock.now + 1),
      grant('mia', 'olivia', clock.now),
      grant('mia'),
    ),
  ).toEqual(['NOT_A_MEMBER', 'OWNER_HAS_ACCESS_BY_DEFAULT', false, 'INVALID', 'INVALID', 'INVALID', true, false]);
});

test('D5 a repeated import restores nothing that has ended here since', async () => {
  expect(await imports(grant('mia'), grant('ada'))).toEqual([true, true]);
  clock.now += 1_000;
  await acme.removes('mia', 'olivia');
  await acme.loses('ada');
  await acme.hasOrgAdmin('ada');
  expect(await imports(grant('mia'), grant('ada'))).toEqual(['ALREADY_DECIDED', 'ALREADY_DECIDED']);
  expect(await imports(grant('mia', 'olivia', clock.now))).toEqual(['ALREADY_DECIDED']);
  expect(await adminsNow()).toHaveLength(1);
  // What the earlier system gave after that is another grant.
  clock.now += 1_000;
  expect(await imports(grant('mia', 'olivia', clock.now))).toEqual([true]);
});

test('R7 D5 nor a grant that owners who stepped down had before', async () => {
  await acme.hasMember('oscar');
  expect(await imports(grant('oscar'))).toEqual(['ALREADY_DECIDED']);
});

test('R10 D5 a full roster takes no more', async () => {
  await acme.hasMember('moe');
  expect(await imports(grant('mia'), grant('ada'), grant('moe'), grant('mia'))).toEqual([
    true,
    true,
    'ROSTER_FULL',
    false,
  ]);
});

test('R11 D5 an import closes the open request of the user', async () => {
  await requestBillingAccess(services, { organizationId: acme.id, actorId: 'mia', reason: null });
  expect(await imports(grant('mia'))).toEqual([true]);
  const last = (await logOf(services, acme.id)).at(-1)!;
  expect(last.kind).toBe('ACCESS_REQUEST_CLOSED');
  expect(JSON.parse(last.details)).toMatchObject({ reason: 'ADDED' });
});

test('D5 an import is as many statements for two as for many', async () => {
  const statementsFor = async (many: number) => {
    services.statements.length = 0;
    await imports(...Array.from({ length: many }, () => grant('mia')), grant('nobody'));
    return services.statements.length;
  };
  await imports(grant('mia'));
  expect(await statementsFor(500)).toBe(await statementsFor(1));
});
