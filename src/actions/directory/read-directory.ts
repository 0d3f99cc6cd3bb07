import {
  directoryOrganization,
  type DirectoryOrganizationRow,
  directoryOrganizationsAfter,
} from '../../store/directory-pages';
import type { Services } from '../services';

/** An organization as the host has described it (D4). Null if it does not exist. */
export async function readDirectoryOrganization(
  { database }: Services,
  id: string,
): Promise<DirectoryOrganizationRow | null> {
  return (await directoryOrganization(database.reader, id)) ?? null;
}

/** The next organizations by id (D4); an empty id is before all. */
export function readDirectoryOrganizations(
  { database }: Services,
  after: string,
  limit: number,
): Promise<DirectoryOrganizationRow[]> {
  return directoryOrganizationsAfter(database.reader, after, limit);
}
