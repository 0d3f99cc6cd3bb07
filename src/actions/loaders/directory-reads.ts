import DataLoader from 'dataloader';
import type { PlainReader } from '../../store/database';
import {
  directoryInvitations,
  type DirectoryInvitationRow,
  directoryMembers,
  type DirectoryMemberRow,
  type DirectoryPlace,
  memberCounts,
} from '../../store/directory-pages';

/** SQLite joins at most 500 SELECTs with UNION. */
const MOST_PLACES = 100;

/** What a host's back end reads back of its directory (D4). Pages of several organizations share a statement. */
export class DirectoryReads {
  readonly memberCount: DataLoader<string, number>;
  readonly members: DataLoader<DirectoryPlace, DirectoryMemberRow[]>;
  readonly invitations: DataLoader<DirectoryPlace, DirectoryInvitationRow[]>;

  constructor(reader: PlainReader) {
    this.memberCount = new DataLoader(async (ids) => {
      const counts = await memberCounts(reader, ids);
      return ids.map((id) => counts.get(id) ?? 0);
    });
    const options = { cache: false, maxBatchSize: MOST_PLACES };
    this.members = new DataLoader((places) => directoryMembers(reader, places), options);
    this.invitations = new DataLoader((places) => directoryInvitations(reader, places), options);
  }
}
