import type { Reader, Writer } from './database';
import { inList } from './prepared-sizes';
import { type RowOf, select } from './schema/select';
import { directoryMemberships } from './schema/tables';

const { organizationId: _organizationId, ...shown } = directoryMemberships.all;

const SELECTED = select(shown);

/** What the host's calls said of a user in an organization, whether they are a member or not. */
export type DirectoryMembershipRow = RowOf<typeof shown>;

/** By user id, of those of the users of whom anything is noted. */
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
    { revision: set, profileRevision: set },
  );
}
