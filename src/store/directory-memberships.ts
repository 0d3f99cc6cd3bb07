import type { Reader, Writer } from './database';
import { inList } from './prepared-sizes';
import { expression, type RowOf, select } from './schema/select';
import { directoryMemberships } from './schema/tables';
import { USER, type UserRow } from './users';

const { organizationId: _organizationId, ...shown } = directoryMemberships.all;

const SELECTED = select(shown);

/** What the host's calls said of a user in an organization, whether they are a member or not. */
export type DirectoryMembershipRow = RowOf<typeof shown>;

/** By user id. Users without a row are left out. */
export async function directoryMembershipsOf(
  reader: Reader,
  organizationId: string,
  userIds: readonly string[],
): Promise<Map<string, DirectoryMembershipRow>> {
  if (userIds.length === 0) return new Map();
  const among = inList(userIds);
  const rows = await SELECTED.rows(
    reader,
    `FROM directory_memberships WHERE organization_id = ? AND user_id ${among.sql}`,
    [organizationId, ...among.values],
  );
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Notes the rows, each in place of the one before it. */
export function putDirectoryMemberships(
  writer: Writer,
  organizationId: string,
  rows: readonly DirectoryMembershipRow[],
): Promise<void> {
  const set = (inserted: string) => inserted;
  return directoryMemberships.insertOrUpdateAll(
    writer,
    rows.map((row) => ({ organizationId, ...row })),
    { revision: set, profileRevision: set, namedIn: set, toldIn: set, toldWithoutRevision: set },
  );
}

const ONE = select({ one: expression<number>('1') });

/** Whether the full sync has named anybody. */
export async function hasNamedSomebody(reader: Reader, organizationId: string, sync: number): Promise<boolean> {
  const row = await ONE.first(reader, 'FROM directory_memberships WHERE organization_id = ? AND named_in = ? LIMIT 1', [
    organizationId,
    sync,
  ]);
  return row !== undefined;
}

const UNNAMED = `(d.named_in IS NULL OR d.named_in <> ?) AND (d.told_in IS NULL OR d.told_in <> ?)`;

const OF_MEMBERS = `FROM members m
  LEFT JOIN directory_memberships d ON d.organization_id = m.organization_id AND d.user_id = m.user_id`;

const COUNTS = select({
  members: expression<number>('COUNT(*)'),
  unnamed: expression<number | null>(`SUM(CASE WHEN ${UNNAMED} THEN 1 ELSE 0 END)`),
});

/** How many members an organization has, and how many of them neither the full sync nor another call since has named. */
export async function countUnnamedMembers(
  reader: Reader,
  organizationId: string,
  sync: number,
): Promise<{ readonly members: number; readonly unnamed: number }> {
  const row = await COUNTS.first(reader, `${OF_MEMBERS} WHERE m.organization_id = ?`, [sync, sync, organizationId]);
  return { members: Number(row?.members ?? 0), unnamed: Number(row?.unnamed ?? 0) };
}

const PERSON = select(USER);

/** The first of these members by id. */
export function unnamedMembers(
  reader: Reader,
  organizationId: string,
  sync: number,
  limit: number,
): Promise<UserRow[]> {
  return PERSON.rows(
    reader,
    `${OF_MEMBERS} JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? AND ${UNNAMED} ORDER BY m.user_id LIMIT ?`,
    [organizationId, sync, sync, limit],
  );
}
