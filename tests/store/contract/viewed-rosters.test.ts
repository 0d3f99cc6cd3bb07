import { compareAsBytes } from '../../../src/store/byte-order';
import { rostersOf } from '../../../src/store/rosters';
import { viewedOrganizations } from '../../../src/store/standings';
import { viewedWithRoster } from '../../../src/store/viewed-rosters';
import { organization } from '../../support/seed';
import { startServices, type TestServices } from '../../support/services';

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
  const found = await viewedWithRoster(reader, 'acme', 'person-1');
  const [viewed] = await viewedOrganizations(reader, ['acme'], ['person-1']);
  const [roster] = await rostersOf(reader, ['acme']);
  expect(found).toEqual({ viewed, roster });
  expect(roster!.owners.length + roster!.admins.length).toBe(NAMES.length + 1);
});

test('A4 who is no member, and an organization that is not there, find nothing', async () => {
  const { reader } = services.database;
  expect(await viewedWithRoster(reader, 'acme', 'stranger')).toBeNull();
  expect(await viewedWithRoster(reader, 'nowhere', 'olivia')).toBeNull();
  expect(await viewedWithRoster(reader, 'ACME', 'olivia')).toBeNull();
});

test('R9 texts are ordered as both engines do, by their bytes', () => {
  const bytes = (one: string, other: string) => Math.sign(Buffer.compare(Buffer.from(one), Buffer.from(other)));
  for (const one of NAMES)
    for (const other of [...NAMES, '', `${one}x`])
      expect(Math.sign(compareAsBytes(one, other))).toBe(bytes(one, other));
});
