import { eligibleTeammates, type TeammatePosition } from '../../../src/store/teammates';
import { organization } from '../../kits/organizations/seed';
import { startServices, type TestServices } from '../../kits/service/services';

let services: TestServices;

/** The eligible teammates of `acme` in the order that both engines must give: by folded name, code point by code point, then id. */
const IN_ORDER: [id: string, name: string, email: string][] = [
  ['empty', '', 'empty@example.com'],
  ['percent', '%percent', 'p%r@example.com'],
  ['digits-10', '10', 'ten@example.com'],
  ['digits-9', '9', 'nine@example.com'],
  ['under', '_under', 'u_r@example.com'],
  ['a-space', 'A b', 'space@example.com'],
  ['a-bang', 'a!', 'bang@example.com'],
  ['a-b', 'ab', 'ab@example.com'],
  ['ADA-1', 'ada', 'upper-id@example.com'],
  ['ada-1', 'Ada', 'Mail-One@Example.com'],
  ['ada-2', ' ADA ', 'mail-two@example.com'],
  ['slash', 'back\\slash', 'b\\s@example.com'],
  ['jose-plain', 'Jose', 'jose.plain@example.com'],
  ['jose-composed', 'Jos\u00e9', 'jose\u0301@example.com'],
  ['jose-decomposed', 'JOSE\u0301', 'zebra@example.com'],
  ['quote', "o'neil", "o'n@example.com"],
  ['strasse', 'strasse', 's1@example.com'],
  ['sharp', 'Straße', 's2@example.com'],
  ['zoe', 'Zoe', 'auth0|zoe@example.com'],
  ['umlaut', 'Ädam', 'umlaut@example.com'],
  ['istanbul', 'ırmak', 'i@example.com'],
  ['sigma', 'ΣΊΣΥΦΟΣ', 'sigma@example.com'],
  ['kanji', '名前', 'kanji@example.com'],
  // U+FB01 stands before U+1F600, although the first half of the latter's surrogate pair is the smaller number.
  ['ligature', 'ﬁona', 'fi@example.com'],
  ['emoji-zwj', '👩\u200d💻', 'coder@example.com'],
  ['emoji', '😀 smile', 'emoji@example.com'],
];

const ORDER = IN_ORDER.map(([id]) => id);

beforeAll(async () => {
  services = await startServices();
  const acme = organization(services, 'acme');
  await acme.exists();
  await acme.hasProfile({ id: 'olivia', name: 'Ada Owner', email: 'ada.owner@example.com' }, 'OWNER');
  await acme.hasProfile({ id: 'bea', name: 'Ada Admin', email: 'ada.admin@example.com' });
  await acme.adds('bea', 'olivia');
  for (const [id, name, email] of IN_ORDER.toReversed())
    await acme.hasProfile({ id, name, email }, id === 'zoe' ? 'ADMIN' : 'MEMBER');

  const other = organization(services, 'ACME');
  await other.exists();
  await other.hasProfile({ id: 'stranger', name: 'Ada Stranger', email: 'stranger@example.com' });
});

afterAll(() => services.close());

const page = (search = '', limit = 100, after: TeammatePosition | null = null) =>
  eligibleTeammates(services.database.reader, 'acme', after, search, limit);
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

/** All pages of so many, one after the other. */
async function walk(limit: number, search = '', between: (page: number) => Promise<unknown> = async () => undefined) {
  const found: string[] = [];
  let after: TeammatePosition | null = null;
  // Twice as many pages as there are people: a list that goes in circles must fail and not hang.
  for (let number = 1; number <= 2 * ORDER.length; number++) {
    const rows = await page(search, limit, after);
    found.push(...idsOf(rows));
    const last = rows.at(-1);
    if (!last || rows.length < limit) return found;
    after = { nameKey: last.nameKey, userId: last.id };
    await between(number);
  }
  throw new Error('The pages have no end.');
}

describe('R9 eligible teammates', () => {
  test('R9 are ordered by name, then id, on both engines alike', async () => {
    expect(idsOf(await page())).toEqual(ORDER);
  });

  test('R9 come back as the host described them', async () => {
    const found = (await page()).map(({ id, name, email }) => [id, name, email]);
    expect(found).toEqual(IN_ORDER);
  });

  test('R9 are members who are neither owners nor billing admins, of this organization alone', async () => {
    const ids = idsOf(await page());
    expect(ids).not.toEqual(expect.arrayContaining(['olivia']));
    expect(ids).not.toEqual(expect.arrayContaining(['bea']));
    expect(ids).not.toEqual(expect.arrayContaining(['stranger']));
    expect(idsOf(await eligibleTeammates(services.database.reader, 'ACME', null, '', 10))).toEqual(['stranger']);
    expect(await eligibleTeammates(services.database.reader, 'there-is-none', null, '', 10)).toEqual([]);
  });
});

