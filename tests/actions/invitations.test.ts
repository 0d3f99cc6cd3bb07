import { acceptInvitation } from '../../src/actions/directory/accept-invitation';
import { revokeInvitation } from '../../src/actions/directory/revoke-invitation';
import { countPendingInvitations } from '../../src/actions/roster/count-pending-invitations';
import { listEligibleTeammates } from '../../src/actions/roster/list-eligible-teammates';
import type { OrganizationRole } from '../../src/domain/access/permissions';
import { findInvitation } from '../../src/store/invitations';
import { expectSound } from '../kits/organizations/log';
import { effectOf, expectNoTrace, outcomeOf, refusalOf, whatIs } from '../kits/model/outcomes';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;
let ingo: { id: string; name: string; email: string; avatarUrl: null };

beforeAll(async () => {
  services = await startServices();
});

beforeEach(async () => {
  count += 1;
  ingo = { id: `ingo-${count}`, name: 'Ingo', email: 'ingo@example.com', avatarUrl: null };
  acme = await seedAcme(services, `acme-${count}`);
});

afterEach(() => expectSound(services, acme.id));

afterAll(() => services.close());

const accepts = (user: typeof ingo, id = 'inv-1') => acceptInvitation(services, { organizationId: acme.id, id, user });
const revokes = (id = 'inv-1') => revokeInvitation(services, { organizationId: acme.id, id });
const pending = () => countPendingInvitations(services, acme.id);
const invitation = (id = 'inv-1') => findInvitation(services.database.reader, acme.id, id);

describe('R8 an accepted invitation makes a member', () => {
  test.each<[OrganizationRole, string[]]>([
    ['MEMBER', ['TEAMMATE_JOINED']],
    ['ADMIN', ['TEAMMATE_JOINED']],
    ['OWNER', ['TEAMMATE_JOINED', 'OWNER_ADDED']],
  ])('R8 R12 as %s: %j', async (role, kinds) => {
    await acme.invites('inv-1', ingo.email, role);
    const { answer, rosterChanges } = await effectOf(services, acme.id, () => accepts(ingo));
    expect(answer).toEqual({ changed: true });
    expect(rosterChanges).toEqual(kinds.map((kind) => `${kind} ${ingo.id}`));
    expect(await whatIs(services, acme.id, ingo.id)).toBe(role);
  });

  test('R8 who is from then on eligible', async () => {
    await acme.invites('inv-1', ingo.email);
    expect(await refusalOf(acme.adds(ingo.id, 'olivia'))).toBe('NOT_A_MEMBER');
    await accepts(ingo);
    const eligible = await listEligibleTeammates(services, acme.id, { after: null, search: 'ingo', limit: 100 });
    expect(eligible.map(({ id }) => id)).toEqual([ingo.id]);
    expect(await outcomeOf(acme.adds(ingo.id, 'olivia'))).toBe('CHANGED');
  });

  test('R8 under another e-mail than the invitation’s, and the invitation is settled all the same', async () => {
    await acme.invites('inv-1', 'work@example.com');
    expect(await outcomeOf(accepts({ ...ingo, email: 'private@example.com' }))).toBe('CHANGED');
    expect(await whatIs(services, acme.id, ingo.id)).toBe('MEMBER');
    expect(await pending()).toBe(0);
  });

  test.each<[string, OrganizationRole]>([
    ['olivia', 'MEMBER'],
    ['ada', 'OWNER'],
    ['mia', 'OWNER'],
    ['bea', 'ADMIN'],
  ])('R8 never changes the role of %s, who is a member already, to %s', async (member, role) => {
    const before = await whatIs(services, acme.id, member);
    await acme.invites('inv-1', `${member}@example.com`, role);
    const { answer, kinds } = await effectOf(services, acme.id, () => acme.isJoinedBy(member, 'inv-1'));
    expect({ answer, kinds }).toEqual({ answer: { changed: true }, kinds: ['INVITATION_ACCEPTED'] });
    expect(await whatIs(services, acme.id, member)).toBe(before);
  });

  test('R8 takes over a member’s new profile', async () => {
    await acme.hasProfile(ingo);
    await acme.invites('inv-1', ingo.email);
    const { kinds } = await effectOf(services, acme.id, () => accepts({ ...ingo, name: 'Zoe' }));
    expect(kinds).toEqual(['PROFILE_CHANGED', 'INVITATION_ACCEPTED']);
    const eligible = await listEligibleTeammates(services, acme.id, { after: null, search: 'zoe', limit: 1 });
    expect(eligible).toMatchObject([{ id: ingo.id, name: 'Zoe' }]);
  });
});

