import fc from 'fast-check';
import { acceptInvitation } from '../../src/actions/directory/accept-invitation';
import { type FinishedSync, finishDirectorySync } from '../../src/actions/directory/finish-directory-sync';
import { removeMember } from '../../src/actions/directory/remove-member';
import { removeUser } from '../../src/actions/directory/remove-user';
import { startDirectorySync } from '../../src/actions/directory/start-directory-sync';
import { syncMember } from '../../src/actions/directory/sync-member';
import { type DirectoryMember, type MemberOutcome, syncMembers } from '../../src/actions/directory/sync-members';
import type { OrganizationRole } from '../../src/domain/access/permissions';
import { Refusal } from '../../src/domain/refusals';
import { DirectoryHost, hostSteps } from '../kits/organizations/directory-host';
import { expectSound, logOf } from '../kits/organizations/log';
import { organization } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const DAY = 24 * 60 * 60 * 1_000;

let services: TestServices;
let acme: ReturnType<typeof organization>;
let count = 0;
const clock = { now: Date.UTC(2028, 1, 29, 12) };

beforeAll(async () => {
  services = await startServices({ clock: () => clock.now });
});
afterAll(() => services.close());

beforeEach(async () => {
  acme = organization(services, `acme-${++count}`);
  await acme.exists();
  await acme.hasOwner('olivia');
});
afterEach(() => expectSound(services, acme.id));

const member = (id: string, role: OrganizationRole = 'MEMBER', revision: number | null = null): DirectoryMember => ({
  ...{ user: { id, name: `Name of ${id}`, email: `${id}@example.com`, avatarUrl: null }, role, revision },
});
const olivia = member('olivia', 'OWNER');

const start = async () => (await startDirectorySync(services, { organizationId: acme.id })).syncId;
const send = (syncId: string, members: DirectoryMember[], refusedIds: string[] = []) =>
  syncMembers(services, { organizationId: acme.id, members, syncId, refusedIds });
const finish = (syncId: string, options: { maxRemovals?: number; dryRun?: boolean } = {}) =>
  finishDirectorySync(services, { organizationId: acme.id, syncId, maxRemovals: null, dryRun: false, ...options });
/** The code of a refusal, which may be a part of what is returned. */
const codeOf = async (call: Promise<FinishedSync | readonly MemberOutcome[]>) => {
  const result = await call.catch((error: unknown) => ({ refusal: error as Refusal }));
  return 'refusal' in result ? result.refusal?.code : undefined;
};
const told = (outcomes: readonly MemberOutcome[]) =>
  outcomes.map((each) => ('refusal' in each ? each.refusal.code : (each.stale?.code ?? each.changed)));

async function membersNow(): Promise<string[]> {
  const rows = await services.database.reader.rows<{ id: string; role: string }>(
    'SELECT user_id AS id, role FROM members WHERE organization_id = ? ORDER BY user_id',
    [acme.id],
  );
  return rows.map(({ id, role }) => `${id} ${role}`);
}

const entries = async () => (await logOf(services, acme.id)).length;

test('D3 a full sync removes the members that it did not name, with the grant', async () => {
  for (const id of ['ann', 'bea', 'cho']) await acme.hasMember(id);
  await acme.adds('bea', 'olivia');
  const sync = await start();
  expect(told(await send(sync, [olivia, member('ann', 'ADMIN')]))).toEqual([false, true]);
  expect(told(await send(sync, [member('new')]))).toEqual([true]);
  const { applied, removalCount, removals } = await finish(sync);
  expect({ applied, removalCount, ids: removals.map(({ id }) => id) }).toEqual({
    applied: true,
    removalCount: 2,
    ids: ['bea', 'cho'],
  });
  expect(await membersNow()).toEqual(['ann ADMIN', 'new MEMBER', 'olivia OWNER']);
  const kinds = (await logOf(services, acme.id)).slice(-3).map(({ kind, subjectId }) => `${kind} ${subjectId}`);
  expect(kinds).toEqual(['ADMIN_REMOVED bea', 'TEAMMATE_LEFT bea', 'TEAMMATE_LEFT cho']);
});

