import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { syncMember } from '../../src/actions/directory/sync-member';
import { settleDueOrganizations } from '../../src/actions/due/settle-due-organizations';
import { setSpendingPolicy } from '../../src/actions/spending/set-spending-policy';
import type { GrantAccess } from '../../src/domain/access/permissions';
import { RawSocket } from '../kits/clients/raw-socket';
import { connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';
import { logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startAnother, startTestService, type TestService } from '../kits/service/service';

const HOUR = 60 * 60 * 1000;

const SHOWN = 'billing { viewerAccess { level source expiresAt } activity(first: 1) { nodes { id } } }';
const DETAILS = `subscription ($organizationId: ID!, $afterSequence: SafeInt) {
  billingChanged(organizationId: $organizationId, afterSequence: $afterSequence) { sequence kind organization { ${SHOWN} } }
}`;

type Acme = Awaited<ReturnType<typeof seedAcme>>;

/** The database's clock as each of two instances sees it: what the other one changes before an end, this one delivers after it. */
const ahead = { here: 0, there: 0 };
let service: TestService;
let other: TestService;
let acme: Acme;
let count = 0;
let limit = 0;

beforeAll(async () => {
  service = await startTestService({ databaseAhead: () => ahead.here });
  other = await startAnother(service, { databaseAhead: () => ahead.there });
});
afterAll(async () => {
  await other.close();
  await service.close();
});

/** Acme with ben, whose grant has no end, besides bea. */
beforeEach(async () => {
  ahead.here = ahead.there = 0;
  acme = await seedAcme(service.services, `acme-${++count}`);
  await acme.hasMember('ben');
  await acme.adds('ben', 'olivia');
});

const expiresAt = () => Date.now() + HOUR;
const give = (access: GrantAccess) =>
  addBillingAdmin(service.services, {
    ...{ actorId: 'olivia', organizationId: acme.id, userId: 'ada', expectedVersion: null },
    grant: { access, expiresAt: expiresAt() },
  });
/** Something about billing happens on the other instance, which knows of no end. */
const changeThere = () =>
  setSpendingPolicy(other.services, { actorId: 'olivia', organizationId: acme.id, perPurchaseAmount: ++limit });
const subscribe = async (who: string, query: string, variables = {}) =>
  new Events(connect(service, await service.token(who)), query, { organizationId: acme.id, ...variables });
const isWritten = async () =>
  (await logOf(service.services, acme.id)).some(({ details }) => details.includes('"EXPIRED"'));

const shownIn = (event: { data?: Data | null }) => {
  const { viewerAccess, activity } = event.data!.billingChanged.organization.billing as Data;
  return [viewerAccess.level, activity !== null] as const;
};

const CLOSED = ['READ_ONLY', false];

/** A5: what the grant opened is refused at its place, and the rest of the event is there. */
const expectClosed = (event: { data?: Data | null; errors?: readonly unknown[] }) => {
  expect(shownIn(event)).toEqual(CLOSED);
  expect(event.errors).toMatchObject([
    { path: ['billingChanged', 'organization', 'billing', 'activity'], extensions: { code: 'FORBIDDEN' } },
  ]);
};

describe.each(['MANAGE', 'VIEW'] as const)('the end of a grant to %s', (access) => {
  test('T2 A8 counts in live events from the end on, and not from the log entry on; others of the group see what they saw', async () => {
    await give(access);
    const [ada, ben] = await Promise.all([subscribe('ada', DETAILS), subscribe('ben', DETAILS)]);
    expect(shownIn(await ada.next())).toEqual([access, true]);
    expect(shownIn(await ben.next())).toEqual(['MANAGE', true]);
    await changeThere();
    expect(shownIn(await ada.next())).toEqual([access, true]);
    expect(shownIn(await ben.next())).toEqual(['MANAGE', true]);

    ahead.here = 2 * HOUR;
    await changeThere();
    expectClosed(await ada.next());
    expect(shownIn(await ben.next())).toEqual(['MANAGE', true]);
    expect(await isWritten()).toBe(false);
  });

  test('T2 L4 ends no stream: a member may look at the read-only view and the roster, which tells of the end once', async () => {
    await give(access);
    const [details, roster] = await Promise.all([subscribe('ada', DETAILS), subscribe('ada', ROSTER_CHANGED)]);
    const [, { version }] = [await details.next(), (await roster.next()).data!.billingAdminRosterChanged as Data];
    ahead.here = ahead.there = 2 * HOUR;
    await settleDueOrganizations(service.services);
    await settleDueOrganizations(other.services);
    await changeThere();
    expectClosed(await details.next());
    const [ended] = await roster.several(1);
    expect(ended!.data!.billingAdminRosterChanged).toMatchObject({
      version: version + 1,
      change: { kind: 'ADMIN_REMOVED', user: { id: 'ada' }, actor: null, removalReason: 'EXPIRED' },
    });
    const admins = ended!.data!.billingAdminRosterChanged.roster.admins as { user: { id: string } }[];
    expect(admins.map(({ user }) => user.id)).toEqual(['bea', 'ben']);
    await acme.adds('mia', 'olivia');
    expect((await roster.next()).data!.billingAdminRosterChanged).toMatchObject({
      version: version + 2,
      change: { kind: 'ADMIN_ADDED', user: { id: 'mia' } },
    });
  });

  test('T2 L9 one who catches up after the end is shown nothing of it in what came before, and goes on live', async () => {
    await give(access);
    const first = await subscribe('ada', DETAILS);
    const { sequence } = (await first.next()).data!.billingChanged as Data;
    first.stop();
    for (let i = 0; i < 3; i++) await changeThere();
    ahead.here = 2 * HOUR;
    const again = await subscribe('ada', DETAILS, { afterSequence: sequence });
    for (const event of await again.several(3)) expectClosed(event);
    await changeThere();
    expectClosed(await again.next());
    expect(await isWritten()).toBe(false);
  });
});

test('T2 L2 a grant that ends during a replay is shown in none of what is sent of it from then on', async () => {
  const MISSED = 100;
  for (let i = 0; i < 80; i++)
    await syncMember(service.services, {
      organizationId: acme.id,
      role: 'OWNER',
      user: { id: `owner-${i}`, name: `${i} ${'ñ'.repeat(190)}`, email: `${i}@${'e'.repeat(240)}`, avatarUrl: null },
    });
  await give('MANAGE');
  const { sequence } = (await logOf(service.services, acme.id)).at(-1)!;
  for (let i = 0; i < MISSED; i++) await changeThere();
  // Far more than the buffers of the network hold, so that most is made when the client reads again.
  const owners = ['a', 'b', 'c', 'd'].map((name) => `${name}: billingAdmins { owners { id name email } }`).join(' ');
  const heavy = DETAILS.replace(SHOWN, `${SHOWN} ${owners}`);
  const reader = await RawSocket.signIn(service, await service.token('ada'));
  reader.operate(heavy, { organizationId: acme.id, afterSequence: sequence });
  await reader.next();
  reader.stopReading();
  ahead.here = 2 * HOUR;
  reader.readAgain();
  const last = sequence + MISSED;
  await reader.through(({ payload }) => payload?.data?.billingChanged.sequence === last);
  reader.terminate();

  const events = reader.all.flatMap(({ type, payload }) => (type === 'next' ? [payload as { data: Data }] : []));
  expect(events.map(({ data }) => data.billingChanged.sequence as number)).toEqual(
    Array.from({ length: MISSED }, (_, index) => sequence + 1 + index),
  );
  const shown = events.map(shownIn);
  const closed = shown.findIndex(([level]) => level === 'READ_ONLY');
  expect(shown[0]).toEqual(['MANAGE', true]);
  expect(closed).toBeGreaterThan(0);
  for (const one of shown.slice(closed)) expect(one).toEqual(CLOSED);
  expect(await isWritten()).toBe(false);
});
