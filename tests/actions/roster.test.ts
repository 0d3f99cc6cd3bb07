import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { removeBillingAdmin } from '../../src/actions/roster/remove-billing-admin';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { revokeInvitation } from '../../src/actions/directory/revoke-invitation';
import { syncOrganization } from '../../src/actions/directory/sync-organization';
import { rostersOf } from '../../src/store/rosters';
import { expectSound } from '../kits/organizations/log';
import { effectOf, expectNoTrace, type Outcome, outcomeOf, refusalOf, versionOf, whatIs } from '../kits/model/outcomes';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

/** Small, so that a full roster is quickly reached (R10): bea holds one of two places from the start. */
const ROSTER_LIMIT = 2;

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;

beforeAll(async () => {
  services = await startServices({ rosterLimit: ROSTER_LIMIT });
});

beforeEach(async () => {
  count += 1;
  acme = await seedAcme(services, `acme-${count}`);
});

afterEach(() => expectSound(services, acme.id));

afterAll(() => services.close());

const expectNothingHappens = (call: () => Promise<{ changed: boolean }>, outcome: Outcome) =>
  expectNoTrace(services, acme.id, call, outcome);

describe('R1 only an owner adds or removes billing admins', () => {
  test.each([
    ['a billing admin, who cannot pass the access on', 'bea'],
    ['an org admin', 'ada'],
    ['a member', 'mia'],
    ['somebody who is no member', 'outis'],
    ['an owner of another organization', 'olga'],
  ])('R1 %s does neither', async (_, actor) => {
    const other = organization(services, `other-${count}`);
    await other.exists();
    await other.hasOwner('olga');
    await expectNothingHappens(() => acme.adds('mia', actor), 'FORBIDDEN');
    await expectNothingHappens(() => acme.adds('mia', actor, 999), 'FORBIDDEN');
    await expectNothingHappens(() => acme.removes('bea', actor), 'FORBIDDEN');
    await expectNothingHappens(() => acme.removes('nobody', actor), 'FORBIDDEN');
  });

  test('R1 each owner does both, and the log says who', async () => {
    const added = await effectOf(services, acme.id, () => acme.adds('mia', 'oscar'));
    expect(added.answer).toEqual({ changed: true, version: 9 });
    expect(added.rosterChanges).toEqual(['ADMIN_ADDED mia by oscar']);
    const removed = await effectOf(services, acme.id, () => acme.removes('mia', 'olivia'));
    expect(removed.answer).toEqual({ changed: true, version: 10 });
    expect(removed.rosterChanges).toEqual(['ADMIN_REMOVED mia REMOVED_BY_OWNER by olivia']);
  });

  test('R1 a new owner may, and a former owner may not', async () => {
    await acme.hasOwner('mia');
    expect(await outcomeOf(acme.adds('ada', 'mia'))).toBe('CHANGED');
    await acme.hasMember('mia');
    expect(await outcomeOf(acme.removes('ada', 'mia'))).toBe('FORBIDDEN');
  });
});