describe('R8 joining by syncMember settles the e-mail’s pending invitations', () => {
  test('R8 all of them, however they were written, and no other', async () => {
    await acme.invites('inv-1', 'ingo@example.com');
    await acme.invites('inv-2', '  INGO@Example.com ', 'OWNER');
    await acme.invites('inv-3', 'ingo@example.org');
    const { kinds } = await effectOf(services, acme.id, () => acme.hasProfile(ingo));
    expect(kinds).toEqual(['TEAMMATE_JOINED', 'INVITATION_ACCEPTED', 'INVITATION_ACCEPTED']);
    expect(await invitation('inv-1')).toMatchObject({ status: 'ACCEPTED', userId: ingo.id, email: null });
    expect(await invitation('inv-2')).toMatchObject({ status: 'ACCEPTED', userId: ingo.id, email: null });
    expect(await invitation('inv-3')).toMatchObject({ status: 'PENDING' });
    expect(await whatIs(services, acme.id, ingo.id)).toBe('MEMBER');
  });

  test('R8 and no invitation of another organization', async () => {
    const other = await seedAcme(services, `other-${count}`);
    await other.invites('inv-1', ingo.email);
    await acme.hasProfile(ingo);
    expect(await countPendingInvitations(services, other.id)).toBe(1);
  });

  test('R8 the invitation that it settled may still be accepted by the same user, which changes nothing', async () => {
    await acme.invites('inv-1', ingo.email);
    await acme.hasProfile(ingo);
    await expectNoTrace(services, acme.id, () => accepts(ingo), 'UNCHANGED');
  });
});

describe('R8 pendingInvitationCount', () => {
  test('R8 counts who will be eligible once they accept: members’ e-mails do not count', async () => {
    expect(await pending()).toBe(0);
    await acme.invites('inv-1', 'one@example.com');
    await acme.invites('inv-2', 'two@example.com');
    expect(await pending()).toBe(2);
    await acme.invites('inv-3', ' MIA@example.com');
    await acme.invites('inv-4', 'olivia@example.com');
    expect(await pending()).toBe(2);
    await acme.loses('mia');
    expect(await pending()).toBe(3);
    await revokes('inv-1');
    expect(await pending()).toBe(2);
    await accepts(ingo, 'inv-2');
    expect(await pending()).toBe(1);
  });

  test('R8 follows a member’s new e-mail', async () => {
    await acme.invites('inv-1', 'new@example.com');
    await acme.hasProfile({ ...ingo, email: 'old@example.com' });
    expect(await pending()).toBe(1);
    await acme.hasProfile({ ...ingo, email: 'New@Example.com' });
    expect(await pending()).toBe(0);
  });
});

