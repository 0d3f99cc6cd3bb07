import { removeOrganization } from '../../../src/actions/directory/remove-organization';
import { compareAsBytes } from '../../../src/store/byte-order';
import { rostersOf } from '../../../src/store/rosters';
import {
  type JoinedMembership,
  membershipOfEach,
  membershipsOf,
  type Membership,
} from '../../../src/store/memberships';
import { membershipsWithRosters } from '../../../src/store/memberships-with-rosters';
import { organization } from '../../kits/organizations/seed';
import { startServices, type TestServices } from '../../kits/service/services';

let services: TestServices;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());

const NAMES = [
  'Zoë',
  'zoe',
  'a "quoted" \\ name',
  '\u{1F600} smile',
  '\uFF21 wide',
  'Émile',
  "O'Hara",
  '{"json": [1]}',
  '日本',
  'A',
  'a',
];

const viewedWithRoster = async (organizationId: string, viewerId: string) => {
  const [found] = await membershipsWithRosters(services.database.reader, [{ organizationId, viewerId }]);
  return found;
};

test('L3 an organization read with its roster is what both are when read singly, whatever people are called', async () => {
  const acme = organization(services, 'acme');
  await acme.exists();
  await acme.hasOwner('olivia');
  for (const [index, name] of NAMES.entries()) {
    await acme.hasProfile(
      {
        id: `person-${index}`,
        name,
        email: `${index}@example.com`,
        avatarUrl: index % 2 ? 'https://example.com/a.png' : null,
      },
      index % 3 ? 'MEMBER' : 'OWNER',
    );
    if (index % 3) await acme.adds(`person-${index}`, 'olivia');
  }
  const { reader } = services.database;
  const found = await viewedWithRoster('acme', 'person-1');
  const [membership] = await membershipOfEach(reader, [{ organizationId: 'acme', viewerId: 'person-1' }]);
  const [roster] = await rostersOf(reader, ['acme']);
  expect(found).toEqual({ membership, roster });
  expect(roster!.owners.length + roster!.admins.length).toBe(NAMES.length + 1);
});

test('A4 who is no member, and an organization that is not there, find nothing', async () => {
  expect(await viewedWithRoster('acme', 'stranger')).toBeNull();
  expect(await viewedWithRoster('nowhere', 'olivia')).toBeNull();
  expect(await viewedWithRoster('ACME', 'olivia')).toBeNull();
});

describe('what is read for several at once is what each would have read alone', () => {
  const ids = ['acme', 'beta', 'gone', 'nowhere', 'ACME'];
  const viewers = ['olivia', 'bob', 'person-1', 'stranger', 'OLIVIA'];
  const pairs = ids.flatMap((organizationId) => viewers.map((viewerId) => ({ organizationId, viewerId })));
  const groups = [1, 2, 3, 8, pairs.length].map((size) => ({ size }));

  beforeAll(async () => {
    for (const id of ['beta', 'gone']) {
      const each = organization(services, id);
      await each.exists();
      await each.hasOwner('bob');
      await each.hasMember('olivia');
      await each.hasMember('person-1');
      await each.adds('person-1', 'bob');
    }
    await removeOrganization(services, { organizationId: 'gone' });
  });

  test.each(groups)('A4 L3 $size at once', async ({ size }) => {
    const { reader } = services.database;
    const [acme, beta] = ['acme', 'beta'].map(async (id) => (await rostersOf(reader, [id]))[0]!);
    const rosters = new Map([
      ['acme', await acme!],
      ['beta', await beta!],
    ]);
    const alone = new Map(
      (await membershipsOf(reader, ids, viewers)).map((row) => [`${row.id} ${row.viewerId}`, withoutJoin(row)]),
    );
    expect([...alone.keys()].sort()).toEqual([
      'acme olivia',
      'acme person-1',
      'beta bob',
      'beta olivia',
      'beta person-1',
    ]);
    // Each once more after all of them: the same may be asked twice.
    const asked = [...pairs, ...pairs];
    for (let from = 0; from < asked.length; from += size) {
      const group = asked.slice(from, from + size);
      const expected = group.map(({ organizationId, viewerId }) => alone.get(`${organizationId} ${viewerId}`) ?? null);
      expect(await membershipOfEach(reader, group)).toEqual(expected);
      expect(await membershipsWithRosters(reader, group)).toEqual(
        expected.map((membership) => membership && { membership, roster: rosters.get(membership.id) }),
      );
    }
  });
});

/** Where the viewer joined is read only for subscribers. */
function withoutJoin(row: JoinedMembership): Membership {
  const { viewerJoinedVersion: _version, viewerJoinedSequence: _sequence, ...membership } = row;
  return membership;
}

test('R9 texts are ordered as both engines do, by their bytes', () => {
  const bytes = (one: string, other: string) => Math.sign(Buffer.compare(Buffer.from(one), Buffer.from(other)));
  for (const one of NAMES)
    for (const other of [...NAMES, '', `${one}x`])
      expect(Math.sign(compareAsBytes(one, other))).toBe(bytes(one, other));
});
