import { followUpOnAll } from '../../src/actions/directory/follow-up';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { removeUser } from '../../src/actions/directory/remove-user';
import { syncMember } from '../../src/actions/directory/sync-member';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { listEligibleTeammates } from '../../src/actions/roster/list-eligible-teammates';
import { rostersOf } from '../../src/store/rosters';
import { usersById, usersWithFollowUp } from '../../src/store/users';
import { Crash, dyingAfter, pausingBefore } from '../kits/service/broken-services';
import { expectSound, logOf } from '../kits/organizations/log';
import { effectOf, outcomeOf, refusalOf, rosterChangesIn, stateOf, whatIs } from '../kits/model/outcomes';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let places: [string, string, string];
let [acme, beta, gamma] = [] as unknown as Awaited<ReturnType<typeof seedAcme>>[];
let pat: { id: string; name: string; email: string; avatarUrl: string | null };
let count = 0;

beforeAll(async () => {
  services = await startServices();
});

/** Pat is a billing admin in the first organization, an owner in the second, and a member in the third. */
beforeEach(async () => {
  count += 1;
  places = [`acme-${count}`, `beta-${count}`, `gamma-${count}`];
  pat = { id: `pat-${count}`, name: 'Pat', email: `pat-${count}@example.com`, avatarUrl: 'https://example.com/pat' };
  acme = await seedAcme(services, places[0]);
  beta = await seedAcme(services, places[1]);
  gamma = await seedAcme(services, places[2]);
  await acme?.hasProfile(pat);
  await acme?.adds(pat.id, 'olivia');
  await beta?.hasProfile(pat, 'OWNER');
  await gamma?.hasProfile(pat);
});

afterEach(async () => {
  for (const place of places) await expectSound(services, place);
  expect(await usersWithFollowUp(services.database.reader, 10)).toEqual([]);
});

afterAll(() => services.close());

const removePat = (process = services as Parameters<typeof removeUser>[0]) => removeUser(process, { userId: pat.id });
const patIn = () => Promise.all(places.map((place) => whatIs(services, place, pat.id)));
const rowOfPat = async () => {
  const rows = await services.database.reader.rows<Record<string, unknown>>('SELECT * FROM users WHERE id = ?', [
    pat.id,
  ]);
  return rows[0];
};
const found = async (place: string, search: string) =>
  (await listEligibleTeammates(services, place, { after: null, search, limit: 10 })).map(({ id }) => id);

/** The call, and the roster changes that it made in each of the three organizations. */
async function everywhere<T>(call: () => Promise<T>): Promise<{ answer: T; changes: string[][]; kinds: string[][] }> {
  const before = await Promise.all(places.map((place) => logOf(services, place)));
  const answer = await call();
  const after = await Promise.all(places.map((place) => logOf(services, place)));
  const added = after.map((log, index) => log.slice(before[index]?.length));
  return { answer, changes: added.map(rosterChangesIn), kinds: added.map((log) => log.map(({ kind }) => kind)) };
}

