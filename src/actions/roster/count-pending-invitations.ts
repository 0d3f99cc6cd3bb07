import { countPendingInvitations as count } from '../../store/invitations';
import type { Services } from '../services';

/** How many people will be eligible once they accept their invitation (R8). */
export function countPendingInvitations({ database }: Services, organizationId: string): Promise<number> {
  return count(database.reader, organizationId);
}