test('D3 a sync that is over, has lapsed, or was ended by another one is not found', async () => {
  const first = await start();
  const second = await start();
  expect(await codeOf(send(first, [olivia]))).toBe('NOT_FOUND');
  expect(await codeOf(finish(first))).toBe('NOT_FOUND');
  await send(second, [olivia]);
  clock.now += DAY - 1;
  expect((await finish(second)).applied).toBe(true);
  expect(await codeOf(finish(second))).toBe('NOT_FOUND');
  const third = await start();
  await send(third, [olivia]);
  clock.now += DAY;
  expect(await codeOf(send(third, [olivia]))).toBe('NOT_FOUND');
  expect(await codeOf(finish(third))).toBe('NOT_FOUND');
  expect(await codeOf(finish('no-such-sync'))).toBe('NOT_FOUND');
});

test('D3 a sync that named nobody is INVALID, and removes nobody', async () => {
  const sync = await start();
  expect(await codeOf(finish(sync))).toBe('INVALID');
  await send(sync, []);
  expect(await codeOf(finish(sync, { maxRemovals: 1_000 }))).toBe('INVALID');
  expect(await membersNow()).toEqual(['olivia OWNER']);
  // What an earlier sync named is not what this one did.
  await send(sync, [olivia]);
  await finish(sync);
  expect(await codeOf(finish(await start()))).toBe('INVALID');
});

describe('D3 more removals than allowed change nothing:', () => {
  const fill = async (many: number) => {
    const members = Array.from({ length: many }, (_, index) => member(`m-${index}`));
    await syncMembers(services, { organizationId: acme.id, members });
    return members;
  };

  test('the usual limit is a tenth of the members, and at least 10', async () => {
    const members = await fill(130);
    const sync = await start();
    await send(sync, [olivia, ...members.slice(14)]);
    const before = await entries();
    // 131 members: 13 may go.
    const refused = await finish(sync);
    expect({ ...refused, removals: refused.removals.length }).toMatchObject({
      ...{ applied: false, removalCount: 14, removals: 14, refusal: { code: 'TOO_MANY_REMOVALS' } },
    });
    expect(refused.refusal?.message).toContain('14');
    expect(await entries()).toBe(before);
    await send(sync, [members[0]!]);
    expect(await finish(sync)).toMatchObject({ applied: true, removalCount: 13 });
  });

  test('10 may always go, and a limit of the caller counts instead', async () => {
    const members = await fill(20);
    const sync = await start();
    await send(sync, [olivia, ...members.slice(10)]);
    expect(await codeOf(finish(sync, { maxRemovals: 9 }))).toBe('TOO_MANY_REMOVALS');
    expect(await codeOf(finish(sync, { maxRemovals: 0 }))).toBe('TOO_MANY_REMOVALS');
    expect(await codeOf(finish(sync, { maxRemovals: -1 }))).toBe('INVALID');
    expect(await membersNow()).toHaveLength(21);
    expect(await finish(sync)).toMatchObject({ applied: true, removalCount: 10 });
  });

  test('a dry run only reports, and the sync goes on', async () => {
    const members = await fill(120);
    const sync = await start();
    await send(sync, [olivia]);
    const before = await entries();
    const { applied, removalCount, removals, refusal } = await finish(sync, { dryRun: true });
    expect({ applied, removalCount, refusal }).toEqual({ applied: false, removalCount: 120, refusal: undefined });
    expect(removals.map(({ id }) => id)).toEqual(
      members
        .map(({ user }) => user.id)
        .sort()
        .slice(0, 100),
    );
    expect(removals[0]).toMatchObject({ name: 'Name of m-0', email: 'm-0@example.com' });
    expect(await entries()).toBe(before);
    expect(await finish(sync, { maxRemovals: 120 })).toMatchObject({ applied: true, removalCount: 120 });
    expect(await membersNow()).toEqual(['olivia OWNER']);
  });

  test('many leave in steps, and none twice', async () => {
    for (let part = 0; part < 2; part++)
      await syncMembers(services, {
        organizationId: acme.id,
        members: Array.from({ length: 550 }, (_, index) => member(`m-${part}-${index}`)),
      });
    const sync = await start();
    await send(sync, [olivia]);
    services.statements.length = 0;
    expect(await finish(sync, { maxRemovals: 1_100 })).toMatchObject({ applied: true, removalCount: 1_100 });
    const begun = services.statements.filter((sql) => /^(BEGIN|START TRANSACTION)/.test(sql));
    expect(begun).toHaveLength(3);
    expect(await membersNow()).toEqual(['olivia OWNER']);
    const left = (await logOf(services, acme.id)).filter(({ kind }) => kind === 'TEAMMATE_LEFT');
    expect(new Set(left.map(({ subjectId }) => subjectId)).size).toBe(1_100);
    expect(left).toHaveLength(1_100);
  });

  test.each([{ maxRemovals: 10 }, { dryRun: true }])('with a writer beside it: %j', async (options) => {
    await fill(40);
    const sync = await start();
    await send(sync, [olivia]);
    const writes = Promise.all(
      Array.from({ length: 15 }, async (_, n) => {
        await acme.hasMember(`writer-${n}`);
        if (n % 3 === 0) await acme.loses(`m-${n}`);
      }),
    );
    const finishes = await Promise.all(Array.from({ length: 6 }, () => finish(sync, options)));
    await writes;
    for (const { applied, removalCount } of finishes) {
      expect(applied).toBe(false);
      expect(removalCount).toBeGreaterThanOrEqual(35);
      expect(removalCount).toBeLessThanOrEqual(40);
    }
    // The members that the writer removed have left, and nobody else.
    expect(await membersNow()).toHaveLength(1 + 40 - 5 + 15);
  });
});