describe('R13 removeUser', () => {
  test('R13 R6 R12 makes the user leave each organization', async () => {
    const { answer, changes } = await everywhere(removePat);
    expect(answer).toEqual({ changed: true });
    expect(changes).toEqual([
      [`ADMIN_REMOVED ${pat.id} LEFT_ORGANIZATION`, `TEAMMATE_LEFT ${pat.id}`],
      [`OWNER_REMOVED ${pat.id}`, `TEAMMATE_LEFT ${pat.id}`],
      [`TEAMMATE_LEFT ${pat.id}`],
    ]);
    expect(await patIn()).toEqual([null, null, null]);
  });

  test('R13 and then erases name, e-mail and avatar; the id stays', async () => {
    await removePat();
    expect(await rowOfPat()).toMatchObject({ id: pat.id, name: '', email: '', avatar_url: null, follow_up: null });
    expect((await rowOfPat())?.erased_at).toEqual(expect.any(Number));
    expect(await usersById(services.database.reader, [pat.id])).toEqual([]);
  });

  test('R13 nothing of the name or the e-mail is left in any table', async () => {
    await services.database.transaction(async (writer) => {
      await writer.run('UPDATE users SET name = ? WHERE id = ?', ['Unmistakable', pat.id]);
    });
    await requestBillingAccess(services, { actorId: pat.id, organizationId: places[2], reason: 'Unmistakable' });
    await removePat();
    const all = JSON.stringify(await Promise.all(places.map((place) => stateOf(services, place))));
    expect(all).not.toContain('Unmistakable');
    expect(all).not.toContain(pat.email);
  });

  test('R13 the same call again answers changed: false, and so does an unknown user', async () => {
    await removePat();
    expect(await everywhere(removePat)).toEqual({
      answer: { changed: false },
      changes: [[], [], []],
      kinds: [[], [], []],
    });
    expect(await removeUser(services, { userId: 'nobody-knows' })).toEqual({ changed: false });
    expect(await removeUser(services, { userId: pat.id.toUpperCase() })).toEqual({ changed: false });
  });

  test('R13 a billing admin that the user added keeps the grant, and addedBy is null', async () => {
    await beta?.adds('mia', pat.id);
    await removePat();
    const [roster] = await rostersOf(services.database.reader, [places[1]]);
    expect(roster?.admins.map(({ user, addedBy }) => [user.id, addedBy?.id ?? null])).toEqual([
      ['bea', 'olivia'],
      ['mia', null],
    ]);
    expect(roster?.owners.map(({ id }) => id)).toEqual(['olivia', 'oscar']);
  });

  test('R13 E3 the log keeps the ids, and its chain holds', async () => {
    await beta?.adds('mia', pat.id);
    await removePat();
    const log = await logOf(services, places[1]);
    expect(rosterChangesIn(log)).toContain(`ADMIN_ADDED mia by ${pat.id}`);
  });

  test('R13 an id that comes back is a new user: no membership, no grant, no earlier role', async () => {
    await removePat();
    await acme?.hasProfile({ ...pat, name: 'Another Pat' });
    expect(await patIn()).toEqual(['MEMBER', null, null]);
    expect(await usersById(services.database.reader, [pat.id])).toMatchObject([{ name: 'Another Pat' }]);
  });
});

describe('R13 a crash while a user is being removed', () => {
  test('R13 one transaction for each organization: what was done stays, and followUpOnAll does the rest', async () => {
    await expect(removePat(dyingAfter(services, 1))).rejects.toThrow(Crash);
    expect(await patIn()).toEqual([null, 'OWNER', 'MEMBER']);
    expect(await rowOfPat()).toMatchObject({ name: 'Pat', follow_up: 'ERASURE' });

    await expect(followUpOnAll(dyingAfter(services, 1))).rejects.toThrow(Crash);
    expect(await patIn()).toEqual([null, null, 'MEMBER']);

    const { changes } = await everywhere(() => followUpOnAll(services));
    expect(changes).toEqual([[], [], [`TEAMMATE_LEFT ${pat.id}`]]);
    expect(await patIn()).toEqual([null, null, null]);
    expect(await rowOfPat()).toMatchObject({ name: '', email: '', follow_up: null });
  });

  test('R13 the same call again finishes it as well', async () => {
    await expect(removePat(dyingAfter(services, 2))).rejects.toThrow(Crash);
    expect(await removePat()).toEqual({ changed: true });
    expect(await patIn()).toEqual([null, null, null]);
    expect(await removePat()).toEqual({ changed: false });
  });

  test('R13 until it has ended nothing makes them a member again', async () => {
    await expect(removePat(dyingAfter(services, 1))).rejects.toThrow(Crash);
    for (const place of places) {
      const call = syncMember(services, { organizationId: place, user: { ...pat, name: 'New' }, role: 'MEMBER' });
      expect(await refusalOf(call)).toBe('INVALID');
    }
    await acme?.invites('inv-1', pat.email);
    expect(await refusalOf(acme!.isJoinedBy(pat.id, 'inv-1'))).toBe('INVALID');
    expect(await patIn()).toEqual([null, 'OWNER', 'MEMBER']);
    await followUpOnAll(services);
    expect(await outcomeOf(acme!.hasProfile(pat))).toBe('CHANGED');
  });

  test('R13 a process that comes late does not remove a user that the host has made a member again in the meantime', async () => {
    let isFirst = true;
    const late = pausingBefore(services, async () => {
      if (!isFirst) return;
      isFirst = false;
      await followUpOnAll(services);
      await gamma?.hasProfile(pat);
    });
    await removePat(late);
    expect(await patIn()).toEqual([null, null, 'MEMBER']);
    expect(await usersById(services.database.reader, [pat.id])).toEqual([pat]);
  });

  test('R13 an organization that is removed in the meantime blocks nothing', async () => {
    let isFirst = true;
    const late = pausingBefore(services, async () => {
      if (!isFirst) return;
      isFirst = false;
      await removeOrganization(services, { organizationId: places[1] });
    });
    expect(await removePat(late)).toEqual({ changed: true });
    expect(await patIn()).toEqual([null, null, null]);
    expect(await rowOfPat()).toMatchObject({ name: '', follow_up: null });
  });
});

