import { wordKeys } from '../../../src/domain/name-search';
import { startService } from '../contenders/service';
import { insertInBulk } from '../data/bulk';
import { emptyDatabase } from '../data/databases';
import { openRows, type Value } from '../data/rows';
import { sender } from '../data/sender';
import { ORGANIZATION, OWNER } from '../ledger/history';
import type { Place } from './ask-in-turn';
import type { Dependencies } from './series';

/** The organization whose past is the same in `bench:ledger`. */
export const GROWN = ORGANIZATION;
export const GROWN_OWNER = OWNER;

/** A member that does not change, and one that is added and removed again. */
export const ONLOOKER = 'onlooker';
export const TURN = 'turn';

const SYNC_ORGANIZATION =
  'mutation ($input: SyncOrganizationInput!) { done: syncOrganization(input: $input) { changed userErrors { code } } }';
const SYNC_MEMBER =
  'mutation ($input: SyncMemberInput!) { done: syncMember(input: $input) { changed userErrors { code } } }';

/** Makes a database for each size, with one organization and what `fill` adds, measures on all of them, and drops them. */
export async function onPlaces<T>(
  { mysql, say }: Dependencies,
  sizes: readonly number[],
  fill: (url: string, size: number) => Promise<void>,
  measure: (places: readonly Place[]) => Promise<T>,
): Promise<T> {
  const ends: (() => Promise<void>)[] = [];
  try {
    const places: Place[] = [];
    for (const size of sizes) {
      const began = performance.now();
      const database = await emptyDatabase(mysql);
      ends.push(() => database.drop());
      const first = await startService(database.url);
      await makeOrganization(first.port).finally(() => first.stop());
      await fill(database.url, size);
      await analyze(database.url);
      const server = await startService(database.url);
      ends.push(() => server.stop());
      places.push({ size, url: database.url, server });
      say(`${size.toLocaleString('en')}: filled in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    }
    return await measure(places);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function makeOrganization(port: number): Promise<void> {
  const host = await sender(port, null);
  await host(SYNC_ORGANIZATION, { input: { id: GROWN, name: 'Grown' } });
  for (const [id, role] of [
    [GROWN_OWNER, 'OWNER'],
    [ONLOOKER, 'MEMBER'],
    [TURN, 'MEMBER'],
  ] as const)
    await host(SYNC_MEMBER, { input: { organizationId: GROWN, role, user: personOf(id) } });
}

export const personOf = (id: string) => ({ id, name: `Name of ${id}`, email: `${id}@example.com` });

/** As a server does by itself when a table has grown. */
async function analyze(url: string): Promise<void> {
  const rows = openRows(url);
  await rows.read('ANALYZE TABLE organizations, users, members, log_entries', []);
  await rows.close();
}

const MEMBER_COLUMNS = [
  'organization_id',
  'user_id',
  'role',
  'standing',
  'granted_at',
  'granted_by',
  'joined_at',
  'name_key',
  'email_key',
];

/** Members as rows, past the service: too many to come one by one. Billing admins where `granted`. */
export async function insertPeople(url: string, ids: () => Iterable<string>, granted = false): Promise<void> {
  await insertInBulk(
    url,
    'users',
    ['id', 'name', 'email'],
    mapped(ids(), (id) => Object.values(personOf(id))),
  );
  await insertInBulk(
    url,
    'members',
    MEMBER_COLUMNS,
    mapped(ids(), (id): Value[] => [
      GROWN,
      id,
      'MEMBER',
      granted ? 'BILLING_ADMIN' : 'TEAMMATE',
      granted ? 1 : null,
      granted ? GROWN_OWNER : null,
      1,
      `name of ${id}`,
      `${id}@example.com`,
    ]),
  );
  await insertInBulk(url, 'member_words', WORD_COLUMNS, wordsOf(ids()));
}

const WORD_COLUMNS = ['organization_id', 'word_key', 'user_id', 'name_key'];

/** What a search finds them by. */
function* wordsOf(ids: Iterable<string>): Generator<Value[]> {
  for (const id of ids) for (const word of wordKeys(`name of ${id}`)) yield [GROWN, word, id, `name of ${id}`];
}

/** Ids that are in the same order as their numbers. */
export const numbered = (name: string, number: number) => `${name}-${String(number).padStart(7, '0')}`;

export function* numberedUpTo(name: string, count: number): Generator<string> {
  for (let number = 0; number < count; number++) yield numbered(name, number);
}

export function* mapped<In, Out>(values: Iterable<In>, map: (value: In) => Out): Generator<Out> {
  for (const value of values) yield map(value);
}
