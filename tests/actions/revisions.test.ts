import fc from 'fast-check';
import { acceptInvitation } from '../../src/actions/directory/accept-invitation';
import type { DirectoryUser } from '../../src/actions/directory/profiles';
import { removeMember } from '../../src/actions/directory/remove-member';
import { removeUser } from '../../src/actions/directory/remove-user';
import { syncMember } from '../../src/actions/directory/sync-member';
import type { OrganizationRole } from '../../src/domain/access/permissions';
import { Refusal } from '../../src/domain/refusals';
import { DirectoryHost, hostSteps } from '../kits/organizations/directory-host';
import { expectSound, logOf } from '../kits/organizations/log';
import { organization } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let acme: ReturnType<typeof organization>;
let beta: ReturnType<typeof organization>;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());

/** Two organizations with an owner each, and an unknown user: other ids in each test. */
let zoe = '';

beforeEach(async () => {
  count += 1;
  zoe = `zoe-${count}`;
  acme = organization(services, `acme-${count}`);
  beta = organization(services, `beta-${count}`);
  for (const each of [acme, beta]) {
    await each.exists();
    await each.hasOwner('olivia');
  }
});
afterEach(async () => {
  for (const { id } of [acme, beta]) await expectSound(services, id);
});

const profile = (name: string, revision: number | null = null): DirectoryUser => ({
  ...{ id: zoe, name, email: `${name}@example.com`, avatarUrl: null, revision },
});

