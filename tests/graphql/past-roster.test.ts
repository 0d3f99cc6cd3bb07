import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const AT = `query ($at: DateTime!, $id: ID = "acme") {
  billingAdminsAt(organizationId: $id, at: $at) {
    at version
    owners { user { id name } since givenBy { id } }
    admins { user { id name email } since givenBy { id name } }
  }
}`;

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const dayAt = (day: number) => new Date(START + day * DAY).toISOString();

const clock = { now: START };
let service: TestService;

/** Day 1: acme begins. Day 2: mia is added. Day 3: bea leaves. Day 4: oscar steps down. Day 5: mia becomes an owner. */
beforeAll(async () => {
  service = await startTestService({ clock: () => clock.now });
  const on = (day: number) => (clock.now = START + day * DAY);
  on(1);
  const acme = await seedAcme(service.services);
  on(2);
  await acme.adds('mia', 'oscar');
  on(3);
  await acme.loses('bea');
  on(4);
  await acme.hasMember('oscar');
  on(5);
  await acme.hasOwner('mia');
  on(6);
});

afterAll(() => service.close());

const rosterAt = async (at: string) => {
  const { data, errors } = await service.as('olivia')(AT, { at });
  expect(errors).toBeUndefined();
  const { version, owners, admins } = data!.billingAdminsAt as {
    version: number;
    owners: { user: { id: string }; since: string; givenBy: unknown }[];
    admins: { user: { id: string }; since: string; givenBy: { id: string } | null }[];
  };
  return {
    version,
    owners: owners.map(({ user, since, givenBy }) => [user.id, since, givenBy]),
    admins: admins.map(({ user, since, givenBy }) => [user.id, since, givenBy?.id]),
  };
};

test.each<[when: string, at: string, roster: Awaited<ReturnType<typeof rosterAt>>]>([
  ['before the organization existed', dayAt(0.99), { version: 0, owners: [], admins: [] }],
  [
    'in the very millisecond of the last change of a day',
    dayAt(1),
    {
      version: 8,
      owners: [
        ['olivia', dayAt(1), null],
        ['oscar', dayAt(1), null],
      ],
      admins: [['bea', dayAt(1), 'olivia']],
    },
  ],
  [
    'after a billing admin was added',
    dayAt(2.5),
    {
      version: 9,
      owners: [
        ['olivia', dayAt(1), null],
        ['oscar', dayAt(1), null],
      ],
      admins: [
        ['bea', dayAt(1), 'olivia'],
        ['mia', dayAt(2), 'oscar'],
      ],
    },
  ],
  [
    'after one has left',
    dayAt(3),
    {
      version: 11,
      owners: [
        ['olivia', dayAt(1), null],
        ['oscar', dayAt(1), null],
      ],
      admins: [['mia', dayAt(2), 'oscar']],
    },
  ],
  [
    'after an owner has stepped down',
    dayAt(4.5),
    { version: 12, owners: [['olivia', dayAt(1), null]], admins: [['mia', dayAt(2), 'oscar']] },
  ],
  [
    'after a billing admin has become an owner',
    dayAt(6),
    {
      version: 14,
      owners: [
        ['olivia', dayAt(1), null],
        ['mia', dayAt(5), null],
      ],
      admins: [],
    },
  ],
])('E3 R6 R7 who had billing access %s', async (_, at, roster) => {
  expect(await rosterAt(at)).toEqual(roster);
});

test('E3 the future and invalid days are refused', async () => {
  const ask = service.as('olivia');
  const future = await ask(AT, { at: new Date(clock.now + 1).toISOString() });
  expect(future.data).toEqual({ billingAdminsAt: null });
  expect(future.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' }, path: ['billingAdminsAt'] }]);
  for (const at of ['yesterday', '', 1, null])
    expect((await ask(AT, { at })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(await rosterAt('0001-01-01T00:00:00Z')).toEqual({ version: 0, owners: [], admins: [] });
});

test('R13 somebody whose account is gone is a former member, and gave what was given as nobody', async () => {
  await service.asHost('mutation { removeUser(input: { userId: "oscar" }) { changed } }');
  await service.asHost('mutation { removeUser(input: { userId: "bea" }) { changed } }');
  const { data } = await service.as('olivia')(AT, { at: dayAt(2.5) });
  expect(data!.billingAdminsAt.owners[1]).toMatchObject({ user: { id: 'oscar', name: 'Former member' } });
  expect(data!.billingAdminsAt.admins).toEqual([
    {
      user: { id: 'bea', name: 'Former member', email: '' },
      since: dayAt(1),
      givenBy: { id: 'olivia', name: 'Name of olivia' },
    },
    { user: expect.objectContaining({ id: 'mia' }) as unknown, since: dayAt(2), givenBy: null },
  ]);
});

test('A3 A4 owners alone may ask, and a removed organization is like none', async () => {
  for (const viewer of ['ada', 'stranger']) {
    const { data, errors } = await service.as(viewer)(AT, { at: dayAt(2) });
    expect([data, errors?.[0]?.extensions?.code]).toEqual([{ billingAdminsAt: null }, 'FORBIDDEN']);
  }
  await service.asHost('mutation { removeOrganization(input: { organizationId: "acme" }) { changed } }');
  const { errors } = await service.as('olivia')(AT, { at: dayAt(2) });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});