describe('R9 the search', () => {
  const adas = ['ADA-1', 'ada-1', 'ada-2'];
  const joses = ['jose-plain', 'jose-composed', 'jose-decomposed'];

  test.each<[what: string, search: string, found: string[]]>([
    ['nothing finds all', '', ORDER],
    ['spaces alone find all', '   ', ORDER],
    ['a beginning of a name or an e-mail', 'a', ['a-space', 'a-bang', 'a-b', ...adas, 'zoe', 'umlaut']],
    ['a user found by both, once', "o'", ['quote']],
    ['case does not count', 'ADA', [...adas, 'umlaut']],
    ['nor do outer spaces', '  ada ', [...adas, 'umlaut']],
    ['an e-mail', 'mail-', ['ada-1', 'ada-2']],
    ['an e-mail in other letters', 'MAIL-ONE@', ['ada-1']],
    ['name order, however it is found', 'z', ['jose-decomposed', 'zoe']],
    ['a later word', 'smile', ['emoji']],
    ['its beginning', 'smi', ['emoji']],
    ['no middle of a word', 'mile', []],
    ['what stands after an apostrophe', 'neil', ['quote']],
    ['words and e-mails', 'b', ['a-space', 'a-bang', 'slash']],
    ['owners and billing admins are not found', 'ada.', []],
    ['nor by their last names', 'owner', []],
    ['accents do not count', 'jose', joses],
    ['nor where they are typed', 'JOS\u00c9', joses],
    ['composed or not', 'jose\u0301', joses],
    ['up to the accent', 'jos', joses],
    ['ä is a', 'A\u0308', ['a-space', 'a-bang', 'a-b', ...adas, 'umlaut']],
    ['accents of e-mails count', 'jose\u0301@', ['jose-composed']],
    ['ß is ss', 'strass', ['strasse', 'sharp']],
    ['ß has a capital', 'STRAẞ', ['strasse', 'sharp']],
    ['both begin so', 'stra', ['strasse', 'sharp']],
    ['i is ı', 'Irm', ['istanbul']],
    ['ı is itself', 'ı', ['istanbul']],
    ['Greek in capitals', 'ΣΊΣΥΦΟΣ', ['sigma']],
    ['Greek with a final sigma in the middle of the word', 'σίς', ['sigma']],
    ['Han', '名', ['kanji']],
    ['an emoji', '😀', ['emoji']],
    ['half of a joined emoji', '👩', ['emoji-zwj']],
    ['a ligature is its letters', 'fion', ['ligature']],
    ['% is a letter', '%', ['percent']],
    ['% in the middle too', 'p%', ['percent']],
    ['_ is a letter', '_', ['under']],
    ['_ in the middle too', 'u_', ['under']],
    ['a backslash is a letter', 'back\\', ['slash']],
    ['a backslash in an e-mail', 'b\\', ['slash']],
    ['quotes are letters', "' OR '1'='1", []],
    ['a comment is text', "ada' -- ", []],
  ])('R9 %s: %j', async (_, search, found) => {
    expect(idsOf(await page(search))).toEqual(found);
    expect(await walk(1, search)).toEqual(found);
  });

  test('R9 so many and no more', async () => {
    expect(idsOf(await page('a', 2))).toEqual(['a-space', 'a-bang']);
    expect(idsOf(await page('', 3))).toEqual(ORDER.slice(0, 3));
  });
});

describe('R9 paging', () => {
  test.each([1, 2, 3, 7, 25, 26, 27])('R9 pages of %d, put together, are the list', async (limit) => {
    expect(await walk(limit)).toEqual(ORDER);
  });

  test('R9 a position is not a member: it is valid without a member, and after its member has left', async () => {
    expect(idsOf(await page('', 2, { nameKey: 'ada', userId: 'a' }))).toEqual(['ada-1', 'ada-2']);
    expect(idsOf(await page('', 1, { nameKey: 'a', userId: '~' }))).toEqual(['a-space']);
    expect(idsOf(await page('', 9, { nameKey: '\u{10FFFF}', userId: '~' }))).toEqual([]);
  });

  test('R9 while members come and go, nobody who stays is shown twice or left out', async () => {
    const acme = organization(services, 'acme');
    const come = (id: string, name: string) => acme.hasProfile({ id, name, email: `${id}@example.com` });
    const seen = await walk(4, '', async (number) => {
      await come(`early-${number}`, `!early ${number}`);
      await come(`late-${number}`, `\u{1FAE0} late ${number}`);
      if (number === 2) await acme.loses('a-b');
      if (number === 3) await acme.adds('strasse', 'olivia');
    });
    expect(seen.filter((id) => !id.startsWith('late-'))).toEqual(ORDER.filter((id) => id !== 'strasse'));
    expect(seen.filter((id) => id.startsWith('late-')).length).toBeGreaterThan(3);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
