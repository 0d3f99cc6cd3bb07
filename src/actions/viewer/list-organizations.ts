import { foldText } from '../../domain/fold-text';
import type { Membership } from '../../store/memberships';
import type { OperationReads } from '../loaders/operation-reads';

/** The organizations that the viewer belongs to, ordered by name, then id. */
export async function listOrganizations(reads: OperationReads): Promise<Membership[]> {
  const organizations = await reads.viewedByMembership();
  const place = ({ name, id }: Membership) => [foldText(name), id] as const;
  return organizations
    .map((organization) => ({ organization, place: place(organization) }))
    .sort((one, other) => compare(one.place[0], other.place[0]) || compare(one.place[1], other.place[1]))
    .map(({ organization }) => organization);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
