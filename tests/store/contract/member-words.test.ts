import fc from 'fast-check';
import { removeOrganization } from '../../../src/actions/directory/remove-organization';
import { removeUser } from '../../../src/actions/directory/remove-user';
import { eligibleTeammates, type TeammatePosition } from '../../../src/store/teammates';
import { fillWithMembers } from '../../kits/organizations/many-members';
import { expectWordsOfNames } from '../../kits/organizations/member-words';
import { organization } from '../../kits/organizations/seed';
import { startServices, type TestServices } from '../../kits/service/services';

let services: TestServices;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());

/** An organization of its own for each test. */
async function place() {
  const seeded = organization(services, `place-${++count}`);
  await seeded.exists();
  const found = async (search: string, limit = 100, after: TeammatePosition | null = null) =>
    eligibleTeammates(services.database.reader, seeded.id, after, search, limit);
  return {
    ...seeded,
    joins: (id: string, name: string) => seeded.hasProfile({ id: `${id}-${count}`, name, email: `~${id}@example.com` }),
    found,
    names: async (search: string) => (await found(search)).map(({ name }) => name),
    /** All pages of so many, one after the other. */
    walk: async (search: string, limit: number) => {
      const all: string[] = [];
      for (let after: TeammatePosition | null = null; ;) {
        const rows = await found(search, limit, after);
        all.push(...rows.map(({ id }) => id));
        const last = rows.at(-1);
        if (!last || rows.length < limit) return all;
        after = { nameKey: last.nameKey, userId: last.id };
      }
    },
  };
}

const words = async (condition: string, value: string) =>
  services.database.reader.rows(`SELECT * FROM member_words WHERE ${condition} = ?`, [value]);

const write = (sql: string, ...values: string[]) => services.database.transaction((writer) => writer.run(sql, values));

test('R9 members are found by any word of their names, in plain letters', async () => {
  const { joins, names } = await place();
  for (const [id, name] of Object.entries({ i: 'İbrahim', m: 'Max Müller', z: 'Zoë', s: 'Søren', o: 'Aoife O’Neill' }))
    await joins(id, name);
  for (const [search, name] of [
    ['ibrahim', 'İbrahim'],
    ['Müller', 'Max Müller'],
    ['muller', 'Max Müller'],
    ['max mul', 'Max Müller'],
    ['Zoe', 'Zoë'],
    ['Soren', 'Søren'],
    ['NEILL', 'Aoife O’Neill'],
  ] as const)
    expect(await names(search)).toEqual([name]);
});

test('R9 a member that several words find is in the list once, and pages of any size make up the list', async () => {
  const { joins, found, walk } = await place();
  for (const letter of ['c', 'a', 'b', 'e', 'd']) await joins(letter, `An${letter} Andersson An-An`);
  const all = (await found('an')).map(({ id }) => id);
  expect(all.map((id) => id.charAt(0))).toEqual(['a', 'b', 'c', 'd', 'e']);
  for (const limit of [1, 2, 3, 4, 5, 6]) expect(await walk('an', limit)).toEqual(all);
});

test('R9 R14 a changed name is found only by its new words, in every organization', async () => {
  const here = await place();
  const there = await place();
  const person = (name: string) => ({ id: 'changing', name, email: '~@example.com' });
  for (const { hasProfile } of [here, there]) await hasProfile(person('Max Müller-Lüdenscheidt'));
  await here.hasProfile(person('Max Klöbner'));
  for (const { id, names } of [here, there]) {
    expect(await names('klobner')).toEqual(['Max Klöbner']);
    expect(await names('max')).toEqual(['Max Klöbner']);
    expect(await names('mull')).toEqual([]);
    expect(await names('lud')).toEqual([]);
    await expectWordsOfNames(services, id);
  }
});

test('R13 who leaves leaves no words there, and who is removed leaves none anywhere; nor does an organization', async () => {
  const here = await place();
  const there = await place();
  for (const { hasProfile } of [here, there])
    await hasProfile({ id: 'leaving', name: 'Max Müller', email: '~@example.com' });
  await here.hasMember('staying');
  await here.loses('leaving');
  expect(await words('user_id', 'leaving')).toHaveLength(2);
  await removeUser(services, { userId: 'leaving' });
  expect(await words('user_id', 'leaving')).toEqual([]);
  expect(await words('organization_id', here.id)).not.toEqual([]);
  await removeOrganization(services, { organizationId: here.id });
  expect(await words('organization_id', here.id)).toEqual([]);
});

