import { acceptInvitation } from '../../src/actions/directory/accept-invitation';
import { removeUser } from '../../src/actions/directory/remove-user';
import { approveBillingAccessRequest } from '../../src/actions/requests/approve-billing-access-request';
import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { rostersOf } from '../../src/store/rosters';
import { usersById, usersWithFollowUp } from '../../src/store/users';
import type { Refusal } from '../../src/domain/refusals';
import { expectSound, logOf, replay } from '../kits/organizations/log';
import { type Outcome, outcomeOf, rosterChangesIn, versionOf, whatIs } from '../kits/model/outcomes';
import { inThisOrder, type Queue } from '../kits/service/queue';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let version: number;
let count = 0;

beforeAll(async () => {
  services = await startServices({ rosterLimit: 60 });
});

beforeEach(async () => {
  count += 1;
  acme = await seedAcme(services, `acme-${count}`);
  version = await versionOf(services, acme.id);
});

afterEach(() => expectSound(services, acme.id));

afterAll(() => services.close());

type Call = () => Promise<{ changed: boolean }>;

/** Starts the calls in this order while the lock of a row is held, and tells how each ended. */
async function raceOn(queue: Queue, calls: readonly Call[]): Promise<Outcome[]> {
  const settled = await inThisOrder(services, queue, ...calls.map((call) => () => outcomeOf(call())));
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

const race = (...calls: Call[]) => raceOn({ of: 'organizations', id: acme.id }, calls);

/** The roster changes since the race began. */
const changes = async () =>
  rosterChangesIn((await logOf(services, acme.id)).filter((row) => (row.version ?? 0) > version));

describe('R4 R6 an add that meets the member’s removal', () => {
  test('R6 the add first: it is granted, and lost in leaving', async () => {
    const outcomes = await race(
      () => acme.adds('mia', 'olivia'),
      () => acme.loses('mia'),
    );
    expect(outcomes).toEqual(['CHANGED', 'CHANGED']);
    expect(await changes()).toEqual([
      'ADMIN_ADDED mia by olivia',
      'ADMIN_REMOVED mia LEFT_ORGANIZATION',
      'TEAMMATE_LEFT mia',
    ]);
  });

  test('R2 the removal first: NOT_A_MEMBER, and no grant without a member', async () => {
    const outcomes = await race(
      () => acme.loses('mia'),
      () => acme.adds('mia', 'olivia'),
    );
    expect(outcomes).toEqual(['CHANGED', 'NOT_A_MEMBER']);
    expect(await changes()).toEqual(['TEAMMATE_LEFT mia']);
  });

  test('R7 the member becoming an owner first: OWNER_HAS_ACCESS_BY_DEFAULT', async () => {
    const outcomes = await race(
      () => acme.hasOwner('mia'),
      () => acme.adds('mia', 'olivia'),
    );
    expect(outcomes).toEqual(['CHANGED', 'OWNER_HAS_ACCESS_BY_DEFAULT']);
    expect(await changes()).toEqual(['OWNER_ADDED mia']);
  });
});

describe('R4 R5 an add that meets a remove', () => {
  test('R4 the add first, then the remove', async () => {
    const outcomes = await race(
      () => acme.adds('mia', 'olivia'),
      () => acme.removes('mia', 'oscar'),
    );
    expect(outcomes).toEqual(['CHANGED', 'CHANGED']);
    expect(await changes()).toEqual(['ADMIN_ADDED mia by olivia', 'ADMIN_REMOVED mia REMOVED_BY_OWNER by oscar']);
  });

  test('R4 the remove first is a repeat, then the add', async () => {
    const outcomes = await race(
      () => acme.removes('mia', 'oscar'),
      () => acme.adds('mia', 'olivia'),
    );
    expect(outcomes).toEqual(['UNCHANGED', 'CHANGED']);
    expect(await changes()).toEqual(['ADMIN_ADDED mia by olivia']);
  });

  test('R5 both with the version that they saw: the second is told VERSION_CONFLICT', async () => {
    const outcomes = await race(
      () => acme.removes('bea', 'oscar', version),
      () => acme.adds('mia', 'olivia', version),
    );
    expect(outcomes).toEqual(['CHANGED', 'VERSION_CONFLICT']);
    expect(await changes()).toEqual(['ADMIN_REMOVED bea REMOVED_BY_OWNER by oscar']);
  });

  test('R10 two adds for the last place: one gets it', async () => {
    const people = Array.from({ length: 58 }, (_, index) => `p-${index}`);
    for (const person of people) {
      await acme.hasMember(person);
      await acme.adds(person, 'olivia');
    }
    const outcomes = await race(
      () => acme.adds('mia', 'olivia'),
      () => acme.adds('ada', 'oscar'),
    );
    expect(outcomes).toEqual(['CHANGED', 'ROSTER_FULL']);
  });
});

describe('R4 many identical calls at once', () => {
  test('R4 fifty adds: one changes, and there is one event', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcomeOf(acme.adds('mia', 'olivia'))));
    expect(outcomes.filter((outcome) => outcome === 'CHANGED')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'UNCHANGED')).toHaveLength(49);
    expect(await changes()).toEqual(['ADMIN_ADDED mia by olivia']);
  });

  test('R4 fifty removes: one changes, and there is one event', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcomeOf(acme.removes('bea', 'olivia'))));
    expect(outcomes.filter((outcome) => outcome === 'CHANGED')).toHaveLength(1);
    expect(await changes()).toEqual(['ADMIN_REMOVED bea REMOVED_BY_OWNER by olivia']);
  });

  test('R12 fifty joinings of a new user: one changes', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcomeOf(acme.hasOwner(`new-${count}`))));
    expect(outcomes.filter((outcome) => outcome === 'CHANGED')).toHaveLength(1);
    expect(await changes()).toEqual([`TEAMMATE_JOINED new-${count}`, `OWNER_ADDED new-${count}`]);
  });

  test('R11 twenty requests of one member: one request', async () => {
    const asked = await Promise.all(
      Array.from({ length: 20 }, () =>
        requestBillingAccess(services, { actorId: 'mia', organizationId: acme.id, reason: null }),
      ),
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
  });
});

