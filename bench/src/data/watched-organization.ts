import type { sender } from './sender';
import { openRows, type Value } from './rows';

export const WATCHED = 'watched';
export const WATCHED_OWNER = 'watched-owner';
export const watcherId = (index: number) => `watcher-${index}`;

const ROWS_AT_ONCE = 500;

type Send = Awaited<ReturnType<typeof sender>>;

/**
 * An organization with so many members who will watch it, an owner, and three billing admins. The people who make it special come
 * through the service; the members, who are many, are written as rows.
 */
export async function fillWatched(url: string, members: number, host: Send, owner: Send): Promise<void> {
  await host(
    'mutation ($input: SyncOrganizationInput!) { done: syncOrganization(input: $input) { changed userErrors { code } } }',
    { input: { id: WATCHED, name: 'Watched' } },
  );
  for (const [id, role] of [
    [WATCHED_OWNER, 'OWNER'],
    ['watched-admin-1', 'MEMBER'],
    ['watched-admin-2', 'MEMBER'],
    ['watched-admin-3', 'MEMBER'],
    ['watched-turn', 'MEMBER'],
  ] as const) {
    const user = { id, name: `Name of ${id}`, email: `${id}@example.com` };
    await host('mutation ($input: SyncMemberInput!) { done: syncMember(input: $input) { userErrors { code } } }', {
      input: { organizationId: WATCHED, role, user },
    });
    if (id.startsWith('watched-admin')) await owner(ADD, { input: { organizationId: WATCHED, userId: id } });
  }
  await insertMembers(url, WATCHED, members, watcherId);
}

const ADD =
  'mutation ($input: AddBillingAdminInput!) { done: addBillingAdmin(input: $input) { changed userErrors { code } } }';
const REMOVE =
  'mutation ($input: RemoveBillingAdminInput!) { done: removeBillingAdmin(input: $input) { changed userErrors { code } } }';

/** Makes one and the same member a billing admin and takes it back, in turn: every call is a change. */
export async function turning(owner: Send): Promise<() => Promise<void>> {
  const input = { organizationId: WATCHED, userId: 'watched-turn' };
  await owner(REMOVE, { input });
  let isAdded = false;
  return async () => {
    isAdded = !isAdded;
    await owner(isAdded ? ADD : REMOVE, { input });
  };
}

/** Writes members as rows, past the service: too many to come one by one. */
export async function insertMembers(
  url: string,
  organizationId: string,
  count: number,
  idOf: (index: number) => string,
): Promise<void> {
  const rows = openRows(url);
  for (let start = 0; start < count; start += ROWS_AT_ONCE) {
    const ids = Array.from({ length: Math.min(ROWS_AT_ONCE, count - start) }, (_, index) => idOf(start + index));
    const list = (places: string) => ids.map(() => places).join(', ');
    await rows.run(
      `INSERT INTO users (id, name, email) VALUES ${list('(?, ?, ?)')}`,
      ids.flatMap((id) => [id, `Name of ${id}`, `${id}@example.com`]),
    );
    await rows.run(
      `INSERT INTO members (organization_id, user_id, role, standing, joined_at, name_key, email_key) VALUES ${list("(?, ?, 'MEMBER', 'TEAMMATE', 1, ?, ?)")}`,
      ids.flatMap((id): Value[] => [organizationId, id, `name of ${id}`, `${id}@example.com`]),
    );
  }
  const [member] = await rows.read<object>('SELECT * FROM members LIMIT 1', []);
  // Without a place in the log nothing would be replayed to them. An earlier build does not keep it.
  if (member && 'joined_version' in member)
    await rows.run(
      'UPDATE members SET joined_version = 1, joined_sequence = 1 WHERE organization_id = ? AND joined_version IS NULL',
      [organizationId],
    );
  await rows.close();
}