describe('A4 an organization of which the actor is not a member', () => {
  test('A4 answers like one that does not exist, and one that was removed', async () => {
    const errorOf = (organizationId: string) =>
      addBillingAdmin(services, { organizationId, actorId: 'outis', userId: 'mia', expectedVersion: null }).then(
        () => 'nothing',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    const gone = await seedAcme(services, `gone-${count}`);
    await removeOrganization(services, { organizationId: gone.id });
    expect(new Set([await errorOf(acme.id), await errorOf('there-is-none'), await errorOf(gone.id)]).size).toBe(1);
    expect(await refusalOf(gone.adds('mia', 'olivia'))).toBe('FORBIDDEN');
    expect(await refusalOf(gone.removes('bea', 'olivia'))).toBe('FORBIDDEN');
  });
});

describe('R2 who is no current member is not added', () => {
  const known = (email: string) =>
    organization(services, `elsewhere-${count}`).hasProfile({ id: 'ingo', name: 'Ingo', email });

  beforeEach(() => organization(services, `elsewhere-${count}`).exists());

  test('R2 a user whose e-mail, trimmed and case-folded, has a pending invitation: INVITATION_PENDING', async () => {
    await known('  Ingo@Example.COM ');
    await acme.invites('inv-1', 'iNGO@example.com  ');
    await expectNothingHappens(() => acme.adds('ingo', 'olivia'), 'INVITATION_PENDING');
  });

  test('R2 the message of INVITATION_PENDING says that the person appears once they accept', async () => {
    await known('ingo@example.com');
    await acme.invites('inv-1', 'ingo@example.com');
    await expect(acme.adds('ingo', 'olivia')).rejects.toMatchObject({
      message: expect.stringMatching(/appears here once they accept/),
      field: ['input', 'userId'],
    });
  });

  test('R2 anybody else: NOT_A_MEMBER, with the field at fault', async () => {
    await known('ingo@example.com');
    await expectNothingHappens(() => acme.adds('ingo', 'olivia'), 'NOT_A_MEMBER');
    await expectNothingHappens(() => acme.adds('nobody-knows', 'olivia'), 'NOT_A_MEMBER');
    await expect(acme.adds('ingo', 'olivia')).rejects.toMatchObject({ field: ['input', 'userId'] });
  });

  test('R2 an invitation that is spent, to another address or to another organization, does not count', async () => {
    await known('ingo@example.com');
    await acme.invites('revoked', 'ingo@example.com');
    await revokeInvitation(services, { organizationId: acme.id, id: 'revoked' });
    await acme.invites('accent', 'ingó@example.com');
    await organization(services, `elsewhere-${count}`).invites('inv-1', 'ingo@example.com');
    await expectNothingHappens(() => acme.adds('ingo', 'olivia'), 'NOT_A_MEMBER');
  });

  test('R2 a former member is no current one', async () => {
    await acme.loses('mia');
    await expectNothingHappens(() => acme.adds('mia', 'olivia'), 'NOT_A_MEMBER');
  });
});

describe('R3 an owner is no target', () => {
  test.each(['oscar', 'olivia'])('R3 olivia neither adds nor removes %s', async (target) => {
    await expectNothingHappens(() => acme.adds(target, 'olivia'), 'OWNER_HAS_ACCESS_BY_DEFAULT');
    await expectNothingHappens(() => acme.removes(target, 'olivia'), 'OWNER_HAS_ACCESS_BY_DEFAULT');
  });
});

describe('R4 add and remove are idempotent', () => {
  test('R4 a repeated add answers changed: false, without an event and without a version', async () => {
    await expectNothingHappens(() => acme.adds('bea', 'olivia'), 'UNCHANGED');
    await expectNothingHappens(() => acme.adds('bea', 'oscar'), 'UNCHANGED');
  });

  test('R4 a repeated remove answers changed: false, without an event and without a version', async () => {
    expect(await outcomeOf(acme.removes('bea', 'olivia'))).toBe('CHANGED');
    await expectNothingHappens(() => acme.removes('bea', 'olivia'), 'UNCHANGED');
  });

  test.each([
    ['a member who never held one', 'mia'],
    ['somebody who is no member', 'nobody-knows'],
  ])('R4 removing %s is a repeat', async (_, target) => {
    await expectNothingHappens(() => acme.removes(target, 'olivia'), 'UNCHANGED');
  });
});

describe('R5 removing takes the grant and nothing else', () => {
  test('R5 an org admin stays one, and may be added again', async () => {
    await acme.adds('ada', 'olivia');
    expect(await whatIs(services, acme.id, 'ada')).toBe('ADMIN +grant');
    await acme.removes('ada', 'olivia');
    expect(await whatIs(services, acme.id, 'ada')).toBe('ADMIN');
    expect(await outcomeOf(acme.adds('ada', 'olivia'))).toBe('CHANGED');
  });

  test('R5 expectedVersion is the version of the roster, not the length of the log', async () => {
    const version = await versionOf(services, acme.id);
    await acme.hasOrgAdmin('mia');
    await acme.invites('inv-1', 'ingo@example.com');
    await syncOrganization(services, { id: acme.id, name: 'Another name', contractType: null });
    expect(await outcomeOf(acme.adds('mia', 'olivia', version))).toBe('CHANGED');
    expect(await outcomeOf(acme.removes('mia', 'olivia', version))).toBe('VERSION_CONFLICT');
    expect(await outcomeOf(acme.removes('mia', 'olivia', version + 1))).toBe('CHANGED');
  });

  test.each([
    ['older', -1],
    ['newer', 1],
  ])('R5 an expectedVersion that is %s than the roster: VERSION_CONFLICT, and nothing changes', async (_, by) => {
    const version = await versionOf(services, acme.id);
    await expectNothingHappens(() => acme.adds('mia', 'olivia', version + by), 'VERSION_CONFLICT');
    await expectNothingHappens(() => acme.removes('bea', 'olivia', version + by), 'VERSION_CONFLICT');
  });
});

describe('R5 the first refusal that applies answers', () => {
  // Full: bea and ada hold both places. `stale` is an expectedVersion that the roster has left behind.
  const full = async () => {
    await acme.adds('ada', 'olivia');
    await acme.invites('inv-1', 'ingo@example.com');
    const elsewhere = organization(services, `elsewhere-${count}`);
    await elsewhere.exists();
    await elsewhere.hasMember('ingo');
  };
  const version = async (which: string) => {
    const current = await versionOf(services, acme.id);
    return which === 'stale' ? current - 1 : which === 'current' ? current : null;
  };

  test.each<[actor: string, target: string, expected: string, outcome: Outcome]>([
    ['bea', 'oscar', 'stale', 'FORBIDDEN'],
    ['mia', 'bea', 'stale', 'FORBIDDEN'],
    ['ada', 'mia', 'current', 'FORBIDDEN'],
    ['outis', 'ingo', 'stale', 'FORBIDDEN'],
    ['olivia', 'oscar', 'stale', 'OWNER_HAS_ACCESS_BY_DEFAULT'],
    ['olivia', 'oscar', 'no', 'OWNER_HAS_ACCESS_BY_DEFAULT'],
    ['olivia', 'bea', 'stale', 'UNCHANGED'],
    ['olivia', 'bea', 'current', 'UNCHANGED'],
    ['olivia', 'mia', 'stale', 'VERSION_CONFLICT'],
    ['olivia', 'ingo', 'stale', 'VERSION_CONFLICT'],
    ['olivia', 'nobody', 'stale', 'VERSION_CONFLICT'],
    ['olivia', 'ingo', 'current', 'INVITATION_PENDING'],
    ['olivia', 'nobody', 'current', 'NOT_A_MEMBER'],
    ['olivia', 'mia', 'current', 'ROSTER_FULL'],
    ['olivia', 'mia', 'no', 'ROSTER_FULL'],
  ])('R5 %s adds %s to a full roster, with %s expectedVersion: %s', async (actor, target, which, outcome) => {
    await full();
    const expected = await version(which);
    await expectNothingHappens(() => acme.adds(target, actor, expected), outcome);
  });

  test.each<[actor: string, target: string, expected: string, outcome: Outcome]>([
    ['bea', 'oscar', 'stale', 'FORBIDDEN'],
    ['mia', 'bea', 'current', 'FORBIDDEN'],
    ['olivia', 'oscar', 'stale', 'OWNER_HAS_ACCESS_BY_DEFAULT'],
    ['olivia', 'mia', 'stale', 'UNCHANGED'],
    ['olivia', 'ingo', 'stale', 'UNCHANGED'],
    ['olivia', 'nobody', 'stale', 'UNCHANGED'],
    ['olivia', 'bea', 'stale', 'VERSION_CONFLICT'],
  ])('R5 %s removes %s, with %s expectedVersion: %s', async (actor, target, which, outcome) => {
    await full();
    const expected = await version(which);
    await expectNothingHappens(() => acme.removes(target, actor, expected), outcome);
  });
});

describe('R10 a roster is limited', () => {
  test('R10 the last place is given, and then ROSTER_FULL until somebody goes', async () => {
    expect(await outcomeOf(acme.adds('ada', 'olivia'))).toBe('CHANGED');
    await expectNothingHappens(() => acme.adds('mia', 'olivia'), 'ROSTER_FULL');
    await acme.removes('bea', 'olivia');
    expect(await outcomeOf(acme.adds('mia', 'olivia'))).toBe('CHANGED');
  });

  test('R10 leaving and becoming an owner give the place back, and owners take none', async () => {
    await acme.adds('ada', 'olivia');
    await acme.hasOwner('bea');
    expect(await outcomeOf(acme.adds('mia', 'olivia'))).toBe('CHANGED');
    await acme.loses('ada');
    await acme.hasMember('bea');
    expect(await outcomeOf(acme.adds('bea', 'olivia'))).toBe('CHANGED');
  });

  test('R10 another organization’s billing admins do not count', async () => {
    const other = await seedAcme(services, `other-${count}`);
    await other.adds('ada', 'olivia');
    expect(await outcomeOf(acme.adds('ada', 'olivia'))).toBe('CHANGED');
  });
});

describe('L3 the roster that is read', () => {
  test('L3 names owners and billing admins by name, who added each, when, and as of which version', async () => {
    await addBillingAdmin(services, {
      organizationId: acme.id,
      actorId: 'oscar',
      userId: 'ada',
      expectedVersion: null,
    });
    const [roster] = await rostersOf(services.database.reader, [acme.id]);
    expect(roster?.version).toBe(await versionOf(services, acme.id));
    expect(roster?.owners.map(({ id }) => id)).toEqual(['olivia', 'oscar']);
    expect(roster?.admins.map(({ user, addedBy }) => [user.id, addedBy?.id])).toEqual([
      ['ada', 'oscar'],
      ['bea', 'olivia'],
    ]);
    await removeBillingAdmin(services, {
      organizationId: acme.id,
      actorId: 'oscar',
      userId: 'ada',
      expectedVersion: null,
    });
    const [after] = await rostersOf(services.database.reader, [acme.id]);
    expect(after).toEqual({ ...roster, version: (roster?.version ?? 0) + 1, admins: [roster?.admins[1]] });
  });
});
