import { removeMember } from '../../src/actions/directory/remove-member';
import { syncMember } from '../../src/actions/directory/sync-member';
import type { OrganizationRole } from '../../src/domain/access/permissions';
import { rostersOf } from '../../src/store/rosters';
import { usersById } from '../../src/store/users';
import { expectSound } from '../kits/organizations/log';
import { effectOf, expectNoTrace, outcomeOf, refusalOf, whatIs } from '../kits/model/outcomes';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});

beforeEach(async () => {
  count += 1;
  acme = await seedAcme(services, `acme-${count}`);
});

afterEach(() => expectSound(services, acme.id));

afterAll(() => services.close());

type Before = 'none' | OrganizationRole | 'MEMBER +grant' | 'ADMIN +grant';
type Call = OrganizationRole | 'removed';

const JOINED_MEMBERSHIP = 'TEAMMATE_JOINED pat';
const LEFT = 'TEAMMATE_LEFT pat';
const OWNER_ADDED = 'OWNER_ADDED pat';
const OWNER_REMOVED = 'OWNER_REMOVED pat';
const GRANT_LOST_BY_OWNING = 'ADMIN_REMOVED pat BECAME_OWNER';
const GRANT_LOST_BY_LEAVING = 'ADMIN_REMOVED pat LEFT_ORGANIZATION';

/** Every step from what pat was to what the host says, the roster changes it makes, and what pat is then. */
const TRANSITIONS: readonly [before: Before, call: Call, changes: readonly string[], after: Before][] = [
  ['none', 'MEMBER', [JOINED_MEMBERSHIP], 'MEMBER'],
  ['none', 'ADMIN', [JOINED_MEMBERSHIP], 'ADMIN'],
  ['none', 'OWNER', [JOINED_MEMBERSHIP, OWNER_ADDED], 'OWNER'],
  ['none', 'removed', [], 'none'],
  ['MEMBER', 'MEMBER', [], 'MEMBER'],
  ['MEMBER', 'ADMIN', [], 'ADMIN'],
  ['MEMBER', 'OWNER', [OWNER_ADDED], 'OWNER'],
  ['MEMBER', 'removed', [LEFT], 'none'],
  ['ADMIN', 'MEMBER', [], 'MEMBER'],
  ['ADMIN', 'ADMIN', [], 'ADMIN'],
  ['ADMIN', 'OWNER', [OWNER_ADDED], 'OWNER'],
  ['ADMIN', 'removed', [LEFT], 'none'],
  ['OWNER', 'MEMBER', [OWNER_REMOVED], 'MEMBER'],
  ['OWNER', 'ADMIN', [OWNER_REMOVED], 'ADMIN'],
  ['OWNER', 'OWNER', [], 'OWNER'],
  ['OWNER', 'removed', [OWNER_REMOVED, LEFT], 'none'],
  ['MEMBER +grant', 'MEMBER', [], 'MEMBER +grant'],
  ['MEMBER +grant', 'ADMIN', [], 'ADMIN +grant'],
  ['MEMBER +grant', 'OWNER', [GRANT_LOST_BY_OWNING, OWNER_ADDED], 'OWNER'],
  ['MEMBER +grant', 'removed', [GRANT_LOST_BY_LEAVING, LEFT], 'none'],
  ['ADMIN +grant', 'MEMBER', [], 'MEMBER +grant'],
  ['ADMIN +grant', 'ADMIN', [], 'ADMIN +grant'],
  ['ADMIN +grant', 'OWNER', [GRANT_LOST_BY_OWNING, OWNER_ADDED], 'OWNER'],
  ['ADMIN +grant', 'removed', [GRANT_LOST_BY_LEAVING, LEFT], 'none'],
];

const pat = { id: 'pat', name: 'Pat', email: 'pat@example.com', avatarUrl: null };

async function patIs(before: Before): Promise<void> {
  if (before === 'none') return;
  const [role = 'MEMBER', grant] = before.split(' ') as [OrganizationRole, string?];
  await acme.hasProfile(pat, role);
  if (grant) await acme.adds('pat', 'olivia');
}

const hostSays = (call: Call) =>
  call === 'removed'
    ? removeMember(services, { organizationId: acme.id, userId: 'pat' })
    : syncMember(services, { organizationId: acme.id, user: pat, role: call });