/** What became of a call: whether it changed anything, and the code of its refusal. */
async function told(call: Promise<{ changed: boolean; stale?: Refusal }>): Promise<string> {
  try {
    const { changed, stale } = await call;
    return [...(changed ? ['changed'] : []), ...(stale ? [stale.code] : [])].join(' ') || 'repeat';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

const syncs = (revision: number | null, role: OrganizationRole = 'MEMBER', user = profile('Zoe'), at = acme) =>
  told(syncMember(services, { organizationId: at.id, user, role, revision }));
const leaves = (revision: number | null, at = acme) =>
  told(removeMember(services, { organizationId: at.id, userId: zoe, revision }));
const isRemoved = (revision: number | null) => told(removeUser(services, { userId: zoe, revision }));

interface Shown {
  readonly role: string;
  readonly name: string;
  readonly billingRole: string;
}

async function zoeIn(at = acme): Promise<Shown | null> {
  const [row] = await services.database.reader.rows<Shown>(
    'SELECT m.role, u.name, m.standing AS billingRole FROM members m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? AND u.id = ?',
    [at.id, zoe],
  );
  return row ?? null;
}

describe('D2 a membership has a revision:', () => {
  test('an older syncMember is STALE and changes nothing', async () => {
    expect(await syncs(5, 'ADMIN')).toBe('changed');
    const entries = (await logOf(services, acme.id)).length;
    expect(await syncs(4, 'OWNER', profile('Older'))).toBe('STALE');
    expect(await zoeIn()).toMatchObject({ role: 'ADMIN', name: 'Zoe' });
    expect(await logOf(services, acme.id)).toHaveLength(entries);
  });

  test('an equal one is a repeat, whatever it says', async () => {
    await syncs(5, 'ADMIN');
    expect(await syncs(5, 'OWNER')).toBe('repeat');
    expect(await zoeIn()).toMatchObject({ role: 'ADMIN' });
  });

  test('a newer one is taken over', async () => {
    await syncs(5, 'ADMIN');
    expect(await syncs(6, 'OWNER')).toBe('changed');
    expect(await syncs(5, 'ADMIN')).toBe('STALE');
    expect(await zoeIn()).toMatchObject({ role: 'OWNER' });
  });

  test('a late syncMember does not restore a membership whose removal was newer', async () => {
    await syncs(5);
    expect(await leaves(6)).toBe('changed');
    expect(await syncs(5)).toBe('STALE');
    expect(await syncs(6)).toBe('repeat');
    expect(await zoeIn()).toBeNull();
    expect(await syncs(7)).toBe('changed');
    expect(await zoeIn()).toMatchObject({ role: 'MEMBER' });
  });

  test('also where the removal is the first that the service hears of the user', async () => {
    expect(await leaves(6)).toBe('repeat');
    expect(await syncs(5)).toBe('STALE');
    expect(await zoeIn()).toBeNull();
    expect(await syncs(7)).toBe('changed');
  });

  test('each organization has its own', async () => {
    await syncs(9);
    expect(await syncs(1, 'ADMIN', profile('Zoe'), beta)).toBe('changed');
    expect(await zoeIn(beta)).toMatchObject({ role: 'ADMIN' });
  });

  test('a call without one behaves as before, and leaves the stored one', async () => {
    await syncs(5);
    expect(await syncs(null, 'ADMIN')).toBe('changed');
    expect(await leaves(null)).toBe('changed');
    expect(await syncs(null)).toBe('changed');
    expect(await syncs(4, 'OWNER')).toBe('STALE');
    expect(await syncs(6, 'OWNER')).toBe('changed');
  });

  test('an invitation that was accepted before the membership ended is STALE, and stays pending', async () => {
    await acme.invites('late', 'zoe@example.com');
    const accepts = (revision: number) =>
      told(acceptInvitation(services, { organizationId: acme.id, id: 'late', user: profile('Zoe'), revision }));
    await leaves(6);
    expect(await accepts(5)).toBe('STALE');
    expect(await zoeIn()).toBeNull();
    expect(await accepts(7)).toBe('changed');
    expect(await zoeIn()).toMatchObject({ role: 'MEMBER' });
  });
});

describe('D2 a removal that comes late', () => {
  test('leaves the newer membership, and revokes a grant that was given before it', async () => {
    await syncs(3);
    await acme.adds(zoe, 'olivia');
    // They left at 5 and came back at 7; the removal is delayed.
    await syncs(7);
    expect(await leaves(5)).toBe('changed STALE');
    expect(await zoeIn()).toMatchObject({ role: 'MEMBER', billingRole: 'TEAMMATE' });
    const [last] = (await logOf(services, acme.id)).slice(-1);
    expect(last).toMatchObject({ kind: 'ADMIN_REMOVED', subjectId: zoe, actorId: null });
    expect(await leaves(5)).toBe('STALE');
  });

  test('leaves a grant that was given to the newer membership', async () => {
    await syncs(3);
    await syncs(7);
    await acme.adds(zoe, 'olivia');
    expect(await leaves(5)).toBe('STALE');
    expect(await zoeIn()).toMatchObject({ billingRole: 'BILLING_ADMIN' });
  });

  test('revokes a grant of which nobody knows: no call had a revision when it was given', async () => {
    await syncs(null);
    await acme.adds(zoe, 'olivia');
    await syncs(7);
    expect(await leaves(5)).toBe('changed STALE');
    expect(await zoeIn()).toMatchObject({ billingRole: 'TEAMMATE' });
  });

  test('a grant that is given again is of the newer membership', async () => {
    await syncs(3);
    await acme.adds(zoe, 'olivia');
    await syncs(7);
    await acme.removes(zoe, 'olivia');
    await acme.adds(zoe, 'olivia');
    expect(await leaves(5)).toBe('STALE');
    expect(await zoeIn()).toMatchObject({ billingRole: 'BILLING_ADMIN' });
  });
});

describe('D2 a profile has a revision of its own:', () => {
  test('an older one is ignored without an error, in all organizations', async () => {
    await syncs(1, 'MEMBER', profile('New', 5));
    expect(await syncs(1, 'ADMIN', profile('Old', 4), beta)).toBe('changed');
    expect(await zoeIn(beta)).toMatchObject({ role: 'ADMIN', name: 'New' });
    expect(await syncs(2, 'ADMIN', profile('Old', 4))).toBe('changed');
    expect(await zoeIn()).toMatchObject({ role: 'ADMIN', name: 'New' });
    expect(await syncs(2, 'ADMIN', profile('Old', 4))).toBe('repeat');
  });

  test('a newer one is taken over with the same membership, and with an older one', async () => {
    await syncs(5, 'MEMBER', profile('First', 5));
    expect(await syncs(5, 'MEMBER', profile('Second', 6))).toBe('changed');
    expect(await zoeIn()).toMatchObject({ name: 'Second' });
    await syncs(1, 'MEMBER', profile('First', 5), beta);
    await leaves(9);
    expect(await syncs(5, 'MEMBER', profile('Third', 7))).toBe('changed STALE');
    expect(await zoeIn()).toBeNull();
    expect(await zoeIn(beta)).toMatchObject({ name: 'Third' });
  });

  test('a call without one takes the profile over, and leaves the stored revision', async () => {
    await syncs(1, 'MEMBER', profile('First', 5));
    expect(await syncs(1, 'MEMBER', profile('Second'))).toBe('changed');
    expect(await syncs(1, 'MEMBER', profile('First', 4))).toBe('repeat');
    expect(await zoeIn()).toMatchObject({ name: 'Second' });
  });
});

describe('D2 a removed account', () => {
  test('is not brought back by older calls, of whichever organization', async () => {
    await syncs(1, 'MEMBER', profile('Zoe', 3));
    expect(await isRemoved(5)).toBe('changed');
    expect(await isRemoved(5)).toBe('repeat');
    expect(await syncs(9, 'MEMBER', profile('Zoe', 4))).toBe('STALE');
    expect(await syncs(4, 'MEMBER', profile('Zoe'), beta)).toBe('STALE');
    expect(await zoeIn()).toBeNull();
    expect(await syncs(9, 'MEMBER', profile('Zoe', 6))).toBe('changed');
    expect(await zoeIn()).toMatchObject({ name: 'Zoe' });
  });

  test('is known as removed where nothing else is known of it', async () => {
    expect(await isRemoved(5)).toBe('repeat');
    expect(await syncs(1, 'MEMBER', profile('Zoe', 4))).toBe('STALE');
    expect(await syncs(1, 'MEMBER', profile('Zoe', 6))).toBe('changed');
  });

  test('leaves what is older than the removal, where the account is newer', async () => {
    await syncs(1, 'MEMBER', profile('Zoe', 3), beta);
    await syncs(6, 'MEMBER', profile('Zoe', 6));
    expect(await isRemoved(5)).toBe('changed STALE');
    expect(await zoeIn()).toMatchObject({ name: 'Zoe' });
    expect(await zoeIn(beta)).toBeNull();
    expect(await isRemoved(5)).toBe('STALE');
  });
});

/** More than a history and its repeats have calls. */
const MOST_CALLS = 60;

test('D2 any order and repetition of calls with revisions ends in the same members, roles and profiles', async () => {
  let run = 0;
  const repeated = fc.array(fc.nat(99), { maxLength: 30 });
  const places = fc.array(fc.nat(), { minLength: MOST_CALLS, maxLength: MOST_CALLS });
  await fc.assert(
    fc.asyncProperty(hostSteps, repeated, places, async (steps, repeats, placeOf) => {
      const host = new DirectoryHost(`run-${++run}`);
      for (const id of host.organizationIds) await organization(services, id).exists();
      for (const step of steps) host.perform(step);
      const all = host.calls.length;
      const sent = [...host.calls.keys(), ...repeats.map((each) => each % Math.max(all, 1))];
      const shuffled = sent
        .map((call, index) => ({ call, place: placeOf[index]! }))
        .sort((one, other) => one.place - other.place);
      for (const { call } of shuffled) await told((host.calls[call]?.(services) ?? none()) as ReturnType<typeof none>);
      expect(await host.stateIn(services)).toEqual(host.state());
      for (const id of host.organizationIds) await expectSound(services, id);
    }),
    { numRuns: 60 },
  );
});

const none = () => Promise.resolve({ changed: false });