describe('D3 a member that another call has named since the start does not change:', () => {
  const elsewhere = (id: string, role: OrganizationRole, revision: number | null = null) =>
    syncMember(services, { organizationId: acme.id, ...member(id, role, revision) });

  test('one who was added', async () => {
    const sync = await start();
    await elsewhere('new', 'ADMIN');
    await acme.invites('i', 'guest@example.com');
    await acceptInvitation(services, { organizationId: acme.id, id: 'i', user: member('guest').user });
    expect(told(await send(sync, [olivia, member('new', 'MEMBER')]))).toEqual([false, false]);
    expect(await finish(sync)).toMatchObject({ applied: true, removalCount: 0 });
    expect(await membersNow()).toEqual(['guest MEMBER', 'new ADMIN', 'olivia OWNER']);
  });

  test('one who was changed, or named again as they are', async () => {
    for (const id of ['ann', 'ben', 'cho']) await acme.hasMember(id);
    const sync = await start();
    await elsewhere('ann', 'ADMIN');
    await elsewhere('ben', 'MEMBER');
    expect(told(await send(sync, [olivia, member('ann', 'OWNER')]))).toEqual([false, false]);
    expect(await finish(sync)).toMatchObject({ applied: true, removalCount: 1 });
    expect(await membersNow()).toEqual(['ann ADMIN', 'ben MEMBER', 'olivia OWNER']);
  });

  test('one who was removed', async () => {
    for (const id of [`ann-${count}`, `zed-${count}`]) await acme.hasMember(id);
    const sync = await start();
    await acme.loses(`ann-${count}`);
    await removeUser(services, { userId: `zed-${count}` });
    const sent = [olivia, member(`ann-${count}`), member(`zed-${count}`)];
    expect(told(await send(sync, sent))).toEqual([false, false, false]);
    await finish(sync);
    expect(await membersNow()).toEqual(['olivia OWNER']);
  });

  test('but where both have a revision, the newer one counts', async () => {
    await elsewhere('ann', 'MEMBER', 1);
    await elsewhere('ben', 'MEMBER', 1);
    const sync = await start();
    // A late call and an early one.
    await elsewhere('ann', 'ADMIN', 2);
    await elsewhere('ben', 'ADMIN', 9);
    expect(told(await send(sync, [olivia, member('ann', 'OWNER', 3), member('ben', 'OWNER', 3)]))).toEqual([
      false,
      true,
      'STALE',
    ]);
    await finish(sync);
    expect(await membersNow()).toEqual(['ann OWNER', 'ben ADMIN', 'olivia OWNER']);
  });

  test('and a call without a revision is left, since nobody knows', async () => {
    await elsewhere('ann', 'MEMBER', 1);
    const sync = await start();
    await removeMember(services, { organizationId: acme.id, userId: 'ann' });
    expect(told(await send(sync, [olivia, member('ann', 'MEMBER', 2)]))).toEqual([false, false]);
    expect(await membersNow()).toEqual(['olivia OWNER']);
  });

  test('only since the start of this sync', async () => {
    await acme.hasMember('ann');
    const first = await start();
    await elsewhere('ann', 'ADMIN');
    const second = await start();
    expect(told(await send(second, [olivia, member('ann', 'MEMBER')]))).toEqual([false, true]);
    expect(first).not.toBe(second);
    await finish(second);
    expect(await membersNow()).toEqual(['ann MEMBER', 'olivia OWNER']);
  });
});