describe('A8 a user who loses the role while their call waits for the lock', () => {
  test('A8 a demoted owner is FORBIDDEN, and nothing of the call happens', async () => {
    const outcomes = await race(
      () => acme.hasMember('oscar'),
      () => acme.adds('mia', 'oscar'),
      () => acme.removes('bea', 'oscar'),
    );
    expect(outcomes).toEqual(['CHANGED', 'FORBIDDEN', 'FORBIDDEN']);
    expect(await changes()).toEqual(['OWNER_REMOVED oscar']);
  });

  test('A8 so is an owner who has left', async () => {
    const outcomes = await race(
      () => acme.loses('oscar'),
      () => acme.adds('mia', 'oscar'),
    );
    expect(outcomes).toEqual(['CHANGED', 'FORBIDDEN']);
    expect(await changes()).toEqual(['OWNER_REMOVED oscar', 'TEAMMATE_LEFT oscar']);
  });

  test('R12 two owners demoted at once by the host: none is left, and the billing admins keep access', async () => {
    const outcomes = await race(
      () => acme.hasMember('olivia'),
      () => acme.hasOrgAdmin('oscar'),
      () => acme.adds('mia', 'olivia'),
      () => acme.adds('mia', 'oscar'),
    );
    expect(outcomes).toEqual(['CHANGED', 'CHANGED', 'FORBIDDEN', 'FORBIDDEN']);
    expect(await changes()).toEqual(['OWNER_REMOVED olivia', 'OWNER_REMOVED oscar']);
    expect(await whatIs(services, acme.id, 'bea')).toBe('MEMBER +grant');
  });

  test('A8 a demoted owner approves and declines nothing either', async () => {
    const { id } = await requestBillingAccess(services, { actorId: 'mia', organizationId: acme.id, reason: null });
    const decision = { actorId: 'oscar', organizationId: acme.id, requestId: id };
    const outcomes = await race(
      () => acme.hasOrgAdmin('oscar'),
      () => approveBillingAccessRequest(services, decision),
      () => declineBillingAccessRequest(services, decision).then(() => ({ changed: true })),
    );
    expect(outcomes).toEqual(['CHANGED', 'FORBIDDEN', 'FORBIDDEN']);
  });
});

