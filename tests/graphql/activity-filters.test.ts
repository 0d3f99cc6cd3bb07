import { removeUser } from '../../src/actions/directory/remove-user';
import { listActivity } from '../../src/actions/billing/list-activity';
import { ACTIVITY_CATEGORIES } from '../../src/domain/log/activity-categories';
import type { ActivityKind } from '../../src/domain/log/kinds';
import { livesThroughEverything } from '../kits/billing/billing-story';
import { insertRows } from '../kits/organizations/many-members';
import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  const acme = await seedAcme(service.services);
  await acme.hasProfile({ id: 'tess', name: 'Tess Müller', email: 'secret@example.com' });
  await acme.hasProfile({ id: 'tom', name: 'Tom Taylor', email: 'tom@example.com' });
  await acme.adds('tess', 'olivia');
  await acme.removes('tess', 'oscar');
  await acme.adds('tom', 'oscar');
  await livesThroughEverything(service.services, 'acme');
});

afterAll(() => service.close());

const NODES = 'nodes { id kind category messageCode values actor { id } } pageInfo { hasNextPage endCursor }';

async function page(filter: string, { first = 100, after = null as string | null, id = 'acme' } = {}): Promise<Data> {
  const place = after === null ? '' : `, after: ${JSON.stringify(after)}`;
  const { data, errors } = await service.as('olivia')(
    `{ organization(id: "${id}") { billing { activity(first: ${first}${place}${filter && `, ${filter}`}) { ${NODES} } } } }`,
  );
  expect(errors).toBeUndefined();
  return data!.organization.billing.activity as Data;
}

/** All pages, by the cursors that they give. */
async function everything(filter: string, first = 100, id = 'acme'): Promise<Data[]> {
  const found: Data[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { nodes, pageInfo }: Data = await page(filter, { first, after, id });
    found.push(...(nodes as Data[]));
    ({ endCursor: after, hasNextPage: more } = pageInfo as { endCursor: string | null; hasNextPage: boolean });
  }
  return found;
}

const ids = (nodes: Data[]) => nodes.map(({ id }) => id as string);
const isAbout = ({ values, actor }: Data, id: string) =>
  actor?.id === id || (values as Data).subject?.id === id || (values as Data).actor?.id === id;

test.each(['ACCESS', 'MONEY', 'CREDITS', 'PEOPLE', 'SETTINGS'])(
  'B9 the category %s has all entries of its kinds, in their order, on pages of any size',
  async (category) => {
    const expected = (await everything('')).filter((entry) => entry.category === category);
    expect(expected.length).toBeGreaterThan(0);
    for (const { kind } of expected) expect(ACTIVITY_CATEGORIES[kind as ActivityKind]).toBe(category);
    for (const size of [1, 3, 100]) expect(ids(await everything(`category: ${category}`, size))).toEqual(ids(expected));
  },
);

test('B9 a user is found as the one whom an entry is about, and as the one who acted', async () => {
  const expected = (await everything('')).filter((entry) => isAbout(entry, 'tess') || isAbout(entry, 'oscar'));
  for (const size of [2, 100]) {
    const found = [...(await everything('userId: "tess"', size)), ...(await everything('userId: "oscar"', size))];
    expect(new Set(ids(found))).toEqual(new Set(ids(expected)));
  }
  const access = await everything('userId: "oscar", category: ACCESS');
  expect(access.map(({ kind }) => kind)).toEqual(['ADMIN_ADDED', 'ADMIN_REMOVED', 'OWNER_ADDED']);
});

test.each([
  ['a name', 'tess'],
  ['a later word of it, without the accent', 'mull'],
])('B9 a search finds a person by the beginning of %s', async (_, text) => {
  const found = await everything(`search: "${text}"`);
  expect(found.map(({ kind }) => kind)).toEqual(['ADMIN_REMOVED', 'ADMIN_ADDED', 'TEAMMATE_JOINED']);
});

test('B9 a search finds kinds by the beginnings of their words, beside people, and all filters count together', async () => {
  const all = await everything('');
  const declined = all.filter(({ kind }) => /DECLINED/.test(kind as string));
  expect(declined.length).toBeGreaterThan(0);
  expect(ids(await everything('search: "declined"', 2))).toEqual(ids(declined));
  expect(ids(await everything('search: "Subscription_change sched"'))).toEqual(
    ids(all.filter(({ kind }) => kind === 'SUBSCRIPTION_CHANGE_SCHEDULED')),
  );
  expect((await everything('search: "admin", userId: "tess"')).map(({ kind }) => kind)).toEqual([
    'ADMIN_REMOVED',
    'ADMIN_ADDED',
  ]);
  expect((await everything('search: "oscar", userId: "tess"')).map(({ kind }) => kind)).toEqual(['ADMIN_REMOVED']);
  expect(await everything('search: "tess", category: MONEY')).toEqual([]);
  expect(ids(await everything('search: " "'))).toEqual(ids(all));
});

test('B9 a search tells nothing of an e-mail, of parts within a word, or of anybody elsewhere', async () => {
  const other = organization(service.services, 'elsewhere');
  await other.exists();
  await other.hasProfile({ id: 'zoe', name: 'Zoe', email: 'zoe@example.com' });
  for (const text of ['secret', 'aylor', 'zoe', '%', '_']) expect(await everything(`search: "${text}"`)).toEqual([]);
});

test('R13 nobody is found by the id of a user whose account was removed', async () => {
  const acme = organization(service.services, 'acme');
  await acme.hasMember('gone');
  await acme.adds('gone', 'olivia');
  expect((await everything('userId: "gone"')).length).toBe(2);
  await removeUser(service.services, { userId: 'gone' });
  expect(await everything('userId: "gone"')).toEqual([]);
  expect(await everything('userId: "never-was"')).toEqual([]);
});

test('B9 what is rare is found among very many entries, in a bounded number of pages', async () => {
  const many = organization(service.services, 'many');
  await many.exists();
  await many.hasOwner('olivia');
  await many.hasMember('mia');
  await many.adds('mia', 'olivia');
  const COUNT = 12_000;
  // Olivia did all of it, and none of it is of the category that is asked for.
  await insertRows(
    service.services,
    'log_entries',
    ['organization_id', 'sequence', 'kind', 'subject_id', 'actor_id', 'details', 'occurred_at', 'in_activity', 'hash'],
    Array.from({ length: COUNT }, (_, n) => [
      ...['many', n + 100, 'AUTO_RECHARGE_UPDATED', null, 'olivia', '{}', n, 1, 'x'],
    ]),
  );
  expect((await page('category: ACCESS', { id: 'many' })).nodes).toHaveLength(2);
  expect((await everything('userId: "olivia", category: ACCESS', 100, 'many')).map(({ kind }) => kind)).toEqual([
    'ADMIN_ADDED',
    'OWNER_ADDED',
  ]);
  // A page that is cut short says where to go on.
  const first = await listActivity(
    service.services,
    'many',
    { before: null, limit: 21 },
    { category: 'ACCESS', userId: 'olivia', search: null },
  );
  expect(first).toEqual({ entries: [], stoppedAt: expect.any(Number) });
  expect(await everything('userId: "olivia", category: SETTINGS', 100, 'many')).toHaveLength(COUNT);
});