describe('R8 a spent invitation', () => {
  test('R8 an accepted one: the same call again changes nothing, any other is ALREADY_DECIDED', async () => {
    await acme.invites('inv-1', ingo.email);
    await accepts(ingo);
    await expectNoTrace(services, acme.id, () => accepts(ingo), 'UNCHANGED');
    await expectNoTrace(services, acme.id, () => accepts({ ...ingo, id: 'somebody-else' }), 'ALREADY_DECIDED');
    await expectNoTrace(services, acme.id, () => revokes(), 'ALREADY_DECIDED');
    await expectNoTrace(services, acme.id, () => acme.invites('inv-1', ingo.email), 'ALREADY_DECIDED');
    await expectNoTrace(services, acme.id, () => acme.invites('inv-1', 'new@example.com'), 'ALREADY_DECIDED');
  });

  test('R8 a revoked one: the same call again changes nothing, any other is ALREADY_DECIDED', async () => {
    await acme.invites('inv-1', ingo.email);
    expect(await effectOf(services, acme.id, () => revokes())).toMatchObject({
      answer: { changed: true },
      kinds: ['INVITATION_REVOKED'],
      rosterChanges: [],
    });
    await expectNoTrace(services, acme.id, () => revokes(), 'UNCHANGED');
    await expectNoTrace(services, acme.id, () => accepts(ingo), 'ALREADY_DECIDED');
    await expectNoTrace(services, acme.id, () => acme.invites('inv-1', ingo.email), 'ALREADY_DECIDED');
  });

  test('R8 a user who accepted and left does not come back by the same call', async () => {
    await acme.invites('inv-1', ingo.email);
    await accepts(ingo);
    await acme.loses(ingo.id);
    await expectNoTrace(services, acme.id, () => accepts(ingo), 'UNCHANGED');
    expect(await whatIs(services, acme.id, ingo.id)).toBeNull();
  });

  test('R8 keeps no e-mail', async () => {
    await acme.invites('inv-1', 'one@example.com');
    await acme.invites('inv-2', 'two@example.com');
    await accepts(ingo, 'inv-1');
    await revokes('inv-2');
    expect([(await invitation('inv-1'))?.email, (await invitation('inv-2'))?.email]).toEqual([null, null]);
  });

  test('R8 an unknown one is NOT_FOUND, and so is another organization’s', async () => {
    const other = organization(services, `other-${count}`);
    await other.exists();
    await other.invites('inv-1', ingo.email);
    await expectNoTrace(services, acme.id, () => accepts(ingo), 'NOT_FOUND');
    await expectNoTrace(services, acme.id, () => revokes(), 'NOT_FOUND');
    await expectNoTrace(services, acme.id, () => accepts(ingo, 'INV-1'), 'NOT_FOUND');
  });
});

describe('R12 a pending invitation', () => {
  test('R12 is logged by its id and not by its e-mail, and is no roster change; the same call again changes nothing', async () => {
    const { answer, entries, rosterChanges } = await effectOf(services, acme.id, () =>
      acme.invites('inv-1', ingo.email, 'ADMIN'),
    );
    expect({ answer, rosterChanges }).toEqual({ answer: { changed: true }, rosterChanges: [] });
    expect(entries).toMatchObject([
      { kind: 'INVITATION_CREATED', actorId: null, details: '{"invitationId":"inv-1","role":"ADMIN"}' },
    ]);
    await expectNoTrace(services, acme.id, () => acme.invites('inv-1', ingo.email, 'ADMIN'), 'UNCHANGED');
  });

  test.each<[string, string, OrganizationRole]>([
    ['another address', 'new@example.com', 'MEMBER'],
    ['the same address in other letters', 'Ingo@example.com', 'MEMBER'],
    ['another role', 'ingo@example.com', 'OWNER'],
  ])('R12 takes over %s', async (_, email, role) => {
    await acme.invites('inv-1', ingo.email, 'MEMBER');
    const { answer, kinds } = await effectOf(services, acme.id, () => acme.invites('inv-1', email, role));
    expect({ answer, kinds }).toEqual({ answer: { changed: true }, kinds: ['INVITATION_CHANGED'] });
    expect(await invitation()).toMatchObject({ email, role, status: 'PENDING' });
    await expectNoTrace(services, acme.id, () => acme.invites('inv-1', email, role), 'UNCHANGED');
  });
});