describe('R8 an invitation that is accepted while that person is being added', () => {
  const ingo = () => ({ id: `ingo-${count}`, name: 'Ingo', email: `ingo-${count}@example.com`, avatarUrl: null });
  const accepts = () => acceptInvitation(services, { organizationId: acme.id, id: 'inv-1', user: ingo() });

  beforeEach(async () => {
    const elsewhere = organization(services, `elsewhere-${count}`);
    await elsewhere.exists();
    await elsewhere.hasProfile(ingo());
    await acme.invites('inv-1', ingo().email);
  });

  test('R8 the acceptance first: the add finds a member', async () => {
    expect(await race(accepts, () => acme.adds(ingo().id, 'olivia'))).toEqual(['CHANGED', 'CHANGED']);
    expect(await whatIs(services, acme.id, ingo().id)).toBe('MEMBER +grant');
  });

  test('R2 the add first: INVITATION_PENDING, and the member has no access', async () => {
    expect(await race(() => acme.adds(ingo().id, 'olivia'), accepts)).toEqual(['INVITATION_PENDING', 'CHANGED']);
    expect(await whatIs(services, acme.id, ingo().id)).toBe('MEMBER');
  });

  test('R8 accepted by two at once: the first joins, the second is told ALREADY_DECIDED', async () => {
    const another = { ...ingo(), id: `another-${count}` };
    const outcomes = await race(accepts, () =>
      acceptInvitation(services, { organizationId: acme.id, id: 'inv-1', user: another }),
    );
    expect(outcomes).toEqual(['CHANGED', 'ALREADY_DECIDED']);
    expect(await usersById(services.database.reader, [another.id])).toEqual([]);
  });
});

describe('R11 a request that two settle at once', () => {
  const ask = () => requestBillingAccess(services, { actorId: 'mia', organizationId: acme.id, reason: null });

  test('R11 approved by one and declined by the other: the first decides', async () => {
    const { id } = await ask();
    const outcomes = await race(
      () => approveBillingAccessRequest(services, { actorId: 'olivia', organizationId: acme.id, requestId: id }),
      () =>
        declineBillingAccessRequest(services, { actorId: 'oscar', organizationId: acme.id, requestId: id }).then(
          () => ({ changed: true }),
        ),
    );
    expect(outcomes).toEqual(['CHANGED', 'ALREADY_DECIDED']);
    expect(await whatIs(services, acme.id, 'mia')).toBe('MEMBER +grant');
  });

  test('R11 approved while the member leaves: no grant without a member', async () => {
    const { id } = await ask();
    const outcomes = await race(
      () => acme.loses('mia'),
      () => approveBillingAccessRequest(services, { actorId: 'olivia', organizationId: acme.id, requestId: id }),
    );
    expect(outcomes).toEqual(['CHANGED', 'ALREADY_DECIDED']);
    expect(await whatIs(services, acme.id, 'mia')).toBeNull();
  });
});

describe('L3 a roster that is read while it changes', () => {
  test('L3 each of the reads during 200 changes equals the replay of the log to its version', async () => {
    let writing = true;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      const person = `w-${writer}`;
      await acme.hasMember(person);
      for (let round = 0; round < 13; round++) {
        await acme.adds(person, 'olivia');
        await acme.hasOwner(person);
        await acme.hasMember(person);
      }
    });
    const written = Promise.all(writers).finally(() => (writing = false));

    const seen = new Map<number, { owners: string[]; admins: string[] }>();
    while (writing) {
      // Readers come in turns of their own; on SQLite a read needs none, and the writers would get none.
      await new Promise(setImmediate);
      const [roster] = await rostersOf(services.database.reader, [acme.id]);
      if (!roster) throw new Error('The roster is gone.');
      const ids = {
        owners: roster.owners.map(({ id }) => id).sort(),
        admins: roster.admins.map(({ user }) => user.id).sort(),
      };
      expect(seen.get(roster.version) ?? ids).toEqual(ids);
      seen.set(roster.version, ids);
    }
    await written;

    const log = await logOf(services, acme.id);
    expect((await versionOf(services, acme.id)) - version).toBeGreaterThanOrEqual(200);
    expect(seen.size).toBeGreaterThan(1);
    for (const [at, ids] of seen) {
      const upTo = log.slice(0, log.findIndex((row) => row.version === at) + 1);
      const members = Object.entries(replay(upTo).members);
      expect({
        owners: members.flatMap(([id, { role }]) => (role === 'OWNER' ? [id] : [])).sort(),
        admins: members.flatMap(([id, { grantedBy }]) => (grantedBy === null ? [] : [id])).sort(),
      }).toEqual(ids);
    }
  });
});

