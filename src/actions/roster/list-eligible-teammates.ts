import { eligibleTeammates, type TeammatePosition, type TeammateRow } from '../../store/teammates';
import type { Services } from '../services';

/** The members that an owner may add, after a position, found by a prefix of name or e-mail; at most `limit` (R9). */
export function listEligibleTeammates(
  { database }: Services,
  organizationId: string,
  { after, search, limit }: { after: TeammatePosition | null; search: string; limit: number },
): Promise<TeammateRow[]> {
  return eligibleTeammates(database.reader, organizationId, after, search, limit);
}
