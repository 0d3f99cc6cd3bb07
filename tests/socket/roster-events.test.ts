import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';
import { connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';

describe('the live roster', () => {
  let service: TestService;
  let organizations = 0;

  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  /** An organization of its own for each test: olivia and oscar own it, bea is billing admin, mia a member. Version 8. */
  const seed = () => seedAcme(service.services, `acme-${(organizations += 1)}`);

  const subscribe = async (who: string, organizationId: string, afterVersion?: number, query = ROSTER_CHANGED) =>
    new Events(connect(service, await service.token(who)), query, { organizationId, afterVersion });

  /** Gives mia billing access and takes it, in turn. */
  const change = async (acme: Awaited<ReturnType<typeof seed>>, times: number) => {
    for (let i = 0; i < times; i++) await (i % 2 === 0 ? acme.adds('mia', 'olivia') : acme.removes('mia', 'olivia'));
  };

  const told = (events: readonly { data?: Data | null }[]) =>
    events.map(({ data }) => [
      data?.billingAdminRosterChanged.version,
      data?.billingAdminRosterChanged.change?.kind ?? null,
    ]);

  test('L1 the first event comes at once and carries the current roster, and no change', async () => {
    const acme = await seed();
    const events = await subscribe('mia', acme.id);
    expect(await events.next()).toEqual({
      data: {
        billingAdminRosterChanged: {
          version: 8,
          change: null,
          roster: {
            version: 8,
            owners: [{ id: 'olivia' }, { id: 'oscar' }],
            admins: [{ user: { id: 'bea' }, addedBy: { id: 'olivia' } }],
          },
        },
      },
    });
  });

  test('L1 L3 then comes each change, once and in order, with a roster that is never older than it', async () => {
    const acme = await seed();
    const events = await subscribe('mia', acme.id);
    await events.next();

    await acme.adds('mia', 'olivia');
    await acme.adds('mia', 'olivia');
    await acme.hasOwner('mia');
    await acme.hasMember('mia');
    await acme.removes('bea', 'oscar');
    await acme.hasMember('nils');
    await acme.loses('nils');

    const seen = await events.several(7);
    expect(told(seen)).toEqual([
      [9, 'ADMIN_ADDED'],
      [10, 'ADMIN_REMOVED'],
      [11, 'OWNER_ADDED'],
      [12, 'OWNER_REMOVED'],
      [13, 'ADMIN_REMOVED'],
      [14, 'TEAMMATE_JOINED'],
      [15, 'TEAMMATE_LEFT'],
    ]);
    for (const { data } of seen) {
      const { version, roster } = data!.billingAdminRosterChanged;
      expect(roster.version).toBeGreaterThanOrEqual(version);
    }
    expect(seen[0]!.data!.billingAdminRosterChanged.change).toMatchObject({
      user: { id: 'mia', name: 'Name of mia' },
      actor: { id: 'olivia' },
      removalReason: null,
    });
    expect(seen[1]!.data!.billingAdminRosterChanged.change).toMatchObject({
      actor: null,
      removalReason: 'BECAME_OWNER',
    });
    expect(seen[4]!.data!.billingAdminRosterChanged).toMatchObject({
      change: { user: { id: 'bea' }, actor: { id: 'oscar' }, removalReason: 'REMOVED_BY_OWNER' },
      roster: { admins: [] },
    });
  });

  test('L3 an event that nothing follows carries the roster of its very version', async () => {
    const acme = await seed();
    const events = await subscribe('olivia', acme.id);
    await events.next();
    await acme.adds('mia', 'olivia');
    expect((await events.next()).data!.billingAdminRosterChanged).toMatchObject({
      version: 9,
      roster: { version: 9, admins: [{ user: { id: 'bea' } }, { user: { id: 'mia' } }] },
    });
  });

  describe('resuming', () => {
    test('L2 from 0 everything that ever happened comes, and then what happens', async () => {
      const acme = await seed();
      const events = await subscribe('olivia', acme.id, 0);
      expect(told(await events.several(8))).toEqual([
        [1, 'TEAMMATE_JOINED'],
        [2, 'OWNER_ADDED'],
        [3, 'TEAMMATE_JOINED'],
        [4, 'OWNER_ADDED'],
        [5, 'TEAMMATE_JOINED'],
        [6, 'TEAMMATE_JOINED'],
        [7, 'TEAMMATE_JOINED'],
        [8, 'ADMIN_ADDED'],
      ]);
      await acme.removes('bea', 'olivia');
      expect(told([await events.next()])).toEqual([[9, 'ADMIN_REMOVED']]);
    });

    test('L2 from the middle what comes after it, and then what happens', async () => {
      const acme = await seed();
      const events = await subscribe('mia', acme.id, 6);
      expect(told(await events.several(2))).toEqual([
        [7, 'TEAMMATE_JOINED'],
        [8, 'ADMIN_ADDED'],
      ]);
      await acme.removes('bea', 'olivia');
      expect(told([await events.next()])).toEqual([[9, 'ADMIN_REMOVED']]);
    });

    test('L2 from the present nothing comes but what happens', async () => {
      const acme = await seed();
      const events = await subscribe('mia', acme.id, 8);
      await acme.removes('bea', 'olivia');
      expect(told([await events.next()])).toEqual([[9, 'ADMIN_REMOVED']]);
    });

    test('L2 a version from the future is BAD_USER_INPUT in the shape of a refusal', async () => {
      const acme = await seed();
      const events = await subscribe('mia', acme.id, 9);
      await events.completed;
      expect(events.all).toEqual([
        {
          data: null,
          errors: [
            expect.objectContaining({
              path: ['billingAdminRosterChanged'],
              extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
            }),
          ],
        },
      ]);
    });

    test('L2 exactly 1,000 missed changes are told one by one; after one more, the current roster instead', async () => {
      const acme = await seed();
      await change(acme, 1_001 - 8);

      const one = await subscribe('olivia', acme.id, 1);
      const versions = (await one.several(1_000)).map(({ data }) => data!.billingAdminRosterChanged.version);
      expect(versions).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 2));

      const other = await subscribe('olivia', acme.id, 0);
      expect(await other.next()).toMatchObject({
        data: { billingAdminRosterChanged: { version: 1_001, change: null, roster: { version: 1_001 } } },
      });
      await acme.removes('bea', 'olivia');
      expect(told([await one.next()])).toEqual([[1_002, 'ADMIN_REMOVED']]);
      expect(told([await other.next()])).toEqual([[1_002, 'ADMIN_REMOVED']]);
    });
  });

  describe('A10 resuming from before the viewer joined', () => {
    /** Version 9 is a change from before, 10 nils's join, 11 a change after it. */
    const seedWithNils = async () => {
      const acme = await seed();
      await acme.adds('mia', 'olivia');
      await acme.hasMember('nils');
      await acme.removes('mia', 'olivia');
      return acme;
    };

    test('A10 gives the current roster, and then what happens', async () => {
      const acme = await seedWithNils();
      const all = await Promise.all([0, 1, 8].map((after) => subscribe('nils', acme.id, after)));
      for (const events of all)
        expect(await events.next()).toMatchObject({
          data: { billingAdminRosterChanged: { version: 11, change: null, roster: { version: 11 } } },
        });
      await acme.adds('mia', 'olivia');
      for (const events of all) expect(told([await events.next()])).toEqual([[12, 'ADMIN_ADDED']]);
    });

    test('A10 from their own join on, everything is replayed', async () => {
      const acme = await seedWithNils();
      const all = await subscribe('nils', acme.id, 9);
      expect(told(await all.several(2))).toEqual([
        [10, 'TEAMMATE_JOINED'],
        [11, 'ADMIN_REMOVED'],
      ]);
    });

    test('A10 the newest join counts: what happened while they were away is not told', async () => {
      const acme = await seedWithNils();
      await acme.loses('nils');
      await acme.removes('bea', 'olivia');
      await acme.hasMember('nils');
      const events = await subscribe('nils', acme.id, 11);
      expect(told([await events.next()])).toEqual([[14, null]]);
      const later = await subscribe('nils', acme.id, 13);
      expect(told([await later.next()])).toEqual([[14, 'TEAMMATE_JOINED']]);
    });

    test('A10 a future version stays BAD_USER_INPUT, and the present one needs no roster', async () => {
      const acme = await seedWithNils();
      const future = await subscribe('nils', acme.id, 12);
      await future.completed;
      expect(future.all).toMatchObject([{ data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }]);
      const present = await subscribe('nils', acme.id, 11);
      await acme.adds('mia', 'olivia');
      expect(told([await present.next()])).toEqual([[12, 'ADMIN_ADDED']]);
    });

    test('A10 where the log does not tell of the join, nothing is replayed', async () => {
      const acme = await seedWithNils();
      await service.services.database.transaction((writer) =>
        writer.run('UPDATE members SET joined_version = NULL, joined_sequence = NULL WHERE organization_id = ?', [
          acme.id,
        ]),
      );
      const past = await subscribe('nils', acme.id, 10);
      const present = await subscribe('nils', acme.id, 11);
      expect(told([await past.next()])).toEqual([[11, null]]);
      await acme.adds('mia', 'olivia');
      // A subscriber that is not live yet catches up, and gets the roster in place of the change.
      for (const events of [past, present])
        expect((await events.next()).data?.billingAdminRosterChanged.version).toBe(12);
    });
  });

  describe('people', () => {
    test('R14 a changed name is in the next event, in all of it', async () => {
      const acme = await seed();
      const query = ROSTER_CHANGED.replace('owners { id }', 'owners { id name }');
      const events = await subscribe('mia', acme.id, undefined, query);
      await events.next();
      await acme.hasProfile({ id: 'olivia', name: 'Olivia the Second', email: 'o2@example.com' }, 'OWNER');
      await acme.hasMember('nils');
      const { change: news, roster } = (await events.next()).data!.billingAdminRosterChanged;
      expect(news.user.name).toBe('Name of nils');
      expect(roster.owners).toContainEqual({ id: 'olivia', name: 'Olivia the Second' });
    });

    test('R13 of somebody who was removed since, a replay tells the id and "Former member", and no actor', async () => {
      const acme = await seed();
      await acme.hasOwner('omar');
      await acme.hasMember('fred');
      await acme.adds('fred', 'omar');
      for (const userId of ['fred', 'omar'])
        await service.asHost('mutation ($userId: ID!) { removeUser(input: { userId: $userId }) { changed } }', {
          userId,
        });

      const query = ROSTER_CHANGED.replace('user { id name }', 'user { id name email }');
      const events = await subscribe('mia', acme.id, 8, query);
      const seen = (await events.several(8)).map(({ data }) => data!.billingAdminRosterChanged.change);
      expect(seen.map(({ kind, user }) => [kind, user.id])).toEqual([
        ['TEAMMATE_JOINED', 'omar'],
        ['OWNER_ADDED', 'omar'],
        ['TEAMMATE_JOINED', 'fred'],
        ['ADMIN_ADDED', 'fred'],
        ['ADMIN_REMOVED', 'fred'],
        ['TEAMMATE_LEFT', 'fred'],
        ['OWNER_REMOVED', 'omar'],
        ['TEAMMATE_LEFT', 'omar'],
      ]);
      for (const { user } of seen) expect(user).toMatchObject({ name: 'Former member', email: '' });
      expect(seen.map(({ actor }) => actor)).toEqual(seen.map(() => null));
    });

    test('A10 who leaves is shown with the earlier name, to live subscribers and to those that catch up', async () => {
      const acme = await seed();
      const elsewhere = organization(service.services, `elsewhere-${acme.id}`);
      await elsewhere.exists();
      await acme.hasOwner('omar');
      await acme.adds('mia', 'omar');
      const person = '{ id name email avatarUrl }';
      const query = ROSTER_CHANGED.replace('user { id name }', `user ${person}`)
        .replace('actor { id }', `actor ${person}`)
        .replace('addedBy { id }', `addedBy ${person}`);
      const { version } = (await (await subscribe('olivia', acme.id, undefined, query)).next()).data!
        .billingAdminRosterChanged;
      const live = await Promise.all(
        ['olivia', 'ada', 'bea', 'mia'].map((viewer) => subscribe(viewer, acme.id, version as number, query)),
      );
      await acme.loses('omar');
      await elsewhere.hasProfile({ id: 'omar', name: 'Omar Elsewhere', email: 'omar@elsewhere.example' });
      const late = await subscribe('olivia', acme.id, version as number, query);

      const then = { id: 'omar', name: 'Name of omar', email: '', avatarUrl: null };
      for (const events of [...live, late]) {
        const told = (await events.several(2)).map(({ data }) => data!.billingAdminRosterChanged);
        expect(told.map(({ change }) => [change.kind, change.user])).toEqual([
          ['OWNER_REMOVED', then],
          ['TEAMMATE_LEFT', then],
        ]);
        for (const { roster } of told)
          expect((roster.admins as Data[]).find(({ user }) => user.id === 'mia')?.addedBy).toEqual(then);
      }
    });

    test('A5 an error inside an event leaves the rest of it, and ends nothing', async () => {
      const acme = await seed();
      const query = ROSTER_CHANGED.replace('owners { id }', 'owners { id } pendingInvitationCount');
      const mine = await subscribe('mia', acme.id, undefined, query);
      const owners = await subscribe('olivia', acme.id, undefined, query);
      for (const version of [8, 9]) {
        if (version === 9) await acme.adds('ada', 'olivia');
        expect(await mine.next()).toMatchObject({
          data: { billingAdminRosterChanged: { version, roster: { version, pendingInvitationCount: null } } },
          errors: [
            {
              path: ['billingAdminRosterChanged', 'roster', 'pendingInvitationCount'],
              extensions: { code: 'FORBIDDEN' },
            },
          ],
        });
        const whole = await owners.next();
        expect(whole.errors).toBeUndefined();
        expect(whole.data!.billingAdminRosterChanged.roster.pendingInvitationCount).toBe(0);
      }
    });
  });
});