describe('R13 R14 a user that several organizations share', () => {
  const pat = () => ({ id: `pat-${count}`, name: 'Pat', email: `pat-${count}@example.com`, avatarUrl: null });
  let beta: Awaited<ReturnType<typeof seedAcme>>;

  beforeEach(async () => {
    beta = await seedAcme(services, `beta-${count}`);
  });

  afterEach(async () => {
    await expectSound(services, beta.id);
    expect(await usersWithFollowUp(services.database.reader, 10)).toEqual([]);
  });

  test('R12 two organizations add the same brand-new user at once: both succeed', async () => {
    for (let round = 0; round < 10; round++) {
      const user = { ...pat(), id: `pat-${count}-${round}` };
      const outcomes = await Promise.all([outcomeOf(acme.hasProfile(user)), outcomeOf(beta.hasProfile(user, 'OWNER'))]);
      expect(outcomes).toEqual(['CHANGED', 'CHANGED']);
      expect(await whatIs(services, acme.id, user.id)).toBe('MEMBER');
      expect(await whatIs(services, beta.id, user.id)).toBe('OWNER');
    }
  });

  test('R14 a profile changed in two organizations at once: one wins, and all keys follow it', async () => {
    await acme.hasProfile(pat());
    await beta.hasProfile(pat());
    for (let round = 0; round < 10; round++) {
      await Promise.all([
        acme.hasProfile({ ...pat(), name: `Anna ${round}` }),
        beta.hasProfile({ ...pat(), name: `Berta ${round}` }),
      ]);
      const [user] = await usersById(services.database.reader, [pat().id]);
      const keys = await services.database.reader.rows<{ key: string }>(
        'SELECT DISTINCT name_key AS `key` FROM members WHERE user_id = ?',
        [pat().id],
      );
      expect(keys).toEqual([{ key: user?.name.toLowerCase() }]);
    }
  });

  test('R13 removed while another call makes them a member: they are gone everywhere, or wholly back', async () => {
    for (let round = 0; round < 10; round++) {
      const user = { ...pat(), id: `pat-${count}-${round}` };
      await acme.hasProfile(user);
      const [removed, joined] = await Promise.allSettled([
        removeUser(services, { userId: user.id }),
        beta.hasProfile(user),
      ]);
      expect(removed).toEqual({ status: 'fulfilled', value: { changed: true } });
      if (joined.status === 'rejected') expect((joined.reason as Refusal).code).toBe('INVALID');
      const [known] = await usersById(services.database.reader, [user.id]);
      expect(await whatIs(services, acme.id, user.id)).toBeNull();
      expect(await whatIs(services, beta.id, user.id)).toBe(known ? 'MEMBER' : null);
      if (known) expect(known).toEqual(user);
    }
  });

  test.each([
    ['the joining first: they leave what they have just joined', ['CHANGED', 'CHANGED']],
    ['the removal first: the joining is refused', ['CHANGED', 'INVALID']],
  ])('R13 removeUser against syncMember of one user, %s', async (which, expected) => {
    await acme.hasProfile(pat());
    const joins = () => beta.hasProfile({ ...pat(), name: 'Patricia' }, 'OWNER');
    const removes = () => removeUser(services, { userId: pat().id });
    const calls = which.startsWith('the joining') ? [joins, removes] : [removes, joins];
    expect(await raceOn({ of: 'users', id: pat().id }, calls)).toEqual(expected);
    expect(await whatIs(services, acme.id, pat().id)).toBeNull();
    expect(await whatIs(services, beta.id, pat().id)).toBeNull();
    expect(await usersById(services.database.reader, [pat().id])).toEqual([]);
  });

  test('R13 two removals of one user at once: one leaving in the log', async () => {
    await acme.hasProfile(pat());
    await beta.hasProfile(pat(), 'OWNER');
    await Promise.all([1, 2, 3].map(() => removeUser(services, { userId: pat().id })));
    expect(await changes()).toEqual([`TEAMMATE_JOINED ${pat().id}`, `TEAMMATE_LEFT ${pat().id}`]);
    expect(await usersById(services.database.reader, [pat().id])).toEqual([]);
  });
});