test('D3 an entry that is refused names its user all the same', async () => {
  for (const id of ['ann', 'ben']) await acme.hasMember(id);
  await removeMember(services, { organizationId: acme.id, userId: 'ann', revision: 5 });
  await syncMember(services, { organizationId: acme.id, ...member('ann', 'MEMBER', 6) });
  const sync = await start();
  expect(told(await send(sync, [olivia, member('ann', 'OWNER', 4)], ['ben']))).toEqual([false, 'STALE']);
  expect(await finish(sync)).toMatchObject({ applied: true, removalCount: 0 });
});

test('D2 D3 a sync restores a member of the same revision that an earlier one removed', async () => {
  await syncMember(services, { organizationId: acme.id, ...member('ann', 'ADMIN', 5) });
  const wrong = await start();
  await send(wrong, [olivia]);
  await finish(wrong);
  expect(await membersNow()).toEqual(['olivia OWNER']);
  const right = await start();
  expect(told(await send(right, [olivia, member('ann', 'ADMIN', 5)]))).toEqual([false, true]);
  await finish(right);
  expect(await membersNow()).toEqual(['ann ADMIN', 'olivia OWNER']);
});

test('D2 D3 any order, loss and repetition of calls, followed by a full sync, ends in the same state', async () => {
  let run = 0;
  const sent = fc.array(fc.nat(99), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(hostSteps, sent, fc.boolean(), async (steps, calls, hasRevisions) => {
      const host = new DirectoryHost(`run-${++run}`, hasRevisions);
      for (const id of host.organizationIds) await organization(services, id).exists();
      host.founds();
      for (const step of steps) host.perform(step);
      for (const each of calls)
        await host.calls[each % host.calls.length]!(services).catch((error: unknown) => {
          if (!(error instanceof Refusal)) throw error;
        });
      for (const organizationId of host.organizationIds) {
        const { syncId } = await startDirectorySync(services, { organizationId });
        await syncMembers(services, { organizationId, members: host.membersOf(organizationId), syncId });
        const done = await finishDirectorySync(services, { organizationId, syncId, maxRemovals: null, dryRun: false });
        expect(done.applied).toBe(true);
      }
      expect(await host.stateIn(services)).toEqual(host.state());
      for (const id of host.organizationIds) await expectSound(services, id);
    }),
    { numRuns: 60 },
  );
});