describe('R12 the roster changes of each call, in their order', () => {
  test.each(TRANSITIONS)('R12 %s, then %s: %j, and then %s', async (before, call, changes, after) => {
    await patIs(before);
    const effect = await effectOf(services, acme.id, () => hostSays(call));

    expect(effect.rosterChanges).toEqual(changes);
    expect(effect.answer).toEqual({ changed: before !== after });
    expect((await whatIs(services, acme.id, 'pat')) ?? 'none').toBe(after);
    expect(effect.entries.every(({ actorId }) => actorId === null)).toBe(true);
    await expectNoTrace(services, acme.id, () => hostSays(call), 'UNCHANGED');
  });

  test.each<[Before, Call]>([
    ['MEMBER', 'ADMIN'],
    ['ADMIN', 'MEMBER'],
    ['ADMIN +grant', 'MEMBER'],
  ])('R12 %s to %s is logged, and is no roster change', async (before, call) => {
    await patIs(before);
    const { answer, kinds, rosterChanges } = await effectOf(services, acme.id, () => hostSays(call));
    expect({ answer, kinds, rosterChanges }).toEqual({
      answer: { changed: true },
      kinds: ['ROLE_CHANGED'],
      rosterChanges: [],
    });
  });

  test('R12 a changed profile is logged, answers changed: true, and is no roster change', async () => {
    await patIs('MEMBER');
    for (const change of [{ name: 'Pat II' }, { email: 'pat2@example.com' }, { avatarUrl: 'https://example.com/p' }]) {
      Object.assign(pat, change);
      const { answer, kinds } = await effectOf(services, acme.id, () => hostSays('MEMBER'));
      expect({ answer, kinds }).toEqual({ answer: { changed: true }, kinds: ['PROFILE_CHANGED'] });
      expect(await usersById(services.database.reader, ['pat'])).toEqual([pat]);
      await expectNoTrace(services, acme.id, () => hostSays('MEMBER'), 'UNCHANGED');
    }
  });

  test('R12 one call may bring a new profile and a new role', async () => {
    await patIs('MEMBER +grant');
    const { kinds } = await effectOf(services, acme.id, () =>
      syncMember(services, { organizationId: acme.id, user: { ...pat, name: `Pat ${count}` }, role: 'OWNER' }),
    );
    expect(kinds).toEqual(['PROFILE_CHANGED', 'ADMIN_REMOVED', 'OWNER_ADDED']);
  });

  test('R12 an organization may be left without an owner, and its billing admins keep access', async () => {
    await acme.loses('olivia');
    await acme.hasOrgAdmin('oscar');
    const [roster] = await rostersOf(services.database.reader, [acme.id]);
    expect(roster?.owners).toEqual([]);
    expect(roster?.admins.map(({ user }) => user.id)).toEqual(['bea']);
    expect(await refusalOf(acme.removes('bea', 'olivia'))).toBe('FORBIDDEN');
    expect(await refusalOf(acme.removes('bea', 'oscar'))).toBe('FORBIDDEN');
  });

  test('R12 a host that names an organization which does not exist is told so', async () => {
    const nowhere = organization(services, 'there-is-none');
    expect(await refusalOf(nowhere.hasMember('mia'))).toBe('NOT_FOUND');
    expect(await refusalOf(nowhere.loses('mia'))).toBe('NOT_FOUND');
    expect(await refusalOf(nowhere.invites('inv-1', 'mia@example.com'))).toBe('NOT_FOUND');
  });

  test('R12 a member is removed by an id that is theirs byte for byte', async () => {
    await expectNoTrace(services, acme.id, () => acme.loses('Bea'), 'UNCHANGED');
    await expectNoTrace(services, acme.id, () => acme.loses('be'), 'UNCHANGED');
  });
});

describe('R6 a member who leaves loses the grant', () => {
  test.each<[Before, OrganizationRole]>([
    ['MEMBER +grant', 'MEMBER'],
    ['ADMIN +grant', 'ADMIN'],
  ])('R6 coming back after %s does not bring the grant back', async (before, role) => {
    await patIs(before);
    await hostSays('removed');
    await hostSays(role);
    expect(await whatIs(services, acme.id, 'pat')).toBe(role);
  });

  test('R6 the grant and the membership go in one transaction: both entries have one time and stand side by side', async () => {
    await patIs('MEMBER +grant');
    const statements = services.statements.length;
    const { entries } = await effectOf(services, acme.id, () => hostSays('removed'));
    const begun = services.statements.slice(statements).filter((sql) => /^(BEGIN|START TRANSACTION)/.test(sql));
    expect(begun).toHaveLength(1);
    expect(new Set(entries.map(({ occurredAt }) => occurredAt)).size).toBe(1);
  });

  test('R6 leaving one organization takes nothing in another', async () => {
    const other = await seedAcme(services, `other-${count}`);
    await acme.loses('bea');
    expect(await whatIs(services, other.id, 'bea')).toBe('MEMBER +grant');
    await expectSound(services, other.id);
  });
});

describe('R7 a billing admin who becomes an owner loses the grant', () => {
  test.each<OrganizationRole>(['MEMBER', 'ADMIN'])('R7 stepping down to %s leaves no hidden access', async (role) => {
    await patIs('MEMBER +grant');
    await hostSays('OWNER');
    await hostSays(role);
    expect(await whatIs(services, acme.id, 'pat')).toBe(role);
    expect(await outcomeOf(acme.adds('pat', 'olivia'))).toBe('CHANGED');
  });

  test('R7 an owner who steps down keeps no access of their own making', async () => {
    await acme.hasOwner('mia');
    await acme.hasMember('mia');
    expect(await refusalOf(acme.adds('mia', 'mia'))).toBe('FORBIDDEN');
    expect(await whatIs(services, acme.id, 'mia')).toBe('MEMBER');
  });
});