test('R9 O7 what a former version does not keep up finds nobody, and is put right by the next change', async () => {
  const { id, hasProfile, names } = await place();
  const person = (name: string) => ({ id: 'elsewhere', name, email: '~@example.com' });
  await hasProfile(person('Max Müller'));
  await write("UPDATE members SET name_key = 'max klöbner' WHERE user_id = 'elsewhere'");
  expect(await names('muller')).toEqual([]);
  expect(await names('max k')).toHaveLength(1);
  await hasProfile(person('Max Klobner'));
  await expectWordsOfNames(services, id);

  await write("DELETE FROM members WHERE user_id = 'elsewhere'");
  expect(await names('max')).toEqual([]);
  await hasProfile(person('Max Klobner'));
  await expectWordsOfNames(services, id);

  await write("DELETE FROM members WHERE user_id = 'elsewhere'");
  await removeUser(services, { userId: 'elsewhere' });
  expect(await words('user_id', 'elsewhere')).toEqual([]);
});

test('R9 a search looks at a thousand words and no more, and its pages are whole', async () => {
  const { id, found, walk } = await place();
  const members = 1_300;
  // The later a name stands, the earlier does its last word.
  const padded = (index: number) => String(index).padStart(4, '0');
  await fillWithMembers(services, id, members, (index) => ({
    id: `w${index}`,
    name: `a${padded(index)} x${padded(members - index)}`,
    email: `~${index}`,
    billingRole: 'TEAMMATE',
  }));
  expect(await walk('x', 100)).toEqual(Array.from({ length: 1_000 }, (_, index) => `w${members - 1_000 + index}`));
  expect((await found('x0001', 5)).map((row) => row.id)).toEqual([`w${members - 1}`]);
});

/** Letters as they are written and as they are typed. */
const LETTERS = [
  ...[
    ['a', 'a'],
    ['b', 'b'],
    ['N', 'n'],
    ['é', 'e'],
    ['e\u0301', 'e'],
    ['Ü', 'u'],
    ['ø', 'o'],
    ['ß', 'ss'],
    ['İ', 'i'],
    ['ı', 'i'],
  ],
  ...[
    ['ł', 'l'],
    ['æ', 'ae'],
    ['ñ', 'n'],
    ['Ж', 'ж'],
    ['й', 'и'],
    ['ά', 'α'],
    ['ς', 'σ'],
    ['名', '名'],
    ['😀', '😀'],
    ['1', '1'],
  ],
] as [written: string, typed: string][];

const word = fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 4 });
const name = fc.record({
  words: fc.array(word, { minLength: 1, maxLength: 5 }),
  between: fc.array(fc.constantFrom(' ', '  ', '-', ' (', '’', '. ', '\u00a0'), { minLength: 4, maxLength: 4 }),
});

test('R9 of any names, each is found by the beginning of each of its words, and whoever is found has such a word', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(name, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(7), fc.nat(4), fc.integer({ min: 1, max: 4 })), { minLength: 4, maxLength: 4 }),
      async (people, searches) => {
        const { joins, found } = await place();
        const written = people.map(({ words, between }) =>
          words
            .map(
              (letters, index) => letters.map(([letter]) => letter).join('') + (words[index + 1] ? between[index] : ''),
            )
            .join(''),
        );
        const typed = people.map(({ words }) => words.map((letters) => letters.map(([, letter]) => letter).join('')));
        for (const [index, text] of written.entries()) await joins(`p${index}`, text);
        for (const [person, nth, length] of searches) {
          const wanted = people[person % people.length]!.words;
          const search = wanted[nth % wanted.length]!.slice(0, length)
            .map(([, letter]) => letter)
            .join('');
          const expected = typed.flatMap((words, index) =>
            words.some((one) => one.startsWith(search)) ? [`p${index}-${count}`] : [],
          );
          expect((await found(search)).map(({ id }) => id).sort()).toEqual(expected);
        }
      },
    ),
    { numRuns: 25 },
  );
});