describe('R14 a changed profile', () => {
  const renamed = () => ({ ...pat, name: 'Zoe Zebra', email: `zoe-${count}@example.com` });

  test('R14 is in the next answer everywhere, and is found by its new keys everywhere', async () => {
    const { answer, kinds } = await everywhere(() => acme!.hasProfile(renamed()));
    expect(answer).toEqual({ changed: true });
    expect(kinds).toEqual([['PROFILE_CHANGED'], ['PROFILE_CHANGED'], ['PROFILE_CHANGED']]);
    expect(await usersById(services.database.reader, [pat.id])).toEqual([renamed()]);
    const [roster] = await rostersOf(services.database.reader, [places[1]]);
    expect(roster?.owners.map(({ name }) => name)).toEqual(['Name of olivia', 'Name of oscar', 'Zoe Zebra']);
    expect(await found(places[2], 'zoe z')).toEqual([pat.id]);
    expect(await found(places[2], `zoe-${count}@`)).toEqual([pat.id]);
    expect(await found(places[2], 'pat')).toEqual([]);
  });

  test('R12 R14 is no roster change anywhere, and the same call again leaves no trace', async () => {
    expect((await everywhere(() => acme!.hasProfile(renamed()))).changes).toEqual([[], [], []]);
    for (const [index, place] of [acme, beta, gamma].entries()) {
      const role = index === 1 ? 'OWNER' : 'MEMBER';
      const again = await everywhere(() => place!.hasProfile(renamed(), role));
      expect(again).toEqual({ answer: { changed: false }, changes: [[], [], []], kinds: [[], [], []] });
    }
  });

  test('R14 what no key is made of needs nothing elsewhere', async () => {
    const { kinds } = await everywhere(() => acme!.hasProfile({ ...pat, name: ' PAT ', avatarUrl: null }));
    expect(kinds).toEqual([['PROFILE_CHANGED'], [], []]);
    expect(await usersById(services.database.reader, [pat.id])).toMatchObject([{ name: ' PAT ', avatarUrl: null }]);
  });

  test('R14 an accepted invitation brings it too', async () => {
    await seedAcme(services, `delta-${count}`);
    const delta = organization(services, `delta-${count}`);
    await delta.invites('inv-1', 'x@example.com');
    await delta.isJoinedBy(pat.id, 'inv-1');
    expect(await found(places[2], `name of ${pat.id}`)).toEqual([pat.id]);
    await expectSound(services, delta.id);
  });

  test('R14 a crash before the other organizations have followed: followUpOnAll does the rest', async () => {
    const dying = organization(dyingAfter(services, 2), places[0]);
    await expect(dying.hasProfile(renamed())).rejects.toThrow(Crash);
    expect(await usersById(services.database.reader, [pat.id])).toEqual([renamed()]);
    expect(await rowOfPat()).toMatchObject({ follow_up: 'PROFILE' });
    expect(await found(places[2], 'zoe')).toEqual([]);

    const { kinds } = await everywhere(() => followUpOnAll(services));
    expect(kinds).toEqual([[], [], ['PROFILE_CHANGED']]);
    expect(await found(places[2], 'zoe')).toEqual([pat.id]);
  });

  test('R14 a crash in the middle, then the same call again: changed: false, and the others have followed', async () => {
    await expect(organization(dyingAfter(services, 1), places[0]).hasProfile(renamed())).rejects.toThrow(Crash);
    expect(await outcomeOf(acme!.hasProfile(renamed()))).toBe('UNCHANGED');
    expect(await found(places[2], 'zoe')).toEqual([pat.id]);
  });

  test('R13 R14 a user who is removed while a profile has still to follow is erased everywhere', async () => {
    await expect(organization(dyingAfter(services, 1), places[0]).hasProfile(renamed())).rejects.toThrow(Crash);
    await removePat();
    expect(await patIn()).toEqual([null, null, null]);
    expect(await rowOfPat()).toMatchObject({ name: '', email: '', follow_up: null });
  });

  test('R14 leaves role and grant as they are', async () => {
    await effectOf(services, places[0], () => acme!.hasProfile(renamed()));
    expect(await patIn()).toEqual(['MEMBER +grant', 'OWNER', 'MEMBER']);
  });
});
